"""The proof of one entry, to be handed to somebody who has no access to the trail."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from audit.models import Entry
from audit.verification.pure.keyring import Keyring
from audit.verification.pure.proof import NotProvable, make_proof
from audit.verification.readers import seals, segments
from audit.verification.report import CannotCheckError


def prove(operation_id: UUID) -> dict[str, Any]:
    """Give the proof that an entry is in the trail, as JSON; ``docs/check_proof.py`` checks it.

    Raises:
        Entry.DoesNotExist: there is no such entry.
        CannotCheckError: it has no seal yet.
        NotProvable: the trail does not prove it: something was altered.
    """
    found = segments.leaf_of(str(operation_id))
    if found is None or found[1].entry is None:
        if Entry.objects.filter(pk=operation_id).exists():
            raise CannotCheckError(_("the entry has no seal yet; try again in a few seconds"))
        raise Entry.DoesNotExist(_("there is no audit entry %(id)s") % {"id": operation_id})
    number, leaf = found
    seal = seals.numbered([number]).get(number)
    keyring = Keyring(seals.keys())
    if seal is None or leaf.entry is None or not keyring.has_signed_seal(seal):
        raise NotProvable("the seal is not there, or was altered")
    return make_proof(leaf.entry, leaf.index, segments.leaf_hashes(number), seal, keyring.public_key(seal.key_id))
