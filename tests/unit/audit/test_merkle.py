"""The verifier's Merkle trees: what the RFC's authors published, and the writer's by another way."""

import hashlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.canonical import leaf_hash
from audit.sealing import merkle as writer
from audit.verification.pure.merkle import path_of, root_by_path, root_of

# The leaves and roots with which implementations of RFC 6962 are tested; the root over n leaves is the n-th.
LEAVES = [bytes.fromhex(data) for data in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)

leaves = st.integers(0, 300).map(
    lambda size: [hashlib.sha256(bytes([n % 256, n // 256])).digest() for n in range(size)]
)


@pytest.mark.parametrize("size", range(len(ROOTS)))
def test_root__is_the_published_one(size: int) -> None:
    hashes = [leaf_hash(data) for data in LEAVES[:size]]
    assert root_of(hashes).hex() == writer.root_of(hashes).hex() == ROOTS[size]


@given(leaves)
def test_root__is_the_writers(hashes: list[bytes]) -> None:
    assert root_of(hashes) == writer.root_of(iter(hashes))


@given(leaves.filter(bool), st.data())
def test_path__leads_to_the_root_from_its_own_place_only(hashes: list[bytes], data: st.DataObject) -> None:
    size = len(hashes)
    index = data.draw(st.integers(0, size - 1))
    path = path_of(index, hashes)
    assert root_by_path(hashes[index], index, size, path) == root_of(hashes)
    for other in {0, size - 1, (index + 1) % size} - {index}:
        with suppress(ValueError):  # the path has not the length for that place
            assert root_by_path(hashes[index], other, size, path) != root_of(hashes)


@pytest.mark.parametrize(
    ("index", "size", "length"), [(-1, 3, 2), (3, 3, 2), (0, 0, 0), (0, 1, 1), (0, 3, 1), (2, 3, 2), (0, 4, 3)]
)
def test_path__of_another_shape_is_refused(index: int, size: int, length: int) -> None:
    with pytest.raises(ValueError):
        root_by_path(b"\0" * 32, index, size, [b"\0" * 32] * length)
