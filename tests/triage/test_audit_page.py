"""The log's page: for those who may, the newest first, with filters."""

from __future__ import annotations

import datetime as dt
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import text, update

from sifra.database import writing
from tests.triage.example_office import Browser, Installation
from triage.audit import audit_log
from triage.audit.audit import A_PAGE
from triage.audit.audit_log import Action, Deed
from triage.audit.audit_words import ACTIONS
from triage.staff_tables import audit_entries

ONE, OTHER = "abcdef" + "0" * 26, "abcdee" + "f" * 26


@pytest.fixture
def reader(app: Flask, office: Installation) -> Browser:
    made = Browser(app.test_client(), office)
    made.sign_in(office.member("ung", "youth_team"))
    return made


def look(office: Installation, case: str, times: int = 1) -> None:
    deed = Deed(Action.LOOK, office.leader.id, "police", case, {"messages": 2})
    audit_log.append(office.staff, *[deed] * times)


def rows(browser: Browser) -> list[list[str]]:
    return [
        [" ".join(cell.get_text(" ").split()) for cell in row.find_all("td")]
        for row in browser.page.select(".log tbody tr")
    ]


def whats(browser: Browser) -> list[str]:
    return [row[2] for row in rows(browser)]


def test_only_those_who_may_see_it_and_its_link(
    stranger: Browser, browser: Browser, reader: Browser
) -> None:
    stranger.get("/audit", 303)
    reader.get("/audit", 403)
    for one, may in ((reader, False), (browser, True)):
        one.get("/queue")
        assert bool(one.page.select('header nav a[href="/audit"]')) is may
    browser.get("/audit")
    here = browser.page.find("a", {"aria-current": "page"})
    assert here is not None
    assert here["href"] == "/audit"


def test_who_did_what_when_and_with_which_case(browser: Browser, office: Installation) -> None:
    look(office, ONE)
    browser.get("/audit")
    when, who, what = rows(browser)[0]
    assert when.endswith("nr. 5")
    assert who == "Leder (leder) Politikontakten"
    assert what == "Så på saken abcdef Meldinger vist: 2"
    assert str(audit_log.end(office.staff)) in browser.text


def test_every_action_has_a_name() -> None:
    assert set(ACTIONS) == set(Action)
    assert len(set(map(str, ACTIONS.values()))) == len(Action)


def test_pages_end_to_end_without_gap_or_double(browser: Browser, office: Installation) -> None:
    look(office, ONE, 2 * A_PAGE)
    browser.get("/audit")
    seen = []
    while True:
        seen += [int(row[0].rpartition(" ")[2]) for row in rows(browser)]
        onward = browser.page.find("a", rel="next")
        if onward is None:
            break
        browser.get(str(onward["href"]))
    last = audit_log.end(office.staff).entries
    assert last is not None
    assert seen == list(range(last, 0, -1))


def test_filters_hold_over_pages(browser: Browser, office: Installation) -> None:
    look(office, ONE, A_PAGE + 1)
    look(office, OTHER)
    browser.get(f"/audit?case={ONE[:6]}&action=look&account={office.leader.id}")
    assert set(whats(browser)) == {"Så på saken abcdef Meldinger vist: 2"}
    onward = browser.page.find("a", rel="next")
    assert onward is not None
    asked = parse_qs(urlsplit(str(onward["href"])).query)
    assert set(asked) == {"case", "action", "account", "before"}
    browser.get(str(onward["href"]))
    assert len(rows(browser)) == 1


def test_each_filter(browser: Browser, office: Installation) -> None:
    ung = office.member("ung", "youth_team")
    look(office, ONE)
    look(office, OTHER)
    audit_log.append(office.staff, Deed(Action.SIGN_IN, ung.id))
    for query, count in (
        (f"case={ONE}", 1),
        ("case=ABCDEE", 1),
        ("case=abcde0", 0),
        ("action=look", 2),
        (f"account={ung.id}", 1),
        ("action=sign-in", 2),
    ):
        browser.get(f"/audit?{query}")
        assert len(rows(browser)) == count, query


