"""The bounds on how many runs may be at work at a time: of a definition, or with one value of a label."""

from collections import Counter
from collections.abc import Collection

from django.conf import settings
from django.db.models import Count

from workflows.models import Definition, Place, Workflow

_DEFINITION = "definition"
_LABEL = "label"
_ANY = "*"


def bounds_on(run: Workflow) -> list[str]:
    """Name the bounds that concern a run."""
    names = [f"{_DEFINITION}:{run.definition_name}", *(f"{_LABEL}:{key}:{value}" for key, value in run.labels.items())]
    return list(limits_of(names))


def limits_of(bounds: Collection[str]) -> dict[str, int]:
    """Give the number of each bound as it is now; one that does not hold any more is left out.

    An author's number is that of the definition's current version, and counts for the runs of all versions.
    """
    named = {bound.partition(":")[2]: bound for bound in bounds if bound.startswith(f"{_DEFINITION}:")}
    versions = Definition.objects.filter(name__in=named).order_by("is_current", "version")
    current = dict(versions.values_list("name", "max_running")) if named else {}
    found = {named[name]: most for name, most in current.items() if most is not None}
    found |= {bound: most for bound in bounds if (most := _label_limit(bound)) is not None}
    return found


def full_bounds(bounds: Collection[str] | None = None) -> set[str]:
    """Name those of the bounds, or of all, under which every place is taken: counted from the runs that have them."""
    places = Place.objects.filter(is_taken=True)
    if bounds is not None:
        places = places.filter(bound__in=bounds)
    taken = Counter(dict(places.values_list("bound").annotate(Count("pk"))))
    return {bound for bound, most in limits_of(taken).items() if taken[bound] >= most}


def _label_limit(bound: str) -> int | None:
    kind, _colon, label = bound.partition(":")
    if kind != _LABEL:
        return None
    key, _colon, value = label.partition(":")
    limits: dict[tuple[str, str], int] = settings.VENOM_LABEL_LIMITS
    return limits.get((key, value), limits.get((key, _ANY)))
