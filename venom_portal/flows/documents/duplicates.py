"""Finding files that are the same, or nearly."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rensa import RMinHash, RMinHashLSH

from venom_portal.flows.documents.records import FileRecord
from venom_portal.flows.documents.sketches import SAMPLES, read_sketch

SIMILARITY = 0.8

# In bands of four samples, two texts that are 80% alike meet in one of them with a chance of more than 99.9999%.
_BANDS = SAMPLES // 4


@dataclass(frozen=True)
class NearGroup:
    """Texts that are at least ``SIMILARITY`` like the first of them, each with how much (0 to 1)."""

    first: str
    others: list[tuple[str, float]]


def exact_groups(records: Iterable[FileRecord]) -> list[list[FileRecord]]:
    """Return the groups of files with the same content, the most wasteful first; empty files are not compared."""
    groups: dict[str, list[FileRecord]] = defaultdict(list)
    for record in records:
        if record.size:
            groups[record.sha256].append(record)
    same = [group for group in groups.values() if len(group) > 1]
    return sorted(same, key=lambda group: (-group[0].size * (len(group) - 1), group[0].path))


def near_groups(records: Iterable[FileRecord]) -> list[NearGroup]:
    """Return the groups of texts that are alike but not the same, the largest first.

    Each text joins the group whose first text it is most like, so that a group is no chain in which the ends have
    nothing in common. Of exact duplicates only the first takes part.
    """
    index = RMinHashLSH(SIMILARITY, SAMPLES, _BANDS)
    firsts: list[tuple[str, RMinHash]] = []
    others: dict[int, list[tuple[str, float]]] = defaultdict(list)
    for record, minhash in _distinct_texts(records):
        likeness = {key: minhash.jaccard(firsts[key][1]) for key in sorted(index.query(minhash))}
        nearest = max(likeness, key=likeness.__getitem__, default=None)
        if nearest is not None and likeness[nearest] >= SIMILARITY:
            others[nearest].append((record.path, round(likeness[nearest], 2)))
        else:
            index.insert(len(firsts), minhash)
            firsts.append((record.path, minhash))
    groups = [NearGroup(firsts[key][0], members) for key, members in others.items()]
    return sorted(groups, key=lambda group: (-len(group.others), group.first))


def _distinct_texts(records: Iterable[FileRecord]) -> Iterator[tuple[FileRecord, RMinHash]]:
    seen: set[str] = set()
    for record in records:
        if record.sketch and record.sha256 not in seen:
            seen.add(record.sha256)
            yield record, read_sketch(record.sketch)
