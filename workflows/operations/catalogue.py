"""All operations by name."""

from workflows.operations.cancel import Cancel
from workflows.operations.pause import Pause
from workflows.operations.replay_step import ReplayStep
from workflows.operations.restart import Restart
from workflows.operations.resume import Resume
from workflows.operations.retry import Retry
from workflows.operations.skip_step import SkipStep
from workflows.operations.start import Start
from workflows.operations.verb import Verb
from workflows.states import Operation

_VERBS: dict[Operation, Verb] = {
    verb.operation: verb
    for verb in (Start(), Pause(), Resume(), Cancel(), Retry(), Restart(), SkipStep(), ReplayStep())
}


def verb_of(operation: Operation) -> Verb:
    """Give an operation that changes something; ``dry_run`` changes nothing and has a recipe of its own."""
    return _VERBS[operation]


def verbs() -> list[Verb]:
    """List them."""
    return list(_VERBS.values())
