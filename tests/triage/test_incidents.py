"""Incidents: several tips on one event, each sender's thread apart, and one answer to all."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from sifra.case_store import State
from sifra.database import reading
from sifra.sealing import Kind
from tests.triage.example_office import NOW, Browser, Installation
from triage.staff_tables import audit_entries

CASE = re.compile(r'href="/cases/([0-9a-f]{32})"')
INCIDENT = re.compile(r"/incidents/([0-9a-f]{32})")


def put(browser: Browser, case_id: str, status: int = 200, **fields: str) -> None:
    browser.get(f"/cases/{case_id}")
    browser.act(case_id, "incident", status, **fields)


def gather(browser: Browser, *case_ids: str, title: str = "Slåsskamp på Måsan") -> str:
    """A new incident of these cases, made from a search; its id."""
    browser.get("/search")
    browser.post("/search")
    browser.post("/search", case=list(case_ids), gather="1", into="new", title=title)
    return INCIDENT.findall(str(browser.page))[0]


def ticked(browser: Browser) -> dict[str, bool]:
    """The boxes of the incident's page at hand, and whether they are ticked."""
    boxes = browser.page.select('input[name="case"]')
    return {str(box["value"]): box.has_attr("checked") for box in boxes}


def answers(office: Installation, case_id: str, key: bytes) -> list[str]:
    messages = office.sender(case_id, key).messages()
    return [str(one.body["text"]) for one in messages if one.kind is Kind.ANSWER]


def entered(office: Installation, action: str) -> list[str | None]:
    query = select(audit_entries.c.case_id).where(audit_entries.c.action == action)
    with reading(office.staff) as connection:
        return list(connection.scalars(query))


def test_from_a_case_a_new_one_and_then_another_case(
    browser: Browser, office: Installation
) -> None:
    one, other = office.tip()[0], office.tip()[0]
    put(browser, one, into="new", title="Slåsskamp på  Måsan")
    assert "Saken er lagt i hendelsen." in browser.text
    incident = INCIDENT.findall(str(browser.page))[0]
    put(browser, other, into=incident)
    browser.get("/incidents")
    assert "Slåsskamp på Måsan" in browser.text
    assert "2 saker · 2 åpne" in browser.text
    browser.get(f"/incidents/{incident}")
    assert set(CASE.findall(str(browser.page))) == {one, other}
    put(browser, one, out="1")
    assert "Saken er tatt ut av hendelsen." in browser.text
    browser.get(f"/incidents/{incident}")
    assert set(CASE.findall(str(browser.page))) == {other}
    assert len(entered(office, "note")) == 3


def test_cases_of_a_search_are_gathered(browser: Browser, office: Installation) -> None:
    cases = [office.tip()[0] for _ in range(3)]
    incident = gather(browser, *cases[:2])
    assert "2 saker er lagt i hendelsen." in browser.text
    assert set(CASE.findall(str(browser.page))) == set(cases[:2])
    browser.get("/search")
    browser.post("/search", incident=incident)
    assert set(CASE.findall(str(browser.page))) == set(cases[:2])
    browser.post("/search", case=[cases[2]], gather="1", into=incident, title="")
    assert set(CASE.findall(str(browser.page))) == set(cases)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"into": "new", "title": " "}, "title"),
        ({"into": "new", "title": "x" * 81}, "title"),
        ({"into": "0" * 32}, "into"),
        ({"into": ""}, "into"),
        ({}, "into"),
    ],
    ids=["no title", "a long title", "unknown", "empty", "nothing"],
)
def test_what_is_wrong_is_said_beside_its_field(
    browser: Browser, office: Installation, fields: dict[str, str], field: str
) -> None:
    case = office.tip(topic="debt")[0]
    put(browser, case, 422, **fields)
    assert browser.page.select_one(f"#{field}-error") is not None
    assert browser.page.select_one("#title")["value"] == fields.get("title", "").strip()  # type: ignore[index]
    browser.get("/search")
    browser.post("/search", 422, topic="debt", case=case, gather="1", **fields)
    assert browser.page.select_one(f"#{field}-error") is not None
    assert browser.page.select_one("#topic option[selected]")["value"] == "debt"  # type: ignore[index]
    assert browser.page.select_one("input[name=case]").has_attr("checked")  # type: ignore[union-attr]
    assert entered(office, "note") == []


