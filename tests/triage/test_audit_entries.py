"""What is entered: once, before it happens, with nothing of what anybody wrote."""

from __future__ import annotations

import datetime as dt
import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.engine import make_url

from sifra.case_store import CaseStore
from sifra.database import Conflict, reading, writing
from sifra.duty_store import DutyStore
from tests.triage.example_office import NOW, Browser, Installation
from triage.audit import audit_log
from triage.staff_tables import audit_entries

WORD = "glasskjeks"
"""Stands in what sender and staff write, and must stand nowhere in the staff database."""


def entries(office: Installation, after: int) -> list[tuple[Any, ...]]:
    """Action, unit, case and fields."""
    with reading(office.staff) as connection:
        rows = connection.execute(
            select(audit_entries)
            .where(audit_entries.c.sequence > after)
            .order_by(audit_entries.c.sequence)
        ).all()
    assert {row.account_id for row in rows} <= {office.leader.id}
    return [(row.action, row.unit, row.case_id, json.loads(row.fields)) for row in rows]


def count(office: Installation) -> int:
    found = audit_log.end(office.staff).entries
    assert found is not None
    return found


def without_log(office: Installation) -> None:
    """As when the disk is full: nothing can be entered any more."""
    with writing(office.staff) as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON audit_entries BEGIN SELECT RAISE(FAIL, ''); END"
        )


def test_the_founder_signed_the_cards(office: Installation) -> None:
    assert entries(office, 0) == [
        ("key-card-signed", unit, None, {"serial": 1})
        for unit in ("youth_team", "police", "picture")
    ]


def test_in_and_out(stranger: Browser, office: Installation) -> None:
    start = count(office)
    stranger.sign_in(office.leader)
    stranger.post("/sign-out")
    assert [one[0] for one in entries(office, start)] == ["sign-in", "sign-out"]


def test_a_refusal_is_entered_for_accounts_that_there_are(
    stranger: Browser, office: Installation
) -> None:
    start = count(office)
    stranger.get("/sign-in")
    good = {"passphrase": office.leader.passphrase, "code": "000000"}
    for change in ({"code": "x"}, {"passphrase": WORD}, {"username": WORD}):
        stranger.post("/sign-in", 403, **{"username": "leder", **good, **change})
    assert entries(office, start) == [("sign-in-refused", "", None, {})] * 2
    assert WORD.encode() not in staff_bytes(office)


def test_an_unknown_username_writes_as_much_as_a_known_one(
    stranger: Browser, office: Installation
) -> None:
    """Or the time of the answer would tell which usernames there are."""
    stranger.get("/sign-in")
    log = Path(f"{make_url(office.settings.staff_database_url).database}-wal")
    written = []
    office.code(office.leader)  # From here on the log is there, and only grows.
    for name in ("leder", "ingen"):
        before = log.stat().st_size
        stranger.post("/sign-in", 403, username=name, passphrase="feil", code="000000")
        written.append(log.stat().st_size - before)
    assert min(written) > 0
    assert max(written) <= 2 * min(written)


def test_each_deed_on_a_case_is_one_entry_and_each_page_one_look(
    browser: Browser, office: Installation
) -> None:
    case, _ = office.tip(f"noen har {WORD}")
    start = count(office)
    browser.get("/queue")
    assert entries(office, start) == []
    browser.get(f"/cases/{case}")
    expected: list[tuple[Any, ...]] = [("look", "youth_team", case, {"messages": 1})]
    for place, (action, entered) in enumerate(
        (("acknowledge", "read"), ("answer", "answer"), ("close", "close"), ("reopen", "reopen")), 1
    ):
        browser.act(case, action, text=f"hvor er {WORD}?", language="nb")
        expected += [
            (entered, "youth_team", case, {"message": place}),
            ("look", "youth_team", case, {"messages": place + 1}),
        ]
    assert entries(office, start) == expected
    assert audit_log.verify(office.staff).finding is None
    assert WORD.encode() not in staff_bytes(office)


def test_what_is_shown_with_an_error_is_a_look_too(browser: Browser, office: Installation) -> None:
    case, key = office.tip()
    browser.get(f"/cases/{case}")
    start = count(office)
    browser.act(case, "answer", 422, text="", language="nb")
    office.writes_more(case, key, "og mer")
    browser.act(case, "close", 409)
    looked = [("look", "youth_team", case, {"messages": shown}) for shown in (1, 2)]
    assert entries(office, start) == looked


