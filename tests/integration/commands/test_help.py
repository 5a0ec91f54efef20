"""Every command says what it is for."""

import pytest
from django.core.management import call_command

COMMANDS = ("audit", "clock", "doctor", "token", "up", "verify", "worker", "workflow")


@pytest.mark.parametrize("command", COMMANDS)
def test_help__is_shown(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command(command, "--help")
    assert ended.value.code == 0
    assert "usage:" in capsys.readouterr().out