def test_dates_are_local_and_both_included(browser: Browser, office: Installation) -> None:
    zone = office.settings.municipality.zone
    moments = [(25, 23, 59, 59), (26, 0, 0, 0), (27, 23, 59, 59), (28, 0, 0, 0)]
    for number, moment in enumerate(moments):
        look(office, ONE)
        at = dt.datetime(2026, 6, *moment, tzinfo=zone)
        with writing(office.staff) as connection:
            connection.execute(
                update(audit_entries)
                .where(audit_entries.c.sequence == 4 + number)
                .values(at=int(at.timestamp()))
            )
    browser.get("/audit?case=abcdef&from=2026-06-26&to=2026-06-27")
    assert [row[0] for row in rows(browser)] == [
        "2026-06-27 23:59:59 nr. 6",
        "2026-06-26 00:00:00 nr. 5",
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("account", "leder"),
        ("action", "kniv"),
        ("case", "han har kniv"),
        ("case", "abc"),
        ("case", "%25"),
        ("from", "i dag"),
        ("to", "9999-12-31"),
        ("to", "0001-01-01"),
    ],
)
def test_what_is_no_choice_is_said_beside_the_field_and_goes_nowhere(
    browser: Browser, office: Installation, name: str, value: str
) -> None:
    look(office, ONE, A_PAGE + 1)
    browser.get(f"/audit?{name}={value}", 422)
    field = browser.page.find(id=name)
    assert field is not None
    assert field["aria-describedby"] == f"{name}-error"
    assert browser.page.find(id=f"{name}-error") is not None
    onward = browser.page.find("a", rel="next")
    assert onward is not None
    assert set(parse_qs(urlsplit(str(onward["href"])).query)) == {"before"}


@pytest.mark.parametrize("before", ["", "x", "-1", "9" * 40, "1;DROP"])
def test_a_place_that_is_none_is_the_start(browser: Browser, before: str) -> None:
    browser.get(f"/audit?before={before}")
    assert rows(browser)


def test_an_altered_log_is_shown_still(browser: Browser, office: Installation) -> None:
    look(office, ONE)
    with writing(office.staff) as connection:
        connection.execute(
            update(audit_entries).values(
                action="<b>", fields='["x"', at=1 << 60, account_id="gone", unit="", case_id=None
            )
        )
    browser.get("/audit")
    assert whats(browser)[0] == "<b>"
    assert "en konto som er borte" in browser.text


def test_a_case_that_is_no_text_is_shown_still(browser: Browser, office: Installation) -> None:
    look(office, ONE)
    with writing(office.staff) as connection:
        connection.execute(text("update audit_entries set case_id = x'ff00'"))
    browser.get("/audit")
    assert rows(browser)


def test_who_only_asks_is_not_said_to_have_had_a_yes(
    browser: Browser, office: Installation
) -> None:
    fields: dict[str, int | str] = {
        "handover": "f" * 32,
        "to": "police",
        "whole": 0,
        "ground": "consent",
    }
    asked = Deed(Action.CONSENT_ASKED, office.leader.id, "youth_team", ONE, fields)
    audit_log.append(office.staff, asked)
    browser.get("/audit")
    assert "Spurte avsenderen om lov" in browser.text
    assert "avsenderens samtykke" in browser.text
    assert "sa ja" not in browser.text


def test_a_unit_is_not_taken_for_a_line_of_the_same_name(
    browser: Browser, office: Installation
) -> None:
    """The police contact and 02800 are both ``police`` in the file."""
    over: dict[str, int | str] = {"handover": "f" * 32, "to": "police", "whole": 0, "ground": "x"}
    rung: dict[str, int | str] = {"entry": 0, "whom": "police"}
    card: dict[str, int | str] = {"serial": 2}
    me = office.leader.id
    audit_log.append(
        office.staff,
        Deed(Action.HANDED_OVER, me, "youth_team", ONE, over),
        Deed(Action.TOLD, me, "youth_team", ONE, rung),
        Deed(Action.KEY_CARD_SIGNED, me, "picture", None, card),
    )
    browser.get("/audit")
    signed, told, handed = rows(browser)[:3]
    assert "Politikontakten" in handed[2]
    assert "02800" not in handed[2]
    assert "Politiet, når det ikke haster" in told[2]
    assert "situasjonsbildet" in signed[1]


def test_in_english(browser: Browser, office: Installation) -> None:
    look(office, ONE)
    browser.get("/audit")
    browser.post("/language", language="en", back="/audit")
    assert whats(browser)[0] == "Looked at the case abcdef Messages shown: 2"
