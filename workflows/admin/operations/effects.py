"""The effects of an operation as the rows of a table."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from django.utils.translation import gettext as _

from workflows.operations.request import Effect
from workflows.words import effect_in_words, reason_in_words

_MOST_ROWS = 50
_NAMED = 5


@dataclass(frozen=True)
class Row:
    """What happens to some steps, and why."""

    steps: str
    count: int
    effect: str
    reason: str


def rows_of(effects: Sequence[Effect]) -> list[Row]:
    """Give a row for each effect; where these are too many to read, one for all steps that fare alike."""
    if len(effects) <= _MOST_ROWS:
        return [_row(effect, [effect]) for effect in effects]
    alike: dict[tuple[str, str], list[Effect]] = {}
    for effect in effects:
        alike.setdefault((effect.effect, effect.reason), []).append(effect)
    return [_row(group[0], group) for group in alike.values()]


def totals_of(effects: Sequence[Effect]) -> dict[str, int]:
    """Give for each kind of effect, in words, how many steps it happens to; in the order of their appearance."""
    totals: dict[str, int] = {}
    for effect in effects:
        words = effect_in_words(effect.effect)
        totals[words] = totals.get(words, 0) + effect.count
    return totals


def digest_of(effects: Sequence[Effect]) -> str:
    """Give a short text that is the same for the same effects."""
    return hashlib.sha256(json.dumps([astuple(effect) for effect in effects]).encode()).hexdigest()


def _row(sample: Effect, group: Sequence[Effect]) -> Row:
    names = ", ".join(effect.step_id for effect in group[:_NAMED])
    if len(group) > _NAMED:
        names = _("%(names)s and %(count)s more") % {"names": names, "count": len(group) - _NAMED}
    return Row(names, sum(e.count for e in group), effect_in_words(sample.effect), reason_in_words(sample.reason))
