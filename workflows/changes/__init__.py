"""Wake-up calls that runs have changed, from whoever changes them to whoever watches; losing one delays, no more."""

from workflows.changes.send import note_on_commit

__all__ = ["note_on_commit"]