def test_a_deed_that_somebody_else_was_faster_with_was_set_out_on(
    browser: Browser, office: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, _ = office.tip()
    browser.get(f"/cases/{case}")
    start = count(office)

    def beaten(*_: object, **__: object) -> None:
        raise Conflict

    monkeypatch.setattr(CaseStore, "add", beaten)
    browser.act(case, "acknowledge", 409)
    assert [one[0] for one in entries(office, start)] == ["read", "look"]


def test_closing_many_enters_each(browser: Browser, office: Installation) -> None:
    cases = [office.tip(f"{WORD} {n}")[0] for n in range(3)]
    browser.get("/queue")
    handles = [str(box["value"]) for box in browser.page.find_all("input", {"name": "case"})]
    start = count(office)
    browser.post("/queue/close", case=handles)
    assert entries(office, start) == []
    browser.post("/queue/close", case=handles, reason="prank", sure="1")
    found = entries(office, start)
    assert {case for _, _, case, _ in found} == set(cases)
    assert [(action, fields) for action, _, _, fields in found] == [
        ("bulk-close", {"message": 1, "reason": "prank"})
    ] * 3
    assert WORD.encode() not in staff_bytes(office)


def test_what_is_planned(browser: Browser, office: Installation) -> None:
    browser.get("/rota")
    start = count(office)
    zone = office.settings.municipality.zone
    day = (dt.datetime.now(zone).date() + dt.timedelta(days=3)).isoformat()
    store = DutyStore(office.cases)
    evening: dict[str, Any] = {
        "date": day,
        "opens": "18:00",
        "closes": "22:00",
        "least": "1",
        "unit": "youth_team",
    }
    browser.post("/rota/plan", **evening, join="1")
    (shift,) = store.rota("youth_team", NOW, zone).shifts
    for path in ("leave", "join", "remove"):
        browser.post(f"/rota/{path}", unit="youth_team", shift=shift.id, sure="1")
    browser.post("/rota/join", unit="youth_team", shift=WORD)
    browser.post("/rota/close", unit="youth_team", first=day, last=day)
    (closed,) = store.rota("youth_team", NOW, zone).closed
    browser.post("/rota/reopen", unit="youth_team", closed=closed.id)
    browser.post("/rota/reopen", unit="youth_team", closed=WORD)
    browser.post("/rota/pause", unit="youth_team")
    pause = store.rota("youth_team", NOW, zone).pause
    assert pause is not None
    browser.post("/rota/resume", unit="youth_team")
    assert [(action, fields) for action, _, _, fields in entries(office, start)] == [
        ("shift-planned", {"joined": 1}),
        ("shift-left", {"shift": shift.id}),
        ("shift-joined", {"shift": shift.id}),
        ("shift-removed", {"shift": shift.id}),
        ("days-closed", {"first": day, "last": day}),
        ("days-opened", {"first": day, "last": day}),
        ("pause", {"until": pause.until}),
        ("resume", {}),
    ]
    assert {unit for _, unit, _, _ in entries(office, start)} == {"youth_team"}
    assert WORD.encode() not in staff_bytes(office)


def test_a_case_that_cannot_be_entered_is_not_shown(browser: Browser, office: Installation) -> None:
    case, _ = office.tip(f"noen har {WORD}")
    browser.get(f"/cases/{case}")
    assert WORD in browser.text
    without_log(office)
    browser.get(f"/cases/{case}", 503)
    assert WORD not in str(browser.page)


@pytest.mark.parametrize("action", ["acknowledge", "answer", "close"])
def test_what_cannot_be_entered_is_not_done(
    browser: Browser, office: Installation, action: str
) -> None:
    case, _ = office.tip()
    browser.get(f"/cases/{case}")
    without_log(office)
    browser.act(case, action, 503, text=WORD, language="nb")
    assert len(office.stored(case).sealed.messages) == 1
    if action == "answer":
        assert browser.page.find("textarea").get_text().strip() == WORD  # type: ignore[union-attr]


def test_many_that_cannot_be_entered_are_not_closed(browser: Browser, office: Installation) -> None:
    case, _ = office.tip()
    browser.get("/queue")
    handle = str(browser.page.find("input", {"name": "case"})["value"])  # type: ignore[index]
    without_log(office)
    browser.post("/queue/close", 503, case=[handle], reason="prank", sure="1")
    assert len(office.stored(case).sealed.messages) == 1


def test_nobody_gets_in_unseen_and_everybody_gets_out(
    app: Flask, browser: Browser, office: Installation
) -> None:
    without_log(office)
    browser.get("/queue")
    browser.post("/sign-out")
    assert browser.page.find(id="passphrase") is not None
    browser.get("/queue", 303)
    other = Browser(app.test_client(), office)
    other.sign_in(office.leader, 503)
    other.get("/queue", 303)


def staff_bytes(office: Installation) -> bytes:
    path = Path(make_url(office.settings.staff_database_url).database or "")
    found = b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))
    with closing(office.staff.raw_connection()) as connection:
        found += "\n".join(connection.driver_connection.iterdump()).encode()  # type: ignore[union-attr]
    return found
