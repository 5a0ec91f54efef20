"""A command whose reader has had enough."""

import subprocess
import sys

from tests.acceptance.running import clean_environment


def test_command__ends_without_a_word() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "venom_portal", "help"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=clean_environment(),
    )
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    with process.stderr as said:
        assert said.read() == b""
    assert process.wait(timeout=60) == 1
