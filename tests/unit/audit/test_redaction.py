"""What counts as a secret, by name, by type and by looks."""

import json
from typing import Any

import pytest
from pydantic import SecretStr

from audit.redaction import REDACTED, is_secret, redact, redact_text

CANARY = "c4n4ry-7f3a9d1e5b"
MOST = 256 * 1024
"""So many characters one request may have."""


@pytest.mark.parametrize(
    "name",
    [
        *("password", "Password", "db_password", "apiKey", "API-KEY", "clientSecret", "access_token"),
        *("private_key", "AUTHORIZATION", "sessionId", "x.credentials"),
        *(
            "PGPASSWORD",
            "accesstoken",
            "authtoken",
            "secretkey",
            "privatekey",
            "dbpassword",
            "DBPASSWORD2",
            "sessionid",
        ),
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
        f"ran with --password {CANARY}",
        f"mysql --db-password 'two {CANARY}' -v",
        f"PGPASSWORD={CANARY} psql",
        f"DB_PASSWORD_2={CANARY}",
        f'password: "two {CANARY}"',
        f'password: "a quote \\" and {CANARY}"',
        f'password: "cut off {CANARY}',
        f"password=ab,{CANARY}",
        f"password=ab;{CANARY}",
        f"{{'password': ['{CANARY}']}}",
        f"'password' => '{CANARY}'",
        f'{{\\"password\\": \\"two {CANARY}\\"}}',
        f'{{\\\\\\"password\\\\\\": \\\\\\"two {CANARY}\\\\\\"}}',
        f"Cookie: theme=dark; sessionid={CANARY}",
        f"set-cookie: sessionid={CANARY}; Path=/",
        f"{{'Cookie': 'theme=dark; sessionid={CANARY}'}}",
        f'Authorization: Digest username="x", response="{CANARY}"',
        f"token: Bearer {CANARY}",
        f"HTTPS://portal:{CANARY}@host/path",
        f"connecting to ...postgres://portal:{CANARY}@host",
        f"postgres://portal:p@ss@{CANARY}@host",
        f"postgres://portal:{CANARY}@ss@host",
        f"private_key: -----BEGIN RSA PRIVATE KEY-----\n{CANARY}\n-----END RSA PRIVATE KEY-----",
    ],
)
def test_text__loses_what_looks_like_a_secret(text: str) -> None:
    assert CANARY not in redact_text(text)
    assert CANARY.replace("-", "") not in redact_text(text)
    assert CANARY not in json.dumps(redact([text, {text: text}]))


@pytest.mark.parametrize(
    "text",
    [
        *("paused for the release", "https://host:8080/path", "token bucket is full", "pass 3 of 4"),
        *("the token expired", "the password was wrong", "secretary: Ada", "tokenizer: fast", "--token --verbose"),
        *("ssh://git@host:22/path", "a cookie is stale", 'password=""', '{"Cookie": "", "note": "kept"}'),
    ],
)
def test_text__without_a_secret_is_kept(text: str) -> None:
    assert redact_text(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ('{"password": "a b", "note": "kept"}', f'{{"password": "{REDACTED}", "note": "kept"}}'),
        (r"{\"password\": \"a b\", \"n\": 1}", rf"{{\"password\": \"{REDACTED}\", \"n\": 1}}"),
        ("Cookie: a=b; c=d\r\nHost: host", f"Cookie: {REDACTED}\r\nHost: host"),
        ("ran with --password hunter2 -v", f"ran with --password {REDACTED} -v"),
        ("postgres://portal:p@ss@host/name", f"postgres://portal:{REDACTED}@host/name"),
        ("mongodb://portal:secret@one,two", f"mongodb://portal:{REDACTED}@one,two"),
        ("the password: was wrong", f"the password: {REDACTED} wrong"),
    ],
)
def test_text__keeps_what_stands_around_a_secret(text: str, left: str) -> None:
    assert redact_text(text) == left
    assert redact_text(left) == left, "what is hidden stays as it is"


@pytest.mark.parametrize(
    ("value", "left"),
    [
        ([{"name": "DB_PASSWORD", "value": CANARY}], [{"name": "DB_PASSWORD", "value": REDACTED}]),
        ({"Key": "apiKey", "Value": {"deep": CANARY}}, {"Key": "apiKey", "Value": REDACTED}),
        ({"name": "DB_HOST", "value": "db", "key": 7}, {"name": "DB_HOST", "value": "db", "key": 7}),
        ({"name": "token", "value": ""}, {"name": "token", "value": ""}),
        (["run", "--password", CANARY, "-v"], ["run", "--password", REDACTED, "-v"]),
        (["--password=x", "kept", "token", "kept"], [f"--password={REDACTED}", "kept", "token", "kept"]),
    ],
)
def test_value__beside_a_secrets_name_is_hidden(value: Any, left: Any) -> None:
    assert redact(value) == left


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece",
    [
        *(
            "eyJ-",
            "eyJaaaaaaaa.",
            "a.",
            "a-",
            "a",
            "A",
            "1",
            " ",
            "\n",
            "\\",
            '"',
            "a://",
            "a://x",
            "a://x:",
            "a://b@",
            "@",
        ),
        *("password ", "password=", "password=' ", 'password="', 'password=\\"', "password='password=\"", "password\\"),
        *("password:=>[ ", "password is ", "--password ", "-token", "--tokentoken", "sessionid", "token1", "bearer "),
        *("Cookie: ", "cookie=\r", 'authorization:"\\"', "vnm_", "AKIA", "-----BEGIN ", "-----END ", "PRIVATE KEY "),
    ],
)
def test_text__is_read_in_time_that_grows_with_its_length_only(piece: str) -> None:
    """Of this length, whatever is quadratic takes minutes."""
    for start in ("", "a://", "token"):
        text = (start + piece * MOST)[:MOST]
        redact({text: text})


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
