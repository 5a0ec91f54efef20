"""``python -m tests.faults``: the settings first, for the runner uses some of the portal's own modules."""

import os
import signal
import sys
import tempfile
from pathlib import Path

GRACE_SECONDS = "2"
"""How long steps may take to stop: short, as everything is here."""


def main() -> int:
    """Run, with a scratch directory of its own."""
    signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(1))  # so that what was started is stopped
    scratch = Path(tempfile.mkdtemp(prefix="venom-faults-"))
    scratch.chmod(0o755)  # the database's server may run as another user
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "venom_portal.settings",
        "VENOM_DATA_DIR": str(scratch / "runner"),
        "VENOM_STOP_GRACE_SECONDS": GRACE_SECONDS,
    }
    from tests.faults import runner

    return runner.main(scratch)


if __name__ == "__main__":
    sys.exit(main())
