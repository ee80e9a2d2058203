"""A case taken out for the journal: a page or a file, once entered, and nothing kept of it."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from sifra.database import StoreUnavailable, reading, writing
from sifra.tables import key_cards
from tests.triage.example_office import HOUR, NOW, Browser, Installation
from triage.audit import audit_log
from triage.audit.audit_log import Action
from triage.cases import case_log, export
from triage.staff_tables import audit_entries

SUMMARY = "Ungdom varslet om uro ved stasjonen fredag kveld. Politiet er orientert."
REASON = "Politiet har bedt om ordlyden i en straffesak."
TIP = "noen skal tas på fredag bak stasjonen"


@pytest.fixture
def case_id(office: Installation) -> str:
    made, sender_key = office.tip(TIP, danger="yes", topic="planned_fight", place="askim_stasjon")
    office.writes_more(made, sender_key, "og han har kniv")
    return made


def entries(office: Installation, action: Action) -> list[dict[str, object]]:
    with reading(office.staff) as connection:
        query = select(audit_entries.c.fields, audit_entries.c.case_id).where(
            audit_entries.c.action == action
        )
        return [{**json.loads(row[0]), "case": row[1]} for row in connection.execute(query)]


def take(browser: Browser, case_id: str, status: int = 200, **fields: str) -> None:
    browser.get(f"/cases/{case_id}/export")
    seen = browser.page.find("input", {"name": "seen"})
    assert seen is not None
    code = browser.office.code(browser.office.leader)
    given = {"seen": str(seen["value"]), "goes": "summary", "save": "page", "code": code, **fields}
    browser.post(f"/cases/{case_id}/export", status, **given)


def file(browser: Browser, case_id: str, **fields: str) -> dict[str, object]:
    """What is downloaded."""
    browser.get(f"/cases/{case_id}/export")
    token, seen = (browser.page.find("input", {"name": name}) for name in ("csrf_token", "seen"))
    assert token is not None
    assert seen is not None
    answer = browser.client.post(
        f"/cases/{case_id}/export",
        data={
            "csrf_token": token["value"],
            "seen": seen["value"],
            "save": "json",
            "code": browser.office.code(browser.office.leader),
            **fields,
        },
    )
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    named = answer.headers["Content-Disposition"]
    assert named.startswith(f'attachment; filename="sifra-{case_id[:6]}-')
    assert answer.headers["Cache-Control"] == "no-store"
    loaded = json.loads(answer.get_data(as_text=True))
    assert isinstance(loaded, dict)
    return loaded


def test_by_default_a_summary_that_says_nothing_of_the_sender(
    browser: Browser, office: Installation, case_id: str
) -> None:
    browser.get(f"/cases/{case_id}/export")
    assert TIP in browser.text
    chosen = browser.page.find("input", {"name": "goes", "checked": True})
    assert chosen is not None
    assert chosen["value"] == "summary"
    field = browser.page.find("textarea", {"name": "text"})
    assert field is not None
    assert field.get_text(strip=True) == ""
    take(browser, case_id, text=SUMMARY)
    assert SUMMARY in browser.text
    for word in (TIP, "kniv", "planned_fight", "Askim stasjon", "Planlagt", "nb"):
        assert word not in browser.text.replace("Til hovedinnholdet", "")
    assert case_id in browser.text
    assert entries(office, Action.EXPORT) == [{"whole": 0, "form": "page", "case": case_id}]


def test_the_paper_says_who_took_it_and_when(browser: Browser, case_id: str) -> None:
    take(browser, case_id, text=SUMMARY)
    now = dt.datetime.now(browser.office.settings.municipality.zone)
    mark = "Tatt ut av Leder (leder), Ungdomsteamet, "
    assert browser.text.count(mark) == 2
    assert f"{mark}{now:%d.%m.%Y}" in browser.text
    watermark = browser.page.select_one(".watermark")
    assert watermark is not None
    assert watermark["aria-hidden"] == "true"


def test_the_whole_needs_a_reason_and_has_every_word(
    browser: Browser, office: Installation, case_id: str
) -> None:
    take(browser, case_id, 422, goes="whole", text=SUMMARY)
    assert "Skriv hvorfor hele samtalen må ut." in browser.text
    assert SUMMARY in browser.text
    assert entries(office, Action.EXPORT) == []
    take(browser, case_id, goes="whole", reason=REASON)
    for word in (TIP, "og han har kniv", REASON, "Noen er i fare nå"):
        assert word in browser.text
    assert entries(office, Action.EXPORT) == [{"whole": 1, "form": "page", "case": case_id}]
    browser.get(f"/cases/{case_id}")
    notes = browser.page.select_one(".notes")
    assert notes is not None
    assert "Tok hele samtalen ut til journalen" in notes.get_text()
    assert REASON in notes.get_text()


@pytest.mark.parametrize("whole", [False, True], ids=["summary", "whole"])
def test_the_file_has_the_documented_shape(browser: Browser, case_id: str, whole: bool) -> None:
    found = file(
        browser, case_id, goes="whole" if whole else "summary", text=SUMMARY, reason=REASON
    )
    taken = found["taken"]
    assert isinstance(taken, dict)
    assert taken.keys() == {"by", "username", "unit", "at"}
    assert (taken["by"], taken["username"], taken["unit"]) == ("Leder", "leder", "youth_team")
    assert dt.datetime.fromisoformat(str(taken["at"])).utcoffset() in (
        dt.timedelta(hours=1),
        dt.timedelta(hours=2),
    )
    assert (found["format"], found["case"], found["whole"]) == ("sifra-journal/1", case_id, whole)
    if not whole:
        assert found.keys() == {"format", "taken", "case", "whole", "summary"}
        assert found["summary"] == SUMMARY
        return
    assert found["reason"] == REASON
    assert found["facts"] == {
        "danger": "yes",
        "topic": "planned_fight",
        "place": "askim_stasjon",
        "language": "nb",
    }
    messages = found["messages"]
    assert isinstance(messages, list)
    assert [(one["number"], one["kind"], one["text"]) for one in messages] == [
        (0, "tip", TIP),
        (1, "more", "og han har kniv"),
    ]
    assert int(dt.datetime.fromisoformat(messages[0]["at"]).timestamp()) == NOW
    assert dt.datetime.fromisoformat(str(found["received"])).minute == 0


def test_what_is_documented_is_what_there_is(browser: Browser, case_id: str) -> None:
    documented = (Path(__file__).parents[2] / "docs" / "journal-export.md").read_text("utf-8")
    found = file(browser, case_id, goes="whole", reason=REASON)
    messages = found["messages"]
    assert isinstance(messages, list)
    names = {*found, "summary", *(name for one in messages for name in one)}
    assert [name for name in sorted(names) if f"`{name}`" not in documented] == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        pytest.param({"text": " \t"}, "Skriv sammendraget.", id="nothing-written"),
        pytest.param({"text": "x" * 20_001}, "Det er for langt.", id="too-long"),
        pytest.param({"text": SUMMARY, "save": "pdf"}, "Velg papir eller fil.", id="no-form"),
        pytest.param({"text": SUMMARY, "code": ""}, "Skriv de seks sifrene", id="no-code"),
        pytest.param({"text": SUMMARY, "code": "000000"}, "Koden stemmer ikke", id="wrong-code"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_taken_or_lost(
    browser: Browser, office: Installation, case_id: str, fields: dict[str, str], said: str
) -> None:
    take(browser, case_id, 422, **fields)
    assert said in browser.text
    if fields["text"].strip():
        assert fields["text"] in browser.text
    assert entries(office, Action.EXPORT) == []


def test_what_came_meanwhile_is_read_before_the_whole_is_taken(
    browser: Browser, office: Installation
) -> None:
    case_id, sender_key = office.tip(TIP)
    browser.get(f"/cases/{case_id}/export")
    office.writes_more(case_id, sender_key, "det var ikke sant")
    code = office.code(office.leader)
    fields = {
        "seen": "1",
        "goes": "whole",
        "reason": REASON,
        "save": "page",
        "code": code,
    }
    browser.post(f"/cases/{case_id}/export", 409, **fields)
    assert "Noe kom til" in browser.text
    assert REASON in browser.text
    assert entries(office, Action.EXPORT) == []
    fields["seen"] = "2"
    browser.post(f"/cases/{case_id}/export", 200, **fields)
    assert "det var ikke sant" in browser.text


def test_what_cannot_be_entered_is_not_taken(
    browser: Browser, office: Installation, case_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = case_log.enter

    def refuse(action: Action, *rest: object, **fields: int | str) -> None:
        if action is Action.EXPORT:
            raise StoreUnavailable("SQLITE_FULL")
        real(action, *rest, **fields)  # type: ignore[arg-type]

    monkeypatch.setattr(export, "enter", refuse)
    take(browser, case_id, 503, text=SUMMARY)
    assert "Ingenting er lagret" in browser.text
    assert "Tatt ut av" not in browser.text
    assert SUMMARY in browser.text


def test_another_units_case_cannot_be_taken(app: Flask, office: Installation, case_id: str) -> None:
    police = Browser(app.test_client(), office)
    police.sign_in(office.member("politi", "police"))
    police.get(f"/cases/{case_id}/export", 404)
    police.get("/profile")
    police.post(f"/cases/{case_id}/export", 404, goes="whole", reason=REASON, save="json")
    assert entries(office, Action.EXPORT) == []


def test_nothing_of_it_is_kept(browser: Browser, office: Installation, case_id: str) -> None:
    word = "sammendragsordetzæ"
    take(browser, case_id, text=f"{SUMMARY} {word}")
    file(browser, case_id, goes="summary", text=word)
    take(browser, case_id, goes="whole", reason=f"{REASON} {word}")
    for path in office.settings.home.path.rglob("*"):
        if path.is_file():
            assert word.encode() not in path.read_bytes()
            assert word.encode("utf-16-le") not in path.read_bytes()
    assert audit_log.verify(office.staff).finding is None


def test_a_withdrawn_case_has_a_way_into_the_journal_too(
    browser: Browser, office: Installation
) -> None:
    case_id, sender_key = office.tip(TIP, read_by=NOW, promised=NOW + HOUR)
    office.withdraws(case_id, sender_key)
    take(browser, case_id, goes="whole", reason=REASON)
    assert "Avsenderen trakk saken tilbake" in browser.text


def test_nothing_is_taken_out_that_cannot_be_noted(
    browser: Browser, office: Installation, case_id: str
) -> None:
    """A unit's key card was swapped, so that no note is written for it."""
    with writing(office.cases) as connection:
        connection.execute(update(key_cards).values(signature=b"\0" * 64))
    take(browser, case_id, 409, text=SUMMARY)
    assert "Ingenting er lagret" in browser.text
    assert browser.page.find(id="text").get_text().strip() == SUMMARY  # type: ignore[union-attr]


