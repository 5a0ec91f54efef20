"""Duties that one process at a time does."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from audit.models import Singleton
from audit.singleton import give_back, holding, take
from tests.integration.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def let_expire(name: str) -> None:
    Singleton.objects.filter(name=name).update(expires_at=Now() - timedelta(seconds=1))


def test_duty__is_held_by_one_and_free_afterwards() -> None:
    with holding("duty", 30) as mine:
        assert mine == 1
        with holding("duty", 30) as other, holding("another", 30) as another:
            assert other is None
            assert another == 1
        assert take("duty", 30) is None, "who has not got it does not give it back"
    with holding("duty", 30) as again:
        assert again == 2


def test_duty__is_free_after_an_error() -> None:
    with pytest.raises(RuntimeError), holding("duty", 30):
        raise RuntimeError
    assert take("duty", 30) == 2


def test_token__rises_when_the_duty_changes_hands_and_the_old_one_holds_nothing() -> None:
    old = take("duty", 30)
    assert old == 1
    let_expire("duty")
    new = take("duty", 30)
    assert new == 2
    give_back("duty", old)
    assert take("duty", 30) is None, "an old token gives nothing back"


@pytest.mark.parametrize("is_new", [True, False])
def test_many_at_once__one_has_it(is_new: bool) -> None:
    for number in range(10):
        name = f"duty-{number}"
        if not is_new:
            take(name, 30)
            let_expire(name)
        tokens = at_once(*[lambda name=name: take(name, 30)] * 4)
        assert sum(token is not None for token in tokens) == 1