def test_gathering_nothing_says_what_to_do(browser: Browser, office: Installation) -> None:
    office.tip()
    browser.get("/search")
    browser.post("/search", 422, gather="1", into="new", title="beholdes")
    assert "Kryss av sakene først." in browser.text
    assert browser.page.select_one("#title")["value"] == "beholdes"  # type: ignore[index]


def test_one_answer_goes_to_each_in_their_own_thread(
    browser: Browser, office: Installation
) -> None:
    (one, key), (two, other_key) = office.tip("de skal slåss"), office.tip("beef på fredag")
    apart, apart_key = office.tip("noe annet")
    incident = gather(browser, one, two)
    assert "de skal slåss" in browser.text
    assert "beef på fredag" in browser.text
    boxes = ticked(browser)
    assert all(boxes.values())
    looks = len(entered(office, "look"))
    browser.post(
        f"/incidents/{incident}/answer", text="Vi er der.", language="nb", case=list(boxes)
    )
    assert "Svaret er sendt i 2 saker." in browser.text
    assert answers(office, one, key) == answers(office, two, other_key) == ["Vi er der."]
    assert answers(office, apart, apart_key) == []
    assert sorted(map(str, entered(office, "answer"))) == sorted([one, two])
    assert len(entered(office, "look")) == looks + 2
    assert office.stored(one).clear.state is State.ANSWERED


def test_who_wrote_meanwhile_is_read_first(browser: Browser, office: Installation) -> None:
    (one, key), (two, other_key) = office.tip("de skal slåss"), office.tip("beef på fredag")
    incident = gather(browser, one, two)
    boxes = list(ticked(browser))
    office.writes_more(one, key, "nå har en av dem kniv")
    path = f"/incidents/{incident}/answer"
    browser.post(path, 409, text="Vi er der.", language="nb", case=boxes)
    assert "Svaret er sendt i 1 sak." in browser.text
    assert answers(office, one, key) == []
    assert answers(office, two, other_key) == ["Vi er der."]
    assert "Ny Avsenderen" in browser.text
    assert "nå har en av dem kniv" in browser.text
    assert browser.page.select_one("#text").get_text().strip() == "Vi er der."  # type: ignore[union-attr]
    still = [box for box, is_ticked in ticked(browser).items() if is_ticked]
    assert [box[:32] for box in still] == [one]
    browser.post(path, text="Ring 112 nå.", language="nb", case=still)
    assert answers(office, one, key) == ["Ring 112 nå."]
    assert answers(office, two, other_key) == ["Vi er der."]


def test_who_cannot_be_answered_is_skipped_and_told(browser: Browser, office: Installation) -> None:
    (one, key), (silent, _) = office.tip(), office.tip(with_code=False)
    over, over_key = office.tip()
    incident = gather(browser, one, silent, over)
    boxes = list(ticked(browser))
    assert {box[:32] for box in boxes} == {one, over}
    closing = office.reader(over).add(Kind.CLOSED, {"hour": NOW, "by": "youth_team"})
    office.store.add(closing, State.CLOSED)
    # As if it had been closed before the page was shown, by whoever ticks it all the same.
    forced = [box if box[:32] == one else f"{over}.2" for box in boxes]
    forced.append(f"{silent}.1")
    browser.post(f"/incidents/{incident}/answer", text="Hei.", language="nb", case=forced)
    assert "Svaret er sendt i 1 sak." in browser.text
    assert "2 saker kan ikke få svar nå og er hoppet over." in browser.text
    assert answers(office, one, key) == ["Hei."]
    assert answers(office, over, over_key) == []


def test_where_nobody_can_be_answered_the_text_stays(
    browser: Browser, office: Installation
) -> None:
    silent, _ = office.tip(with_code=False)
    incident = gather(browser, silent)
    path = f"/incidents/{incident}/answer"
    browser.post(path, 409, text="Teksten min", language="nb", case=f"{silent}.1")
    assert "Teksten min" in browser.text
    assert "kan få svar nå" in browser.text


@pytest.mark.parametrize(
    ("text", "boxes", "field"),
    [(" ", True, "text"), ("x" * 10_001, True, "text"), ("Hei", False, "case")],
    ids=["blank", "long", "none ticked"],
)
def test_what_is_wrong_with_an_answer(
    browser: Browser, office: Installation, text: str, boxes: bool, field: str
) -> None:
    case, key = office.tip()
    other, _ = office.tip()
    incident = gather(browser, case, other)
    mine = [box for box in ticked(browser) if boxes and box[:32] == case]
    browser.post(f"/incidents/{incident}/answer", 422, text=text, language="nb", case=mine)
    assert browser.page.select_one(f"#{field}-error") is not None
    assert browser.page.select_one("#text").get_text().strip() == text.strip()  # type: ignore[union-attr]
    assert [box for box, is_ticked in ticked(browser).items() if is_ticked] == mine
    assert answers(office, case, key) == []


