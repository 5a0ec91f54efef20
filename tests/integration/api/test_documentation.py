"""The schema and its pages, as they are served."""

import re

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_schema__is_openapi(viewer: Client) -> None:
    response = viewer.get("/api/schema/")
    assert response.headers["content-type"].startswith("application/vnd.oai.openapi")
    assert b"openapi: 3.1.0" in response.content


def test_schema__in_json_for_those_who_ask(viewer: Client) -> None:
    response = viewer.get("/api/schema/", headers={"accept": "application/json"})
    assert response.json()["info"]["title"] == "Venom Portal"


def test_pages__have_nothing_inline_and_nothing_from_elsewhere(viewer: Client) -> None:
    page = viewer.get("/api/docs/").content.decode()
    assert "<style" not in page
    assert not re.search(r"\son\w+=|\sstyle=", page)
    addresses = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert len(addresses) >= 4
    assert all(address.startswith("/") for address in addresses)
    assert len(re.findall(r"<script", page)) == len(re.findall(r"<script src=", page))


def test_pages__are_set_up_by_a_script_of_their_own(viewer: Client) -> None:
    response = viewer.get("/api/docs/?script=")
    assert response.headers["content-type"].startswith("application/javascript")
    assert b"/api/schema/" in response.content


def test_pages__send_strangers_to_the_login() -> None:
    assert Client().get("/api/docs/").headers["location"] == "/admin/login/?next=/api/docs/"
