"""One fault after the other, in an order that chance deals like cards: no kind twice before every kind once."""

import threading
from collections.abc import Sequence

from tests.faults.kinds.fault import Fault, Injection, Scene
from tests.faults.stage.clock import now_ns

_TRIES = 3


class Lane(threading.Thread):
    """Injects its kinds until it is ended."""

    def __init__(self, name: str, kinds: Sequence[Fault], scene: Scene, pause: tuple[float, float]) -> None:
        super().__init__(name=name, daemon=True)
        self._kinds, self._scene, self._pause = kinds, scene, pause
        self.error: BaseException | None = None
        """What went wrong with the runner itself, if something did."""

    def run(self) -> None:
        """See ``threading``."""
        try:
            while not self._scene.ended.is_set():
                for kind in self._scene.random.sample(self._kinds, len(self._kinds)):
                    if self._scene.ended.is_set():
                        return
                    self._inject_until_it_hits(kind)
                    self._scene.pause(*self._pause)
        except BaseException as error:  # noqa: BLE001 (told by the session, in its own thread)
            self.error = error

    def _inject_until_it_hits(self, kind: Fault) -> None:
        """Try again where there was nothing to hit just then: no message on its way, no child at work."""
        for _try in range(_TRIES):
            if self._inject(kind) or self._scene.ended.is_set():
                return
            self._scene.pause(0.3, 1.0)

    def _inject(self, kind: Fault) -> bool:
        injection = Injection(kind.name, now_ns())
        self._scene.log.injections.append(injection)
        injection.detail = kind.inject(self._scene)
        injection.ended = now_ns()
        return bool(injection.detail)
