"""The queue: its order, its pages, what does not open, and closing many at once."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import text

from sifra.case_store import State
from sifra.database import writing
from sifra.sealing import Kind
from tests.triage.example_office import HOUR, NOW, Browser, Installation

CASE = re.compile(r"/cases/([0-9a-f]{32})")


def shown(browser: Browser) -> list[str]:
    return CASE.findall(str(browser.page))


def alter(office: Installation, case: str, column: str) -> None:
    """Flip a byte of a sealed column, as somebody who can write to the database might."""
    query = f"UPDATE cases SET {column} = CAST(x'00' || substr({column}, 2) AS BLOB) WHERE id = :id"  # noqa: S608
    with writing(office.cases) as connection:
        connection.execute(text(query), {"id": case})


def tick(browser: Browser, *case_ids: str) -> list[str]:
    boxes = [str(box["value"]) for box in browser.page.find_all("input", {"name": "case"})]
    return [box for box in boxes if box[:32] in case_ids]


def test_danger_then_read_by_then_age(browser: Browser, office: Installation) -> None:
    late = office.tip(read_by=NOW + 9 * HOUR, received=NOW - 2 * HOUR)[0]
    soon = office.tip(read_by=NOW + 3 * HOUR)[0]
    older = office.tip(read_by=NOW + 9 * HOUR, received=NOW - 5 * HOUR)[0]
    none = office.tip(read_by=None, received=NOW - 9 * HOUR)[0]
    danger = office.tip(read_by=NOW, danger="yes")[0]
    browser.get("/queue")
    assert shown(browser) == [danger, soon, older, late, none]
    assert "Noen er i fare nå" in browser.text


def test_every_case_stands_on_one_page_of_many(browser: Browser, office: Installation) -> None:
    # Many with the same times: only the id tells them apart.
    sent = {office.tip(read_by=NOW + n % 3 * HOUR)[0] for n in range(63)}
    browser.get("/queue")
    pages = [shown(browser)]
    while following := browser.page.find("a", rel="next"):
        browser.get(str(following["href"]))
        pages.append(shown(browser))
    assert [len(page) for page in pages] == [25, 25, 13]
    assert {case for page in pages for case in page} == sent


def test_closed_cases_have_their_own_pages(browser: Browser, office: Installation) -> None:
    cases = [office.tip(received=NOW - n * HOUR)[0] for n in range(30)]
    for case in cases:
        closed = office.reader(case).add(Kind.CLOSED, {"hour": NOW, "by": "youth_team"})
        office.store.add(closed, State.CLOSED)
    browser.get("/queue")
    assert shown(browser) == []
    assert "Ingen saker her." in browser.text
    browser.get("/queue?closed=1")
    first = shown(browser)
    browser.get(str(browser.page.find("a", rel="next")["href"]))  # type: ignore[index]
    assert first + shown(browser) == cases


def test_only_what_the_members_units_may_read_is_shown(
    app: Flask, browser: Browser, office: Installation
) -> None:
    mine, theirs = office.tip()[0], office.tip(readers=("police",))[0]
    both = office.tip(readers=("police", "youth_team"))[0]
    member = Browser(app.test_client(), office)
    member.sign_in(office.member("ung", "youth_team"))
    assert set(shown(member)) == {mine, both}
    member.get(f"/cases/{theirs}", 404)
    browser.get("/queue")
    assert set(shown(browser)) == {mine, theirs, both}


@pytest.mark.parametrize("column", ["summary", "head"])
def test_a_row_that_was_altered_is_shown_with_a_warning(
    browser: Browser, office: Installation, column: str
) -> None:
    case = office.tip("det som ikke skal vises")[0]
    whole = office.tip()[0]
    alter(office, case, column)
    browser.get("/queue")
    assert set(shown(browser)) == {case, whole}
    if column == "summary":
        assert "Lar seg ikke åpne" in browser.text
        assert tick(browser, case) == []
    browser.get(f"/cases/{case}", 409)
    assert case in browser.text
    assert "det som ikke skal vises" not in browser.text
    assert office.stored(case).sealed.messages


def test_a_state_that_is_none_of_ours_hides_no_other_case(
    browser: Browser, office: Installation
) -> None:
    case, _ = office.tip("den første")
    office.tip("den andre")
    with writing(office.cases) as connection:
        connection.execute(text("UPDATE cases SET state = 'x' WHERE id = :id"), {"id": case})
    browser.get("/queue")
    assert "den første" in browser.text
    assert "den andre" in browser.text


@pytest.mark.parametrize(
    "query", ["after=x", "after=1.2.3", "after=9" * 40, "after=%00", "closed=2", "after=-1.0.00"]
)
def test_a_place_that_is_none_is_the_start(
    browser: Browser, office: Installation, query: str
) -> None:
    case = office.tip()[0]
    browser.get(f"/queue?{query}")
    assert shown(browser) == [case]


def test_a_full_page_is_small(browser: Browser, office: Installation) -> None:
    """Every row long, and every fifth in a script of two bytes a letter."""
    for n in range(27):
        language = "nb" if n % 5 else "ar"
        office.tip(
            "skyldær " * 10 if n % 5 else "سكين" * 20,
            language=language,
            danger="unsure",
            topic="exposed",
            place="askim_stasjon",
        )
    assert len(browser.client.get("/queue").data) <= 20_000


def test_a_prank_is_closed_with_one_reason(browser: Browser, office: Installation) -> None:
    pranks = [office.tip("lol") for _ in range(3)]
    real = office.tip("dette er sant")[0]
    browser.get("/queue")
    ticked = tick(browser, *(case for case, _ in pranks))
    browser.post("/queue/close", case=ticked)
    assert "Lukke 3 saker?" in browser.text
    assert "dette er sant" not in browser.text
    browser.post("/queue/close", 422, case=ticked, sure="1", reason="")
    assert "Velg hvorfor" in browser.text
    assert office.stored(pranks[0][0]).clear.state == "new"
    browser.post("/queue/close", case=ticked, reason="prank")
    assert "3 saker er lukket." in browser.text
    assert shown(browser) == [real]
    for case, key in pranks:
        assert office.stored(case).clear.state == "closed"
        (mark,) = office.sender(case, key).messages()
        assert mark.kind == "closed"


def test_what_changed_since_it_was_ticked_is_not_closed(
    browser: Browser, office: Installation
) -> None:
    (one, key), (two, _) = office.tip("lol"), office.tip("lol")
    browser.get("/queue")
    ticked = tick(browser, one, two)
    browser.post("/queue/close", case=ticked)
    office.writes_more(one, key, "nei, det er alvor")
    browser.post("/queue/close", case=ticked, reason="prank")
    assert "1 sak er lukket." in browser.text
    assert "1 sak hadde endret seg" in browser.text
    assert shown(browser) == [one]


@pytest.mark.parametrize("handle", ["", "x", "0" * 32, "0" * 32 + ".00000000", "é.é"])
def test_closing_what_is_none_closes_nothing(
    browser: Browser, office: Installation, handle: str
) -> None:
    office.tip()
    browser.get("/queue")
    browser.post("/queue/close", case=[handle], reason="prank")
    assert len(shown(browser)) == 1


def test_nothing_ticked_says_what_to_do(browser: Browser, office: Installation) -> None:
    office.tip()
    browser.get("/queue")
    browser.post("/queue/close")
    assert "Kryss av" in browser.text
