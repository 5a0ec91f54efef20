"""Looking after the processes of this machine: one that was killed cannot say so itself."""

from workflows.engine.recover import end_sessions, recover_lost_sessions
from workflows.models import Session
from workflows.worker.place import here, is_dead


def end_dead_neighbours() -> int:
    """End the sessions of processes of this machine that do not live any more, and give how many these were.

    It need not be waited for their heartbeats. Sessions of other machines and containers are not judged.
    """
    place = here()
    if not place:
        return 0
    on_record = Session.objects.filter(place=place, ended_at__isnull=True).values_list("pk", "pid", "born")
    dead = [session_id for session_id, pid, born in on_record if is_dead(pid, born)]
    return end_sessions(dead) if dead else 0


def recover_from_dead_neighbours() -> None:
    """Hand what dead processes of this machine held to others at once."""
    if end_dead_neighbours():
        recover_lost_sessions(judge_silence=False)