def test_a_case_that_is_not_in_it_gets_no_answer(browser: Browser, office: Installation) -> None:
    inside, outside = office.tip()[0], office.tip()
    incident = gather(browser, inside)
    path = f"/incidents/{incident}/answer"
    boxes = [f"{outside[0]}.1", "x", f"{inside}.x", "é.1"]
    browser.post(path, 422, text="Hei", language="nb", case=boxes)
    assert answers(office, *outside) == []


def test_another_unit_sees_nothing_of_it(
    app: Flask, browser: Browser, office: Installation
) -> None:
    ours, theirs = office.tip("vårt")[0], office.tip("deres", readers=("police",))[0]
    incident = gather(browser, ours)
    secret = gather(browser, theirs, title="Politiets hendelse")
    member = Browser(app.test_client(), office)
    member.sign_in(office.member("ung", "youth_team"))
    member.get("/incidents")
    assert incident in str(member.page)
    assert "Politiets hendelse" not in str(member.page)
    member.get(f"/incidents/{secret}", 404)
    put(member, ours, 422, into=secret)
    member.get("/search")
    member.post("/search", 422, incident=secret)


def test_a_unit_gets_no_title_of_an_incident_that_it_has_no_case_in(
    browser: Browser, office: Installation
) -> None:
    """A member of both units could else tell one, by a title, of what only the other reads."""
    ours, theirs = office.tip()[0], office.tip(readers=("police",))[0]
    incident = gather(browser, ours, title="Bare ungdomsteamet vet")
    browser.get(f"/cases/{theirs}")
    assert "Bare ungdomsteamet vet" not in str(browser.page)
    put(browser, theirs, 422, into=incident)
    browser.get("/search")
    browser.post("/search")
    browser.post("/search", 422, case=[theirs], gather="1", into=incident)
    browser.get(f"/incidents/{incident}")
    assert CASE.findall(str(browser.page)) == [ours]


def test_one_where_all_is_closed_stands_apart(browser: Browser, office: Installation) -> None:
    case = office.tip()[0]
    incident = gather(browser, case)
    closing = office.reader(case).add(Kind.CLOSED, {"hour": NOW, "by": "youth_team"})
    office.store.add(closing, State.CLOSED)
    browser.get("/incidents")
    assert "Ingen åpne hendelser." in browser.text
    assert incident in str(browser.page.find("details"))


def test_a_deleted_case_is_in_none(browser: Browser, office: Installation) -> None:
    stays, goes = office.tip()[0], office.tip()[0]
    incident = gather(browser, stays, goes)
    alone = gather(browser, goes, title="Bare den")
    assert office.store.destroy_unread(goes, NOW)
    browser.get("/incidents")
    assert "1 sak · 1 åpen" in browser.text
    assert alone not in str(browser.page)
    browser.get(f"/incidents/{incident}")
    assert CASE.findall(str(browser.page)) == [stays]


def test_the_title_stands_in_no_address_and_no_page_title(
    browser: Browser, office: Installation
) -> None:
    case = office.tip()[0]
    gather(browser, case, title="<b>Ola</b> & co")
    page = browser.page
    assert "Ola" not in page.title.get_text()  # type: ignore[union-attr]
    assert page.h1.get_text() == "Hendelse: <b>Ola</b> & co"  # type: ignore[union-attr]


@pytest.mark.parametrize("incident", ["x", "0" * 32, "a" * 200])
def test_one_that_is_none(browser: Browser, incident: str) -> None:
    browser.get(f"/incidents/{incident}", 404)


def test_an_altered_case_hides_no_other(browser: Browser, office: Installation) -> None:
    whole, altered = office.tip("det som er helt")[0], office.tip("det som er endret")[0]
    incident = gather(browser, whole, altered)
    with office.cases.begin() as connection:
        connection.exec_driver_sql("UPDATE cases SET head = x'00' WHERE id = ?", (altered,))
    browser.get(f"/incidents/{incident}")
    assert "det som er helt" in browser.text
    assert "det som er endret" not in browser.text
    assert "Lar seg ikke åpne" in browser.text
