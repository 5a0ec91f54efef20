"""What counts as a secret, by name, by type and by looks."""

import json

import pytest
from pydantic import SecretStr

from audit.redaction import REDACTED, is_secret, redact, redact_text

CANARY = "c4n4ry-7f3a9d1e5b"


@pytest.mark.parametrize(
    "name",
    [
        *("password", "Password", "db_password", "apiKey", "API-KEY", "clientSecret", "access_token"),
        *("private_key", "AUTHORIZATION", "sessionId", "x.credentials"),
    ],
)
def test_name__of_a_secret_is_known_in_any_spelling(name: str) -> None:
    assert is_secret(name)
    assert redact({"deep": [{name: CANARY}]}) == {"deep": [{name: REDACTED}]}


@pytest.mark.parametrize(
    "name", ["tokenizer", "step_id", "author", "compass", "keyboard", "api", "key", "secretary", ""]
)
def test_name__that_only_resembles_one_is_kept(name: str) -> None:
    assert redact({name: CANARY}) == {name: CANARY}


@pytest.mark.parametrize(
    "text",
    [
        f"password={CANARY}",
        f"the password is {CANARY}",
        f'{{"api_key": "{CANARY}"}}',
        f"--db-password={CANARY} --verbose",
        f"Authorization: Bearer {CANARY}",
        f"postgres://portal:{CANARY}@db:5432/portal",
        f"vnm_{CANARY.replace('-', '')}0123456789",
        f"-----BEGIN PRIVATE KEY-----\n{CANARY}\n-----END PRIVATE KEY-----",
        f"eyJhbGciOiJIUzI1NiJ9.{CANARY}.signature",
    ],
)
def test_text__loses_what_looks_like_a_secret(text: str) -> None:
    assert CANARY not in redact_text(text)
    assert CANARY.replace("-", "") not in redact_text(text)
    assert CANARY not in json.dumps(redact([text, {text: text}]))


@pytest.mark.parametrize(
    "text", ["paused for the release", "https://host:8080/path", "token bucket is full", "pass 3 of 4"]
)
def test_text__without_a_secret_is_kept(text: str) -> None:
    assert redact_text(text) == text


def test_type__of_a_secret_is_enough() -> None:
    assert redact({"value": SecretStr(CANARY), "raw": CANARY.encode()}) == {"value": REDACTED, "raw": REDACTED}


def test_nothing__is_no_secret() -> None:
    assert redact({"password": "", "token": None, "has_secret": True}) == {
        "password": "",
        "token": None,
        "has_secret": True,
    }


def test_text__is_made_fit_for_the_database() -> None:
    assert redact("a\0b\ud800c") == "a\ufffdb?c"
