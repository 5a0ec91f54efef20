"""A step that kills its own worker, again and again: it has to end as ``worker_lost``, and nothing else may suffer."""

from tests.faults.kinds.fault import Fault, Scene


def inject(scene: Scene) -> str:
    """Have a client start a run of it."""
    return scene.crowd.start_poison().value


FAULT = Fault("poison", inject)
