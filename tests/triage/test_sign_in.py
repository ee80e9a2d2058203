"""The door: who gets in, who does not, and what a forged form does."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from sifra.database import reading, writing
from tests.triage.example_office import Browser, Installation
from triage.people.sign_in import A_USERNAME
from triage.staff_tables import accounts

OPEN_TO_ALL = {
    ("/", "GET"),
    ("/healthz", "GET"),
    *(
        (path, method)
        for path in ("/sign-in", "/join", "/second-factor")
        for method in ("GET", "POST")
    ),
}


def ways(app: Flask) -> Iterator[tuple[str, str]]:
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<any\('?([a-z-]+)'?,[^>]*>", r"\1", rule.rule)
        path = re.sub(r"<[a-z_]+>", "0" * 32, path)
        assert "<" not in path, rule.rule
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            yield path, method


def test_a_stranger_is_refused_at_every_way_in(app: Flask, stranger: Browser) -> None:
    stranger.get("/sign-in")
    token = stranger.page.find("input", {"name": "csrf_token"})
    assert token is not None
    found = set(ways(app))
    assert found >= OPEN_TO_ALL
    for path, method in sorted(found - OPEN_TO_ALL):
        data = {"csrf_token": token["value"]} if method == "POST" else None
        answer = stranger.client.open(path, method=method, data=data)
        if method == "GET":
            assert (answer.status_code, answer.location) == (303, "/sign-in"), path
        else:
            assert answer.status_code == 401, path
        assert b"Logg ut" not in answer.data


def test_every_form_needs_its_token(app: Flask, browser: Browser, office: Installation) -> None:
    case, _ = office.tip()
    browser.get(f"/cases/{case}")
    for path, method in sorted(ways(app)):
        if method == "POST":
            for data in ({}, {"csrf_token": "forged"}):
                answer = browser.client.post(path.replace("0" * 32, case), data=data)
                assert answer.status_code == 400, path
    assert office.stored(case).clear.state == "new"
    assert len(office.stored(case).sealed.messages) == 1


def test_a_token_of_another_session_is_refused(
    app: Flask, browser: Browser, office: Installation
) -> None:
    case, _ = office.tip()
    other = Browser(app.test_client(), office)
    other.sign_in(office.leader)
    other.get(f"/cases/{case}")
    browser.page = other.page
    browser.act(case, "close", 400)
    assert office.stored(case).clear.state == "new"


def test_whatever_is_wrong_the_page_says_the_same(stranger: Browser, office: Installation) -> None:
    good = {
        "username": "leder",
        "passphrase": office.leader.passphrase,
        "code": office.code(office.leader),
    }
    said = set()
    for wrong in ({"username": "ingen"}, {"passphrase": "feil"}, {"code": "000000"}):
        stranger.get("/sign-in")
        stranger.post("/sign-in", 403, **{**good, **wrong})
        alert = stranger.page.find(role="alert")
        assert alert is not None
        said.add(alert.get_text())
    assert len(said) == 1
    assert office.leader.passphrase not in str(stranger.page)


def test_an_empty_field_is_named_beside_it_and_the_username_kept(stranger: Browser) -> None:
    stranger.get("/sign-in")
    stranger.post("/sign-in", 422, username="leder", passphrase=" ", code="")
    for name in ("passphrase", "code"):
        box = stranger.page.find(id=name)
        assert box is not None
        described = str(box["aria-describedby"]).split()
        assert all(stranger.page.find(id=one) for one in described)
        assert f"{name}-error" in described
    assert "value" not in stranger.page.find(id="passphrase").attrs  # type: ignore[union-attr]
    assert stranger.page.find(id="username")["value"] == "leder"  # type: ignore[index]


def test_a_crowd_at_one_username_is_slowed_and_nobody_else_is(
    stranger: Browser, office: Installation
) -> None:
    stranger.get("/sign-in")
    wrong = {"username": "Ung", "passphrase": "feil", "code": "000000"}
    for _ in range(int(A_USERNAME.split("/")[0])):
        stranger.post("/sign-in", 403, **wrong)
    stranger.post("/sign-in", 429, **{**wrong, "username": " ung "})
    assert "Vent" in stranger.text
    stranger.sign_in(office.leader)
    assert stranger.page.find(role="alert") is None


def test_no_account_is_locked_for_longer_than_the_crowd_stands_there(
    stranger: Browser, office: Installation
) -> None:
    stranger.get("/sign-in")
    for _ in range(10):
        stranger.client.post("/sign-in", data={"username": "leder"})
    with time_machine.travel(time.time() + 61):
        stranger.sign_in(office.leader)


def spend(browser: Browser, username: str = "leder") -> None:
    """All the tries that a stranger has at a username, and more."""
    browser.get("/sign-in")
    token = browser.page.find("input", {"name": "csrf_token"})
    assert token is not None
    wrong = {"username": username, "passphrase": "feil", "code": "000000"}
    for _ in range(int(A_USERNAME.split("/")[0])):
        browser.client.post("/sign-in", data={**wrong, "csrf_token": token["value"]})
    browser.post("/sign-in", 429, **wrong)


def test_a_stranger_who_spends_every_try_does_not_keep_the_owner_out(
    app: Flask, office: Installation
) -> None:
    owner, stranger = (Browser(app.test_client(), office) for _ in range(2))
    owner.sign_in(office.leader)
    owner.post("/sign-out")
    spend(stranger)
    owner.sign_in(office.leader)
    assert owner.page.find(role="alert") is None
    # The same from a browser that the account has never signed in from is a stranger's.
    elsewhere = Browser(app.test_client(), office)
    elsewhere.sign_in(office.leader, 429)


def test_a_known_browser_has_no_more_tries_than_a_stranger(
    app: Flask, office: Installation
) -> None:
    owner = Browser(app.test_client(), office)
    owner.sign_in(office.leader)
    owner.post("/sign-out")
    owner.get("/sign-in")
    wrong = {"username": "leder", "passphrase": "feil", "code": "000000"}
    for _ in range(int(A_USERNAME.split("/")[0])):
        owner.post("/sign-in", 403, **wrong)
    owner.post("/sign-in", 429, **wrong)


def test_a_mark_of_one_account_gives_no_tries_at_another(app: Flask, office: Installation) -> None:
    member = office.member("ung", "youth_team")
    colleague, stranger = (Browser(app.test_client(), office) for _ in range(2))
    colleague.sign_in(member)
    colleague.post("/sign-out")
    spend(stranger)
    colleague.sign_in(office.leader, 429)
    colleague.sign_in(member)


def test_colleagues_who_share_a_machine_are_both_known(app: Flask, office: Installation) -> None:
    member = office.member("ung", "youth_team")
    shared, stranger = (Browser(app.test_client(), office) for _ in range(2))
    for account in (office.leader, member):
        shared.sign_in(account)
        shared.post("/sign-out")
    spend(stranger)
    spend(stranger, "ung")
    for account in (office.leader, member):
        shared.sign_in(account)
        shared.post("/sign-out")


@pytest.mark.parametrize("value", ["", "x", "é", "A" * 24, "A" * 64, "=" * 64, "A" * 4000])
def test_a_made_up_mark_is_a_strangers(app: Flask, office: Installation, value: str) -> None:
    stranger, forger = (Browser(app.test_client(), office) for _ in range(2))
    spend(stranger)
    forger.client.set_cookie("sifra-known", value)
    forger.sign_in(office.leader, 429)


def test_the_mark_names_nobody_and_cannot_be_read_by_a_page(
    app: Flask, office: Installation
) -> None:
    client = Browser(app.test_client(), office)
    client.sign_in(office.leader)
    found = client.client.get_cookie("sifra-known")
    assert found is not None
    assert found.http_only
    assert found.same_site == "Strict"
    assert found.max_age == 180 * 24 * 3600
    raw = base64.urlsafe_b64decode(found.value)
    assert b"leder" not in raw
    assert bytes.fromhex(office.leader.id) not in raw


def test_the_language_is_the_accounts_and_can_be_changed(
    browser: Browser, office: Installation
) -> None:
    assert browser.page.html["lang"] == "nb"  # type: ignore[index]
    case, _ = office.tip()
    browser.get(f"/cases/{case}")
    browser.post("/language", language="en", back=f"/cases/{case}")
    assert browser.page.html["lang"] == "en"  # type: ignore[index]
    assert "I have read it" in browser.text
    browser.post("/language", language="xx", back="//elsewhere.example/")
    assert browser.page.find("h1").get_text() == "Open cases"  # type: ignore[union-attr]
    with reading(office.staff) as connection:
        assert connection.scalar(select(accounts.c.language)) == "en"


@pytest.mark.parametrize("path", ["/handovers", "/incidents", "/picture"])
def test_whoever_changes_the_language_stays_on_the_page(browser: Browser, path: str) -> None:
    browser.post("/language", language="en", back=path)
    assert browser.page.find("input", {"name": "back"})["value"] == path  # type: ignore[index]


def test_a_visitor_gets_the_browsers_language_or_the_one_asked_for(stranger: Browser) -> None:
    page = stranger.client.get("/sign-in", headers={"Accept-Language": "en-GB, nb;q=0.5"})
    assert b'lang="en"' in page.data
    assert b'lang="nb"' in stranger.client.get("/sign-in?language=nb").data


def test_a_role_that_may_nothing_sees_nothing(app: Flask, office: Installation) -> None:
    member = office.member("ung", "youth_team")
    browser = Browser(app.test_client(), office)
    browser.sign_in(member)
    with writing(office.staff) as connection:
        connection.execute(update(accounts).where(accounts.c.id == member.id).values(role="gjest"))
    browser.get("/queue", 403)


@pytest.mark.parametrize("path", ["/queue", "/sign-in"])
def test_pages_are_neither_kept_nor_framed_nor_compressed(browser: Browser, path: str) -> None:
    answer = browser.client.get(path, headers={"Accept-Encoding": "br, gzip"})
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Content-Encoding" not in answer.headers
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
