"""What makes the audit trail evidence: triggers, key, seals."""

from django.conf import settings
from django.utils.translation import gettext as _

from audit import triggers
from audit.models import Key
from audit.sealing.keys import KeyProblem, current_key
from audit.selectors.seals import seal_lag
from venom_portal.diagnosis.finding import Finding, broken, good, limited

_LAG_SECONDS = 60


def append_only() -> Finding:
    """See whether the database refuses to change what is on record."""
    if wrong := triggers.problems():
        return broken(
            "audit-triggers",
            _("missing, changed or not the portal’s: %(names)s") % {"names": ", ".join(wrong)},
            _(
                "find out who did it and run `manage.py audit verify`; "
                "`manage.py migrate` puts the portal’s own right, drop others by hand"
            ),
        )
    return good("audit-triggers", _("the trail is append-only"))


def sealing_key() -> Finding:
    """See whether seals can be signed here, as they have to be where a clock runs."""
    if not Key.objects.exists():
        return good("audit-key", _("it will be made with the first seal"))
    try:
        key = current_key()
    except KeyProblem as problem:
        remedy = _("restore the file, or replace the key: `manage.py audit rotate-key --lost`")
        return limited("audit-key", str(problem), remedy)
    return good("audit-key", _("%(key)s in %(path)s") % {"key": key.key_id, "path": settings.VENOM_AUDIT_KEY})


def seals() -> Finding:
    """See whether seals follow the entries."""
    lag = seal_lag()
    if lag > _LAG_SECONDS:
        detail = _("the oldest entry without a seal is %(seconds)d seconds old") % {"seconds": lag}
        return limited("audit-seals", detail, _("see that a clock runs and what it logs"))
    return good("audit-seals", _("they follow the entries"))
