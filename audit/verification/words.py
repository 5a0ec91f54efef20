"""What the codes of violations and notes mean, in the reader's language."""

from django.utils.translation import gettext_lazy as _

RULES = {
    "entry_altered": _("An entry is not what was sealed."),
    "entry_inserted": _("An entry was put below a seal that was made without it."),
    "entry_missing": _("An entry is gone that nobody was allowed to remove."),
    "entry_unknown": _("An entry has no seal and does not wait for one."),
    "entry_unsealed": _("An entry has waited too long for its seal: is the clock running?"),
    "head_differs": _("A seal is not what was kept of it outside of the database."),
    "head_missing": _("The file of heads leaves out a seal."),
    "key_altered": _("A key is not what it was when it was introduced."),
    "key_not_endorsed": _("A key introduced itself; if you did this after a loss, trust it with --trust-key."),
    "key_replaced": _("The file of the sealing key does not hold the key that seals the trail."),
    "leaf_altered": _("The hash that is kept of an entry is not what was sealed."),
    "leaf_missing": _("A place below a seal is empty."),
    "leaf_surplus": _("A seal was made with fewer entries than are below it."),
    "leaf_without_seal": _("Entries are below a seal that is not there."),
    "removal_altered": _("A permission to remove entries is not signed by a key of the trail."),
    "removal_key_wrong": _("A permission to remove entries names a key that was not in force."),
    "removal_unrecorded": _("A permission to remove entries has no entry of its own."),
    "removed_count_wrong": _("The trails count other entries as removed than are gone."),
    "seal_altered": _("A seal is not what was signed."),
    "seal_chain_broken": _("A seal does not follow the one before."),
    "seal_key_wrong": _("A seal names a key that was not in force."),
    "seal_missing": _("A seal is gone."),
    "seal_root_wrong": _("A seal's root is not that of the entries below it."),
    "seal_total_wrong": _("A seal counts other entries than there were."),
    "sealed_entry_queued": _("An entry waits for a seal that it has, which keeps others from being sealed."),
    "tail_cut": _("The last seals are gone: what was kept of them is newer than the trail."),
    "trail_gap": _("A place in the trail of a resource is empty."),
    "trail_length_wrong": _("The trail of a resource has another length than was counted."),
    "trail_missing": _("Nobody counted the entries of a resource."),
    "trigger_changed": _("A trigger that keeps the trail append-only is missing, switched off or changed."),
    "trigger_unknown": _("A trigger that is not the portal's works on the trail: it could keep entries out."),
}

NOTES = {
    "backdated": _("Entries claim to be much older than when they were sealed: %(count)s, the first is %(first)s."),
    "heads_file_missing": _("There is no file of heads (%(path)s): a cut tail would show only with --against."),
    "heads_unreadable": _("Lines of %(path)s cannot be read, as after a crash: %(lines)s."),
    "removal_unfinished": _("Entries that are permitted to go are still there, from seal %(seal)s on."),
    "key_file_not_read": _("The sealing key was not looked at: %(path)s (%(why)s)."),
}
