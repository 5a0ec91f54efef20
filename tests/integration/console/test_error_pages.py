"""What a page says that cannot be shown."""

from django.contrib.auth.models import User
from django.test import Client


def test_form_of_unknown_origin__says_what_to_do_and_that_nothing_was_done(people: dict[str, User]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["operator"])
    response = client.post("/start/fire-drill/", {"seconds": "1"})
    assert response.status_code == 403
    page = response.content.decode()
    assert "Nothing was done." in page
    assert "load the page again" in page
    assert 'href="/"' in page


def test_form_of_unknown_origin__says_so_to_strangers_too() -> None:
    response = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "a", "password": "b"})
    assert response.status_code == 403
    assert "load the page again" in response.content.decode()


def test_missing_permission__is_named(people: dict[str, User], clients: dict[str, Client]) -> None:
    nobody = User.objects.create_user("nobody", is_staff=True)
    client = Client()
    client.force_login(nobody)
    response = client.get("/runs/")
    assert response.status_code == 403
    assert "<code>workflows.view_workflow</code>" in response.content.decode()


def test_unknown_address__leads_back(clients: dict[str, Client]) -> None:
    response = clients["viewer"].get("/no-such-page/")
    assert response.status_code == 404
    assert 'href="/"' in response.content.decode()
