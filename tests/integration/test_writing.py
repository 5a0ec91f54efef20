"""The engine's transaction: what is to be done on commit is done after it, with nothing of it held any more."""

import threading

from django.db import connection, transaction
from django.db.models import F

from tests.driver import Driver
from workflows.engine.transaction import locked_run, writing
from workflows.models import Workflow


def touch(run: Workflow) -> int:
    """Write to a run's row, and give how many rows the database says that were."""
    return Workflow.objects.filter(pk=run.pk).update(revision=F("revision") + 1)


def touched_by_another(run: Workflow) -> bool:
    """Tell whether another thread can write now."""
    done = threading.Event()

    def write() -> None:
        with writing():
            touch(run)
        connection.close()
        done.set()

    thread = threading.Thread(target=write, daemon=True)
    thread.start()
    return done.wait(timeout=3)


def test_hook__writes_as_ever_and_keeps_nobody_waiting(driver: Driver) -> None:
    run = driver.start("chain-of-ten")
    found: list[object] = []
    with locked_run(run.pk) as move:
        transaction.on_commit(lambda: found.append(touch(run)), robust=True)
        transaction.on_commit(lambda: found.append(touched_by_another(run)), robust=True)
        move.tell("run_admitted")
    assert found == [1, True]


def test_hook_that_fails__keeps_none_of_the_others_from_running(driver: Driver) -> None:
    run = driver.start("chain-of-ten")
    found: list[int] = []
    with locked_run(run.pk) as move:
        transaction.on_commit(lambda: 1 // 0, robust=True)
        with writing():
            transaction.on_commit(lambda: found.append(1), robust=True)
        move.tell("run_admitted")
    assert found == [1]


def test_hook_of_what_is_undone__is_not_run(driver: Driver) -> None:
    run = driver.start("chain-of-ten")
    found: list[int] = []
    with writing():
        touch(run)
        transaction.on_commit(lambda: found.append(1))
        transaction.set_rollback(True)
    with writing():
        touch(run)
    assert found == []
    assert driver.again(run).revision == run.revision + 1
