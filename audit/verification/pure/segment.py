"""What is below one seal: its leaves in their order, and the entry of each."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from audit import canonical
from audit.verification.pure.merkle import root_of
from audit.verification.pure.rows import LeafRow, SealRow, bytes_of, unhex
from audit.violation import Violation

_SEARCHED = 2_000
"""An entry that was put in is searched by leaving out each in turn, which costs the square of their number."""


class _Place(NamedTuple):
    index: Any
    entry_id: Any
    kept: bytes  # the leaf's own hash
    found: bytes | None  # that of the entry as it is now


class Segment:
    """Takes a seal's leaves by their place; of each entry it keeps the hash only."""

    def __init__(self, seal: SealRow) -> None:
        self._seal = seal
        self._places: list[_Place] = []
        self._facts = {"seal": seal.number}

    def add(self, leaf: LeafRow) -> None:
        """Take the next leaf."""
        found = None if leaf.entry is None else canonical.leaf_hash(bytes_of(canonical.ENTRY, leaf.entry))
        self._places.append(_Place(leaf.index, leaf.entry_id, _hash(leaf.leaf_hash), found))

    def violations(self, is_removable: Callable[[int], bool]) -> Iterator[Violation]:
        """Check the segment; ``is_removable`` tells whether the entries below a seal of this number may be gone."""
        if self._begins_late and is_removable(self._seal.number):
            # They are removed from the first on: what is left has no root any more, and will go as well.
            yield from self._check_places(first=self._first)
            yield from self._altered("entry_altered")
            return
        yield from self._check_places()
        missing = [place for place in self._places if place.found is None]
        if missing and not is_removable(self._seal.number):
            for place in missing:
                yield Violation("entry_missing", f"entry {place.entry_id}", self._where(place))
        yield from self._check_hashes()

    @property
    def is_partly_removed(self) -> bool:
        """Whether a removal has begun with this segment and not ended: true only of what ``violations`` has passed."""
        return bool(self._places) and self._begins_late

    @property
    def entries(self) -> int:
        """How many entries there are."""
        return sum(1 for place in self._places if place.found is not None)

    @property
    def _first(self) -> Any:
        return self._places[0].index if self._places else self._seal.size

    @property
    def _begins_late(self) -> bool:
        return isinstance(self._first, int) and self._first > 0

    def _check_places(self, first: int = 0) -> Iterator[Violation]:
        """There is one leaf for each place from the first on; said of the first that is wrong."""
        subject = f"seal {self._seal.number}"
        for expected, place in enumerate(self._places, first):
            if place.index != expected:
                yield Violation("leaf_missing", subject, {"place": expected, "next": place.index})
                return
        count, size = first + len(self._places), self._seal.size
        if not isinstance(size, int) or count < size:
            yield Violation("leaf_missing", subject, {"place": count, "size": size})
        elif count > size:
            yield self._surplus()

    def _surplus(self) -> Violation:
        """Name the entry without which the root is right: the one that was put in."""
        facts = {**self._facts, "leaves": len(self._places), "size": self._seal.size}
        kept = [place.kept for place in self._places]
        if len(kept) == self._seal.size + 1 and len(kept) <= _SEARCHED:
            for number, place in enumerate(self._places):
                if root_of(kept[:number] + kept[number + 1 :]).hex() == self._seal.root:
                    return Violation("entry_inserted", f"entry {place.entry_id}", {**facts, "place": place.index})
        return Violation("leaf_surplus", f"seal {self._seal.number}", facts)

    def _check_hashes(self) -> Iterator[Violation]:
        """The leaves give the root, and the entries the leaves; where they differ, the root says which is wrong."""
        differing = self._differing()
        kept_root = root_of([place.kept for place in self._places]).hex()
        found_root = root_of([place.found or place.kept for place in self._places]).hex() if differing else kept_root
        rule = "leaf_altered" if found_root == self._seal.root else "entry_altered"
        yield from self._altered(rule)
        if self._seal.root not in (kept_root, found_root):
            facts = {"root": self._seal.root, "of_leaves": kept_root}
            yield Violation("seal_root_wrong", f"seal {self._seal.number}", facts)

    def _differing(self) -> list[_Place]:
        return [place for place in self._places if place.found not in (None, place.kept)]

    def _altered(self, rule: str) -> Iterator[Violation]:
        for place in self._differing():
            yield Violation(rule, f"entry {place.entry_id}", self._where(place))

    def _where(self, place: _Place) -> dict[str, Any]:
        return {**self._facts, "place": place.index}


def _hash(value: Any) -> bytes:
    """Read a leaf's hash; what is none is one that nothing has."""
    try:
        return unhex(value, 32)
    except ValueError:
        return b""
