"""Searching: what finds a case, what is left out, and that no word of it stands in an address."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask import Flask
from sqlalchemy import insert, select

from sifra.case_store import State
from sifra.database import reading, writing
from sifra.sealing import Kind
from tests.triage.example_office import HOUR, MUNICIPALITY, NOW, Browser, Installation
from triage.staff_tables import assignments, audit_entries, register_pages

CASE = re.compile(r'href="/cases/([0-9a-f]{32})"')
DAY = 24 * HOUR


def shown(browser: Browser) -> list[str]:
    return CASE.findall(str(browser.page))


def search(browser: Browser, **fields: str | list[str]) -> list[str]:
    return answered(browser, 200, **fields)


def refused(browser: Browser, **fields: str | list[str]) -> list[str]:
    return answered(browser, 422, **fields)


def answered(browser: Browser, status: int, **fields: str | list[str]) -> list[str]:
    if browser.page.find("form", {"action": "/search"}) is None:
        browser.get("/search")
    browser.post("/search", status, **fields)
    return shown(browser)


def note(browser: Browser, case_id: str, what: str, **fields: str) -> None:
    browser.get(f"/cases/{case_id}")
    browser.act(case_id, what, 200, **fields)


def local(seconds: int) -> dt.date:
    return dt.datetime.fromtimestamp(seconds, MUNICIPALITY.zone).date()


def closed(office: Installation, case_id: str) -> str:
    addition = office.reader(case_id).add(Kind.CLOSED, {"hour": NOW, "by": "youth_team"})
    office.store.add(addition, State.CLOSED)
    return case_id


@pytest.mark.parametrize(
    ("facts", "asked"),
    [
        ({"topic": "weapons"}, {"topic": "weapons"}),
        ({"place": "askim_stasjon"}, {"place": "askim_stasjon"}),
        ({"language": "pl"}, {"language": "pl"}),
    ],
    ids=["topic", "place", "language"],
)
def test_what_the_sender_said(
    browser: Browser, office: Installation, facts: dict[str, str], asked: dict[str, str]
) -> None:
    sought = office.tip(**facts)[0]  # type: ignore[arg-type]
    office.tip()
    assert search(browser, **asked) == [sought]


def test_what_staff_noted(browser: Browser, office: Installation) -> None:
    sought, other = office.tip()[0], office.tip()[0]
    note(browser, sought, "labels", label="Knivstikking")
    note(browser, sought, "level", level="indicated")
    note(browser, other, "labels", label="kniv")
    assert search(browser, label="knivstikking") == [sought]
    assert "etiketten «knivstikking»" in browser.text
    assert "Nivå: indikert" in browser.text
    assert search(browser, level="indicated") == [sought]
    assert search(browser, label="knivstikking", level="selective") == []
    assert "Ingen saker passer med" in browser.text
    note(browser, sought, "labels", off="Knivstikking")
    assert search(browser, label="knivstikking") == []


def test_labels_used_before_are_offered(browser: Browser, office: Installation) -> None:
    note(browser, office.tip()[0], "labels", label="<b>sjø & «strand»")
    page = browser.get("/search")
    offered = page.select("datalist option")
    assert [one["value"] for one in offered] == ["<b>sjø & «strand»"]


@pytest.mark.parametrize(
    ("state", "sought"),
    [
        ("", {"new", "read", "closed", "withdrawn"}),
        ("open", {"new", "read", "withdrawn"}),
        ("waiting", {"new"}),
        ("new", {"new"}),
        ("read", {"read"}),
        ("closed", {"closed"}),
        ("withdrawn", {"withdrawn"}),
        ("answered", set()),
    ],
)
def test_where_a_case_stands(
    browser: Browser, office: Installation, state: str, sought: set[str]
) -> None:
    cases = {"new": office.tip()[0], "closed": closed(office, office.tip()[0])}
    cases["read"] = office.tip()[0]
    read = office.reader(cases["read"]).add(Kind.READ, {"hour": NOW, "by": "youth_team"})
    office.store.add(read, State.READ)
    case, key = office.tip()
    office.withdraws(case, key)
    cases["withdrawn"] = case
    assert set(search(browser, state=state)) == {cases[one] for one in sought}


def test_a_rare_state_is_found_behind_many_cases(
    browser: Browser, office: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("triage.finding.search._A_CHUNK", 3)
    rare = {closed(office, office.tip(received=NOW - n * DAY)[0]) for n in (20, 40)}
    for n in range(16):
        office.tip(received=NOW - n * HOUR)
    assert set(search(browser, state="closed")) == rare


def test_the_days_that_cases_came_in_on(browser: Browser, office: Installation) -> None:
    days = {n: office.tip(received=NOW - n * DAY)[0] for n in (0, 3, 20, 70)}
    first, last = str(local(NOW - 20 * DAY)), str(local(NOW - 3 * DAY))
    assert search(browser, **{"from": first}) == [days[0], days[3], days[20]]
    assert search(browser, to=last) == [days[3], days[20], days[70]]
    assert search(browser, **{"from": first, "to": last}) == [days[3], days[20]]
    assert search(browser, **{"from": last, "to": last}) == [days[3]]


def test_what_i_have(app: Flask, browser: Browser, office: Installation) -> None:
    mine, over = office.tip()[0], closed(office, office.tip()[0])
    theirs = office.tip()[0]
    colleague = office.member("ung", "youth_team")
    with writing(office.staff) as connection:
        for case, account in ((mine, office.leader), (over, office.leader), (theirs, colleague)):
            row = {"case_id": case, "account_id": account.id, "since": NOW}
            connection.execute(insert(assignments).values(row))
    browser.get("/search")
    assert shown(browser) == [mine]
    assert set(search(browser, mine="1")) == {mine, over}
    assert set(search(browser)) == {mine, over, theirs}
    assert "Ungdomskontakt" in browser.text
    other = Browser(app.test_client(), office)
    other.sign_in(colleague)
    assert search(other, mine="1") == [theirs]


def test_what_is_due_stands_first(browser: Browser, office: Installation) -> None:
    today = local(NOW)
    cases = [office.tip()[0] for _ in range(4)]
    for case, days in zip(cases, (7, 0, 8, 3), strict=True):
        note(browser, case, "follow-up", on=str(today + dt.timedelta(days)))
    browser.get("/search")
    assert shown(browser) == [cases[1], cases[3], cases[0]]
    assert "i dag" in browser.text


def test_a_page_at_a_time_without_a_word_in_the_address(
    browser: Browser, office: Installation
) -> None:
    sent = [office.tip(received=NOW - n // 2 * HOUR, topic="debt")[0] for n in range(60)]
    office.tip(topic="drugs")
    seen: list[list[str]] = [search(browser, topic="debt")]
    while button := browser.page.find("button", {"name": "after"}):
        response = browser.client.post(
            "/search",
            data={
                "csrf_token": browser.page.find("input", {"name": "csrf_token"})["value"],  # type: ignore[index]
                "topic": "debt",
                "after": str(button["value"]),
            },
        )
        assert response.request.query_string == b""
        browser._look(response, 200)
        seen.append(shown(browser))
    assert [len(page) for page in seen] == [25, 25, 10]
    assert {case for page in seen for case in page} == set(sent)
    assert "Til starten" in browser.text


def test_the_form_keeps_what_was_asked(browser: Browser, office: Installation) -> None:
    office.tip(topic="debt")
    search(browser, topic="debt", label="«x»", mine="1", state="open")
    page = browser.page
    assert page.select_one("#topic option[selected]")["value"] == "debt"  # type: ignore[index]
    assert page.select_one("#label")["value"] == "«x»"  # type: ignore[index]
    assert page.select_one("input[type=checkbox][name=mine]").has_attr("checked")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("topic", "x"),
        ("place", "<b>"),
        ("state", "gone"),
        ("language", "xx-xx"),
        ("level", "red"),
        ("incident", "0" * 32),
        ("from", "2026-02-30"),
        ("to", "i går"),
        ("to", "9999-12-31"),
    ],
)
def test_what_is_none_of_the_choices_is_said_beside_its_field(
    browser: Browser, office: Installation, field: str, value: str
) -> None:
    office.tip(topic="debt")
    refused(browser, label="beholdes", **{field: value})
    assert browser.page.select_one(f"#{field}-error") is not None
    assert browser.page.select_one("#label")["value"] == "beholdes"  # type: ignore[index]
    assert shown(browser) == []


def test_a_range_that_ends_before_it_begins(browser: Browser) -> None:
    refused(browser, **{"from": "2026-05-02", "to": "2026-05-01"})
    assert "før den første" in browser.text


@pytest.mark.parametrize("after", ["x", "1.2", "9" * 40, "1." + "g" * 32, "\0"])
def test_a_place_that_is_none_is_the_start(
    browser: Browser, office: Installation, after: str
) -> None:
    case = office.tip()[0]
    assert search(browser, after=after) == [case]


def test_only_what_the_members_units_may_read(
    app: Flask, browser: Browser, office: Installation
) -> None:
    mine, theirs = office.tip(topic="debt")[0], office.tip(topic="debt", readers=("police",))[0]
    note(browser, theirs, "labels", label="bare-politiet")
    assert set(search(browser, topic="debt")) == {mine, theirs}
    member = Browser(app.test_client(), office)
    member.sign_in(office.member("ung", "youth_team"))
    assert search(member, topic="debt") == [mine]
    member.get("/search")
    assert "bare-politiet" not in str(member.page)
    assert search(member, label="bare-politiet") == []


def test_a_search_is_entered_before_it_is_made_and_without_its_words(
    browser: Browser, office: Installation
) -> None:
    office.tip()
    browser.get("/search")
    search(browser, label="hemmelig")
    with reading(office.staff) as connection:
        entries = connection.execute(
            select(audit_entries).where(audit_entries.c.action == "search")
        ).all()
    assert {entry.unit for entry in entries} == {"youth_team", "police"}
    assert all(entry.fields == "{}" and entry.case_id is None for entry in entries)


def test_an_altered_register_is_said(browser: Browser, office: Installation) -> None:
    case = office.tip()[0]
    search(browser)
    with writing(office.staff) as connection:
        connection.execute(register_pages.update().values(sealed=b"x"))
    browser.get("/search")
    assert "Ingen sak er borte" in browser.text
    assert search(browser) == [case]
    assert "Ingen sak er borte" not in browser.text


def test_a_case_that_does_not_open_is_shown_as_that(browser: Browser, office: Installation) -> None:
    case = office.tip()[0]
    with writing(office.cases) as connection:
        connection.exec_driver_sql("UPDATE cases SET summary = x'00'")
    assert search(browser) == [case]
    assert "Lar seg ikke åpne" in browser.text


def test_a_language_that_nobody_reads_is_marked(browser: Browser, office: Installation) -> None:
    polish = office.tip(language="pl")[0]
    office.tip(language="nn")
    browser.get("/queue")
    (mark,) = browser.page.find_all("b", string="trenger tolk")
    assert mark.find_previous("a")["href"] == f"/cases/{polish}"  # type: ignore[index]
    closed(office, polish)
    browser.get("/queue?closed=1")
    assert "trenger tolk" not in browser.text


@pytest.mark.parametrize(
    ("tag", "named"),
    [("fa-AF", "dari"), ("ckb", "kurdisk (sorani)"), ("ti", "tigrinja")],
    ids=lambda value: value,
)
def test_a_language_is_named_as_an_interpreter_is_asked_for(
    browser: Browser, office: Installation, tag: str, named: str
) -> None:
    case, _ = office.tip(language=tag)
    browser.get("/queue")
    assert f" · {named} " in browser.text
    browser.get(f"/cases/{case}")
    asked = f"Ingen i enheten leser {named}. Bruk en tolk, aldri et barn."
    note = browser.page.select_one("p.why")
    assert note is not None
    assert " ".join(note.get_text().split()) == f"{asked} Slipp inn en tolk"


def test_a_number_among_words_from_right_to_left_is_read_as_it_was_written(
    browser: Browser, office: Installation
) -> None:
    case, _ = office.tip("رقمه <412> 412 34 567", language="ar")
    for path in ("/queue", f"/cases/{case}"):
        browser.get(path)
        numbers = [one.get_text() for one in browser.page.select("bdi[dir=ltr]")]
        assert numbers == ["412 34 567"], path
        assert "رقمه <412> 412 34 567" in browser.text


@pytest.mark.parametrize("role", ["interpreter", "auditor", "administrator"])
def test_who_may_not_read_may_not_search(
    app: Flask, stranger: Browser, office: Installation, role: str
) -> None:
    stranger.client.get("/search")
    assert stranger.client.get("/search").status_code == 303
    member = Browser(app.test_client(), office)
    member.sign_in(office.member("andre", role=role))
    for path in ("/search", "/incidents", f"/incidents/{'0' * 32}"):
        member.get(path, 403)
