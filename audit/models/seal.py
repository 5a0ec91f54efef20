"""What seals the trail: signed Merkle roots, each chained to the one before; their keys; and what was removed."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Key(models.Model):
    """A public key that seals are signed with, in force from the seal ``first_seal`` until the next key's.

    The key before has signed it (``endorsed_by``, ``endorsement``); the first one, and one that took over after a
    loss, has signed itself.
    """

    key_id = models.CharField(_("key"), primary_key=True, max_length=16)
    public_key = models.CharField(_("public key (Ed25519, hexadecimal)"), max_length=64)
    first_seal = models.PositiveBigIntegerField(_("first seal"))
    introduced_at = models.DateTimeField(_("introduced"))
    endorsed_by = models.CharField(_("endorsed by"), max_length=16)
    endorsement = models.CharField(_("endorsement"), max_length=128)

    class Meta:
        verbose_name = _("sealing key")
        verbose_name_plural = _("sealing keys")
        ordering = ["first_seal", "introduced_at"]

    def __str__(self) -> str:
        return self.key_id


class Seal(models.Model):
    """A signed statement about ``size`` entries: their Merkle root, and the digest of the seal before.

    ``total`` counts all entries sealed so far, these included. Hashes are SHA-256 in hexadecimal; what exactly is
    hashed and signed stands in ``audit.canonical``.
    """

    number = models.PositiveBigIntegerField(_("number"), primary_key=True)
    sealed_at = models.DateTimeField(_("sealed"))
    size = models.PositiveIntegerField(_("entries"))
    total = models.PositiveBigIntegerField(_("entries so far"))
    root = models.CharField(_("Merkle root"), max_length=64)
    previous = models.CharField(_("digest of the seal before"), max_length=64, unique=True)
    key_id = models.CharField(_("key"), max_length=16)
    signature = models.CharField(_("signature"), max_length=128)

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        ordering = ["-number"]

    def __str__(self) -> str:
        return str(self.number)


class Leaf(models.Model):
    """The place of an entry below its seal. No foreign key: a removed entry must not take its leaf along unseen."""

    entry_id = models.UUIDField(_("entry"), primary_key=True)
    seal_number = models.PositiveBigIntegerField(_("seal"))
    index = models.PositiveIntegerField(_("place"))
    leaf_hash = models.CharField(_("hash"), max_length=64)

    class Meta:
        verbose_name = _("sealed entry")
        verbose_name_plural = _("sealed entries")
        constraints = [models.UniqueConstraint(fields=["seal_number", "index"], name="leaf_place")]

    def __str__(self) -> str:
        return f"{self.seal_number}/{self.index}"


class Pending(models.Model):
    """An entry that has no seal yet; a trigger of the database writes it with the entry.

    Ids of transactions that overlap do not commit in their order: what is to be sealed is found by standing here,
    never by being newer than the last that was sealed.
    """

    entry_id = models.UUIDField(_("entry"), unique=True)

    class Meta:
        verbose_name = _("entry to be sealed")
        verbose_name_plural = _("entries to be sealed")

    def __str__(self) -> str:
        return str(self.entry_id)


class Removal(models.Model):
    """The permission to remove the entries of all seals up to ``through``: signed, and itself an entry of the trail."""

    through = models.PositiveBigIntegerField(_("through the seal"), primary_key=True)
    operation_id = models.UUIDField(_("operation"))
    key_id = models.CharField(_("key"), max_length=16)
    signature = models.CharField(_("signature"), max_length=128)

    class Meta:
        verbose_name = _("removal")
        verbose_name_plural = _("removals")

    def __str__(self) -> str:
        return str(self.through)
