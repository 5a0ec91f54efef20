"""What would keep the steps of a run from running, whatever its graph says."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models.functions import Now
from django.utils.translation import gettext as _

from workflows.models import Session
from workflows.models.session import SessionKind
from workflows.registry import StepNotFound, find_step


@dataclass(frozen=True)
class Finding:
    """Something that stands in the way: a code, and a sentence that names the remedy."""

    code: str
    message: str


def live_workers() -> int:
    """Count the workers that are alive, by the database's clock."""
    return Session.objects.filter(kind=SessionKind.WORKER, ended_at=None, expires_at__gt=Now()).count()


def findings_about(tasks: Iterable[str], workers: int) -> list[Finding]:
    """Look for the code of these tasks, and for somebody to run them."""
    missing = [_problem(task) for task in sorted(set(tasks))]
    return [*(finding for finding in missing if finding), *([] if workers else [_no_worker()])]


def has_preview(task: str) -> bool:
    """Tell whether the author of a step registered a preview of it; ``False`` too where its code is not here."""
    return _problem(task) is None and find_step(task).preview_function is not None


def _problem(task: str) -> Finding | None:
    try:
        find_step(task)
    except StepNotFound as error:
        return Finding("step_not_found", str(error))
    except Exception as error:  # noqa: BLE001 (a module may raise anything when it is imported)
        problem = f"{type(error).__name__}: {error}"
        return Finding(
            "step_not_importable",
            _("the step's code %(task)s cannot be imported (%(problem)s); mend its module")
            % {"task": task, "problem": problem},
        )
    return None


def _no_worker() -> Finding:
    return Finding("no_live_worker", _("no worker is alive; start one: manage.py worker, or all parts: manage.py up"))
