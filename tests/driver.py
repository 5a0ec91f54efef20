"""Drives runs without Celery: what a worker does on a message, done here, one step or one stretch at a time."""

from typing import Any

from django.utils import timezone

from audit.actor import SYSTEM
from workflows.engine.claim import Claim, claim_step
from workflows.models import Step, Workflow
from workflows.operations.create import NewRun, create_run
from workflows.states import CLAIMABLE
from workflows.worker import stretch
from workflows.worker.session import own_session


class Driver:
    """The sample flows, driven by hand."""

    def start(self, definition: str, **given: Any) -> Workflow:
        """Create and start a run with this input."""
        return create_run(SYSTEM, NewRun(definition, input=given)).run

    def claim(self, run: Workflow, key: str | None = None) -> Claim | None:
        """Claim a due step of a run for this process's session: the one of this key, or any."""
        steps = self.due(run)
        chosen = steps.get(key=key) if key else steps.first()
        return claim_step(run.pk, chosen.pk if chosen else None, own_session())

    def due(self, run: Workflow) -> Any:
        """The steps of a run that may be claimed now."""
        return Step.objects.filter(workflow=run, status__in=CLAIMABLE, due_at__lte=timezone.now()).order_by("id")

    def work_off(self, run: Workflow) -> Workflow:
        """Do all that is due in a run, and give it as it is then."""
        while self.due(run).exists():
            if not stretch.advance(run.pk, None):
                break
        return self.again(run)

    def again(self, run: Workflow) -> Workflow:
        """Read a run again."""
        return Workflow.objects.get(pk=run.pk)
