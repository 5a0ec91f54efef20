"""What is handed on stays small and whole."""

import hashlib
import os
from pathlib import Path

import pytest

from venom_portal.flows.documents.records import MAX_BATCHES, PACKED_LIMIT, Batch, Listing
from workflows.values import MAX_BYTES, encode, to_json


def _long_paths(count: int) -> list[Path]:
    """Paths of 200 bytes with as much chance in them as real ones have."""
    folders = [f"department-{number % 40}/project-{number % 300}" for number in range(count)]
    names = [hashlib.sha256(str(number).encode()).hexdigest()[:16] for number in range(count)]
    return [
        Path(folder, f"{'quarterly-report-' * 9}{name}.docx"[-150:])
        for folder, name in zip(folders, names, strict=True)
    ]


def test_listing__gives_back_the_paths_it_was_given() -> None:
    paths = [Path("a b"), Path(os.fsdecode(b"caf\xe9\n")), Path("ż/ó\\x41")]
    listing = Listing.of(Path("/docs"), "*", paths, 0)
    assert listing.paths(Batch(0, 3)) == paths
    assert listing.paths(Batch(1, 2)) == paths[1:2]
    assert listing.folder_path == Path("/docs")


@pytest.mark.parametrize("count", [1000, 10_000])
def test_listing__of_long_paths_fits(count: int) -> None:
    listing = Listing.of(Path("/docs"), "*", _long_paths(count), 0)
    assert listing.fits()
    encode(to_json(listing))


def test_listing__that_claims_to_fit_can_be_handed_on() -> None:
    folder = Path("/" + "\x01" * 4000)
    listing = Listing(Listing.of(folder, "?" * 255, [], 0).folder, "?" * 255, 1, 0, "x" * PACKED_LIMIT)
    assert listing.fits()
    assert len(encode(to_json(listing))) <= MAX_BYTES


def test_listing__knows_when_it_does_not_fit() -> None:
    paths = [Path(os.urandom(120).hex()) for _ in range(3000)]
    assert not Listing.of(Path("/docs"), "*", paths, 0).fits()


@pytest.mark.parametrize(
    ("count", "batches", "largest"),
    [(0, 0, 0), (1, 1, 1), (MAX_BATCHES, MAX_BATCHES, 1), (1001, 501, 2), (10_000, 1000, 10)],
)
def test_batches__cover_all_files_with_a_bounded_fan_out(count: int, batches: int, largest: int) -> None:
    shared = Listing(folder="/", pattern="*", count=count, left_out=0, packed="").batches()
    assert len(shared) == batches
    assert [number for batch in shared for number in range(batch.start, batch.stop)] == list(range(count))
    assert max((batch.stop - batch.start for batch in shared), default=0) == largest
