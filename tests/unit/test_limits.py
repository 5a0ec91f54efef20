"""Stopping code from beside it: whoever comes too late does no harm."""

import os
import signal
import threading
import time

import pytest

from workflows.worker import limits
from workflows.worker.limits import StopEnforced, TimeLimitReached, inside_since, interrupt_main, stoppable


def busy(seconds: float = 10.0) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        time.sleep(0.01)


def test_time_limit__is_counted_from_where_the_code_begins() -> None:
    assert inside_since() is None
    with stoppable(60.0):
        assert inside_since() == pytest.approx(time.monotonic(), abs=1.0)
    assert inside_since() is None
    with pytest.raises(TimeLimitReached), stoppable(0.1):
        busy()
    assert inside_since() is None


def test_interrupt__stops_what_is_inside_once() -> None:
    def interrupt_in_time() -> None:
        while inside_since() is None:
            time.sleep(0.01)
        interrupt_main()
        interrupt_main()

    helper = threading.Thread(target=interrupt_in_time)
    helper.start()
    with pytest.raises(StopEnforced), stoppable(None):
        busy()
    helper.join()


def test_signal_that_comes_too_late__ends_neither_the_process_nor_the_next_step() -> None:
    with stoppable(None):
        pass
    os.kill(os.getpid(), signal.SIGALRM)
    interrupt_main()
    with stoppable(5.0):
        os.kill(os.getpid(), signal.SIGALRM)
        busy(0.05)


def test_one_who_looked_before_the_step_ended__does_not_stop_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    with stoppable(None):
        ended = limits._inside
    with stoppable(None):
        monkeypatch.setattr(ended, "is_to_stop", True)
        os.kill(os.getpid(), signal.SIGALRM)
        busy(0.05)


def test_being_stopped__is_like_ctrl_c_to_what_waits() -> None:
    assert issubclass(TimeLimitReached, KeyboardInterrupt)
    assert issubclass(StopEnforced, KeyboardInterrupt)
