"""The Merkle tree hash as the writer computes it: leaf by leaf, keeping one hash for each complete subtree.

Gives what RFC 6962, section 2.1 defines by recursion. Standard library only.
"""

import hashlib
from collections.abc import Iterable

from audit.canonical import node_hash


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Give the root over the leaves' hashes; over none it is the hash of nothing."""
    complete: list[tuple[int, bytes]] = []  # the sizes fall from left to right, each a power of two
    for leaf in leaves:
        size, right = 1, leaf
        while complete and complete[-1][0] == size:
            _same, left = complete.pop()
            size, right = 2 * size, node_hash(left, right)
        complete.append((size, right))
    if not complete:
        return hashlib.sha256().digest()
    _size, root = complete.pop()
    while complete:
        _size, left = complete.pop()
        root = node_hash(left, root)
    return root
