"""What somebody wrote comes back when it cannot be taken, and is written nowhere else."""

from __future__ import annotations

import io
import logging
from pathlib import Path

import pytest
from flask import Flask

from tests.triage.example_office import Browser, Installation

WRITTEN = "et langt svar om <kniven> på Måsan"


@pytest.fixture
def logged(app: Flask) -> io.StringIO:
    """What the site's own log says, as an operator would read it."""
    stream = io.StringIO()
    (handler,) = app.logger.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(stream)
    return stream


def kept(browser: Browser) -> str:
    box = browser.page.find("textarea")
    assert box is not None
    return box.get_text().strip()


def test_after_the_session_ended_the_text_waits_for_sign_in(
    browser: Browser, office: Installation
) -> None:
    case, key = office.tip()
    browser.get(f"/cases/{case}")
    browser.client.delete_cookie("sifra")
    browser.act(case, "answer", 401, text=WRITTEN, language="nb")
    assert kept(browser) == WRITTEN
    waiting = browser.page
    browser.sign_in(office.leader)
    browser.page = waiting
    # The token is the visitor's still: the page comes once more, with one that is good.
    for status in (400, 200):
        fields = {
            str(one["name"]): str(one["value"])
            for one in browser.page.find_all("input", {"name": ["seen", "language"]})
        }
        browser.post(f"/cases/{case}/answer", status, text=kept(browser), **fields)
        if status == 400:
            assert kept(browser) == WRITTEN
    (answer,) = office.sender(case, key).messages()
    assert answer.body["text"] == WRITTEN


@pytest.mark.parametrize("which", ["public/cases.sqlite", "office/staff.sqlite"])
def test_a_vanished_database_is_a_503_that_keeps_the_text(
    browser: Browser, office: Installation, which: str
) -> None:
    case, key = office.tip()
    browser.get(f"/cases/{case}")
    file = office.settings.home.path / which
    aside = file.with_suffix(".aside")
    file.rename(aside)
    assert browser.client.get("/healthz").status_code == 503
    browser.act(case, "answer", 503, text=WRITTEN, language="nb")
    assert kept(browser) == WRITTEN
    page = browser.page
    browser.get("/queue", 503)
    aside.rename(file)
    assert browser.client.get("/healthz").data == b"ok"
    browser.page = page
    browser.act(case, "answer", text=kept(browser), language="nb")
    (answer,) = office.sender(case, key).messages()
    assert answer.body["text"] == WRITTEN


def test_what_people_write_stands_in_no_log_address_or_title(
    app: Flask,
    browser: Browser,
    office: Installation,
    caplog: pytest.LogCaptureFixture,
    logged: io.StringIO,
) -> None:
    caplog.set_level(logging.DEBUG)
    app.testing = False
    case, _ = office.tip("hemmelig kniv", place="masan")
    titles = []
    for path in ("/queue", f"/cases/{case}"):
        browser.get(path)
        titles.append(browser.page.title.get_text())  # type: ignore[union-attr]
        assert "hemmelig kniv" in browser.text
    answered = browser.client.post(
        f"/cases/{case}/answer",
        data={
            "csrf_token": browser.page.find("input")["value"],  # type: ignore[index]
            "seen": "1",
            "text": WRITTEN,
            "language": "nb",
        },
    )
    assert answered.location == f"/cases/{case}"
    (office.settings.home.public / "cases.sqlite").unlink()
    browser.client.get(f"/cases/{case}")
    said = "".join(titles) + caplog.text + logged.getvalue()
    assert "StoreUnavailable" in said
    for word in ("hemmelig", "kniv", "Måsan", "leder", office.leader.passphrase):
        assert word not in said


def test_an_error_in_our_code_says_where_and_nothing_more(
    app: Flask, browser: Browser, monkeypatch: pytest.MonkeyPatch, logged: io.StringIO
) -> None:
    app.testing = False

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("hemmelig kniv")

    monkeypatch.setattr("triage.finding.queue.lines", fails)
    browser.get("/queue", 500)
    assert "RuntimeError" in logged.getvalue()
    assert "hemmelig" not in logged.getvalue()


def test_nothing_is_written_outside_the_home(
    browser: Browser, office: Installation, tmp_path: Path
) -> None:
    case, _ = office.tip("hemmelig kniv")
    browser.get(f"/cases/{case}")
    browser.act(case, "answer", text=WRITTEN, language="nb")
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for word in ("hemmelig kniv", "langt svar", "kniven"):
        assert word.encode() not in written
