"""Merkle trees as RFC 6962, section 2.1 defines them, by its recursion. Leaves come as their hashes."""

import hashlib
from collections.abc import Sequence

from audit.canonical import node_hash


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Give the root over the leaves; over none it is the hash of nothing."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    split = _split(len(leaves))
    return node_hash(root_of(leaves[:split]), root_of(leaves[split:]))


def path_of(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Give what proves that a leaf is below the root: the roots of the subtrees beside it, the nearest first."""
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*path_of(index, leaves[:split]), root_of(leaves[split:])]
    return [*path_of(index - split, leaves[split:]), root_of(leaves[:split])]


def root_by_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """Give the root that a leaf and its path lead to in a tree of so many leaves.

    Raises:
        ValueError: no leaf of such a tree has this place, or a path of this length.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    if size == 1:
        if path:
            raise ValueError("the path is too long")
        return leaf
    if not path:
        raise ValueError("the path is too short")
    *inner, outer = path
    split = _split(size)
    if index < split:
        return node_hash(root_by_path(leaf, index, split, inner), outer)
    return node_hash(outer, root_by_path(leaf, index - split, size - split, inner))


def _split(size: int) -> int:
    """Give the largest power of two that is smaller than the size: how many leaves go to the left."""
    return 1 << ((size - 1).bit_length() - 1)
