"""Runs in a state, made by real workers, each for one test."""

from tests.browser.api import Api


def idle(api: Api) -> str:
    return api.start("nap", seconds=0.1, begin=False)


def running(api: Api, **labels: str) -> str:
    """Its first step runs for as long as nobody stops it."""
    run = api.start("fire-drill", steps=2, seconds=3600, labels=labels)
    api.wait_for_step(run, "start", "running")
    return run


def paused(api: Api, **labels: str) -> str:
    run = running(api, **labels)
    api.operate(run, "pause", mode="stop")
    api.wait_until_settled(run)
    return run


def failed(api: Api, **labels: str) -> str:
    """It failed at ``step-2``, which succeeds when it is tried again."""
    drill = {"steps": 2, "seconds": 0, "width": 2, "fail_at": "step-2", "fail_times": 1}
    return api.start_until("failed", "fire-drill", labels=labels, **drill)


def completed(api: Api) -> str:
    """Its step is ``talk``."""
    return api.start_until("completed", "talkative")