TALK: dict[str, Any] = {"lane": "talk", "adult": "school_nurse", "contact": "call"}


def test_how_a_sender_wants_to_be_reached_goes_along_but_for_the_number(
    browser: Browser, office: Installation
) -> None:
    made, key = office.tip("kan vi snakke?", **TALK, when="etter skolen", number="91234567")
    browser.get(f"/cases/{made}")
    moment = dt.date.today() + dt.timedelta(days=9)  # noqa: DTZ011 (any day will do)
    times: dict[str, Any] = {"date-1": str(moment), "time-1": "11:00", "where": "kontoret"}
    browser.act(made, "offer", **times)
    office.picks(made, key, 1, f"{moment}T11:00")
    found = file(browser, made, goes="whole", reason=REASON)
    assert found["facts"] == {
        "danger": "no",
        "language": "nb",
        "adult": "school_nurse",
        "contact": "call",
        "when": "etter skolen",
    }
    offered, picked = found["messages"][1:]  # type: ignore[index]
    assert (offered["times"], offered["where"]) == (f"{moment}T11:00", "kontoret")
    assert (picked["offered"], picked["time"]) == (1, f"{moment}T11:00")
    take(browser, made, goes="whole", reason=REASON)
    paper = browser.text
    for words in ("Helsesykepleieren", "etter skolen", "Ikke kontakt hjemme", "tas ikke med ut"):
        assert words in paper
    assert paper.count("kl. 11:00") == 2
    for digits in ("91234567", "912 34 567", "912\u00a034\u00a0567"):
        assert digits not in paper
        assert digits not in json.dumps(found, ensure_ascii=False)


def test_that_the_number_stays_is_said_before(browser: Browser, office: Installation) -> None:
    made, _ = office.tip("ring", **TALK, number="91234567")
    browser.get(f"/cases/{made}/export")
    assert "Nummeret avsenderen ga, tas aldri med ut." in browser.text
    other, _ = office.tip("et tips")
    browser.get(f"/cases/{other}/export")
    assert "Nummeret" not in browser.text


def test_that_it_was_mended_goes_along(browser: Browser, office: Installation) -> None:
    made, _ = office.tip("lyset er ødelagt", topic="place")
    browser.get(f"/cases/{made}")
    browser.act(made, "close", outcome="fixed")
    messages = file(browser, made, goes="whole", reason=REASON)["messages"]
    assert messages[-1]["outcome"] == "fixed"  # type: ignore[index]
    take(browser, made, goes="whole", reason=REASON)
    assert "Ordnet" in browser.text
