"""The log of a run: read, followed, filtered, downloaded."""

from django.test import Client

from audit.actor import SYSTEM
from tests.driver import Driver
from tests.integration.console.run_pages import fragment, log_to, text, url_of
from workflows.models.workflow import new_id
from workflows.operations.create import NewRun, create_run


def test_logs__show_the_newest_at_the_bottom(driver: Driver, clients: dict[str, Client]) -> None:
    run = driver.start("chain-of-ten")
    driver.claim(run)
    log_to(run, 250)
    page = text(clients["viewer"], url_of(run, "logs"))
    assert 'id="L250"' in page
    assert 'id="L51"' in page
    assert 'id="L50"' not in page
    assert page.index('id="L51"') < page.index('id="L250"')
    assert "line 250 <b>" in page
    assert "line 250 <b>" not in clients["viewer"].get(url_of(run, "logs")).content.decode()
    assert 'id="L50"' in text(clients["viewer"], url_of(run, "logs", before=51))


def test_logs__link_to_a_line(driver: Driver, clients: dict[str, Client]) -> None:
    run = driver.start("chain-of-ten")
    driver.claim(run)
    log_to(run, 500)
    page = text(clients["viewer"], url_of(run, "logs", line=20))
    assert 'id="L20" data-seq="20" class="log-line level-20 is-meant"' in page
    assert 'id="L1"' in page
    assert 'id="L500"' not in page
    assert "data-follow" not in page


def test_logs__are_followed_from_the_last_line(driver: Driver, clients: dict[str, Client]) -> None:
    run = driver.start("chain-of-ten")
    driver.claim(run)
    log_to(run, 3)
    page = text(clients["viewer"], url_of(run, "logs"))
    assert 'data-after="3" data-follow=' in page
    assert "data-log-state" in page
    assert "Later lines" not in page
    log_to(run, 2)
    new = fragment(clients["viewer"], url_of(run, "logs", after=3), "log-new")
    assert [f'id="L{n}"' in new for n in range(2, 7)] == [False, False, True, True, False]
    assert "<section" not in new


def test_new_lines__come_with_word_of_what_is_to_come(driver: Driver, clients: dict[str, Client]) -> None:
    at_work, over = driver.start("chain-of-ten"), driver.work_off(driver.start("chain-of-ten"))
    driver.claim(at_work)
    for run, says in ((at_work, ""), (over, " data-over")):
        log_to(run, 250)
        first, last = (fragment(clients["viewer"], url_of(run, "logs", after=n), "log-new") for n in (0, 249))
        assert f"<template data-log-news data-more{says}>" in first
        assert f"<template data-log-news{says}>" in last
        assert ("data-over" in text(clients["viewer"], url_of(run, "logs"))) == bool(says)


def test_logs__are_filtered(driver: Driver, clients: dict[str, Client]) -> None:
    run = driver.start("chain-of-ten")
    driver.claim(run)
    log_to(run, 3)
    log_to(run, 2, level=40, step="add-one-2")
    shown = {
        "level=40": {4, 5},
        "of=add-one": {1, 2, 3},
        "q=LINE+4": {4},
        "of=add-one&level=40": set(),
    }
    for query, seqs in shown.items():
        page = text(clients["viewer"], f"{url_of(run, 'logs')}?{query}")
        assert {n for n in range(1, 6) if f'id="L{n}"' in page} == seqs, query
    assert "No line fits the filters." in page


def test_logs__say_why_there_are_none(driver: Driver, clients: dict[str, Client]) -> None:
    idle = create_run(SYSTEM, NewRun("fan", start=False)).run
    assert "has not been started" in text(clients["viewer"], url_of(idle, "logs"))
    quiet = driver.start("chain-of-ten")
    assert "No step has logged anything" in text(clients["viewer"], url_of(quiet, "logs"))


def test_log_download__is_the_text_that_fits_the_filters(driver: Driver, clients: dict[str, Client]) -> None:
    run = driver.start("chain-of-ten")
    driver.claim(run)
    log_to(run, 2_100)
    log_to(run, 2, level=40)
    url = f"{url_of(run, 'logs')}download/"
    response = clients["viewer"].get(url)
    body = b"".join(response.streaming_content).decode().splitlines()
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert len(body) == 2_102
    assert body[0].endswith(": line 1 <b>")
    graver = b"".join(clients["viewer"].get(f"{url}?level=40").streaming_content).decode().splitlines()
    assert len(graver) == 2
    assert clients["outsider"].get(url).status_code == 403
    assert clients["viewer"].get(url.replace(str(run.pk), str(new_id()))).status_code == 404
