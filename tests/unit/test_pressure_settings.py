"""What the environment says about queues and bounds."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from venom_portal.pressure import label_limits, served_queues


def test_queues__are_default_unless_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VENOM_QUEUES", raising=False)
    assert served_queues() == ("default",)
    monkeypatch.setenv("VENOM_QUEUES", " default, heavy,,heavy ")
    assert served_queues() == ("default", "heavy")


def test_queue_that_cannot_be__is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VENOM_QUEUES", "default,two words")
    with pytest.raises(ImproperlyConfigured, match="two words"):
        served_queues()


def test_limits__are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VENOM_LABEL_LIMITS", "tenant:*=20, team:ops=5,url:http://a=b=1")
    assert label_limits() == {("tenant", "*"): 20, ("team", "ops"): 5, ("url", "http://a=b"): 1}
    monkeypatch.delenv("VENOM_LABEL_LIMITS")
    assert label_limits() == {}


@pytest.mark.parametrize(
    "text", ["tenant=5", "tenant:a", "tenant:=5", ":a=5", "tenant:a=0", "tenant:a=-1", "tenant:a=x"]
)
def test_limit_that_cannot_be__is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("VENOM_LABEL_LIMITS", f"team:ops=5,{text}")
    with pytest.raises(ImproperlyConfigured, match="VENOM_LABEL_LIMITS"):
        label_limits()
