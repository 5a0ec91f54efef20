"""A proof that one entry is in the trail: enough to check it without the trail, with nothing of this project."""

from collections.abc import Mapping, Sequence
from typing import Any

from audit import canonical
from audit.verification.pure.merkle import path_of, root_of
from audit.verification.pure.rows import SealRow, bytes_of, unhex

FORMAT = "venom-audit-proof/v1"


class NotProvable(ValueError):  # noqa: N818 (says what it is)
    """The trail does not prove the entry: it was altered, or what is beside it."""


def make_proof(
    entry: Mapping[str, Any], index: int, leaves: Sequence[Any], seal: SealRow, public_key: Any
) -> dict[str, Any]:
    """Make the proof, as JSON; ``leaves`` are the hashes of all leaves below the seal, in hexadecimal.

    Raises:
        NotProvable: it would not hold.
    """
    fields = {name: canonical.plain(entry[name]) for name in canonical.ENTRY_FIELDS}
    try:
        hashes = [unhex(leaf, 32) for leaf in leaves]
    except ValueError as error:
        raise NotProvable("a leaf is no hash") from error
    own = canonical.leaf_hash(bytes_of(canonical.ENTRY, fields))
    if index not in range(len(hashes)) or hashes[index] != own or root_of(hashes).hex() != seal.root:
        raise NotProvable("the entry's bytes do not lead to the seal's root")
    return {
        "format": FORMAT,
        "entry": fields,
        "index": index,
        "path": [node.hex() for node in path_of(index, hashes)],
        "seal": {name: canonical.plain(getattr(seal, name)) for name in canonical.SEAL_FIELDS},
        "signature": seal.signature,
        "public_key": public_key,
        "digest": seal.digest,
    }
