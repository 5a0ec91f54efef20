"""Parts of the portal that stand still for a while, so that a test can look at what has not been done yet."""

from collections.abc import Iterator
from contextlib import contextmanager
from xmlrpc.client import ServerProxy

from supervisor.xmlrpc import SupervisorTransport

from tests.acceptance.running import RunningPortal

WORKS = ("portal:worker", "portal:clock")
"""Who works off bulk jobs."""


@contextmanager
def stopped(portal: RunningPortal, *names: str) -> Iterator[None]:
    """Stop these while inside, and have them back afterwards."""
    transport = SupervisorTransport(serverurl=f"unix://{portal.data_dir / 'control.sock'}")
    with ServerProxy("http://127.0.0.1", transport=transport) as proxy:
        for name in names:
            proxy.supervisor.stopProcess(name)
        try:
            yield
        finally:
            for name in names:
                proxy.supervisor.startProcess(name, False)
            portal.wait_until_ready(seconds=60)
