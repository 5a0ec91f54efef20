"""Several people at once."""

from collections import deque
from random import Random

from tests.faults.load.client import Client
from tests.faults.load.journal import Journal, Outcome
from tests.faults.load.person import Person
from tests.faults.stage.stage import Stage

_PEOPLE = 6


class Crowd:
    """All clients of one session."""

    def __init__(self, stage: Stage, journal: Journal, seed: str) -> None:
        shared: deque[str] = deque(maxlen=60)
        tokens = list(stage.tokens.values())

        def person(number: int) -> Person:
            client = Client(stage.address.port, tokens[number % len(tokens)])
            return Person(f"person-{number}", client, journal, Random(f"{seed}/person-{number}"), shared)

        self._people = [person(number) for number in range(_PEOPLE)]
        self._poisoner = person(_PEOPLE)

    def start(self) -> None:
        """Let them begin."""
        for person in self._people:
            person.start()

    def start_poison(self) -> Outcome:
        """Have somebody start a run that kills its worker, who does nothing else."""
        return self._poisoner.start_poison()

    def end(self) -> None:
        """Let them end; returns when the last answer is written down."""
        for person in self._people:
            person.end()
        for person in self._people:
            person.join()

    @property
    def errors(self) -> list[BaseException]:
        """What went wrong with the clients themselves."""
        return [person.error for person in self._people if person.error]
