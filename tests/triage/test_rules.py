"""`/rules`: a moment and facts, and what the contact rules make of them; all rules below."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from flask import Flask
from sqlalchemy import insert

from sifra.database import writing
from sifra.tables import shift_people, shifts
from tests.triage.example_office import MUNICIPALITY, Browser, Installation

CHRISTMAS_EVE = "/rules?at=2026-12-24T22:15&urgency=now"


def lines(browser: Browser) -> list[str]:
    """The time line."""
    return [" ".join(one.get_text(" ").split()) for one in browser.page.select("ol.line li")]


def chosen(browser: Browser, name: str) -> str:
    (option,) = browser.page.select(f"select[name={name}] option[selected]")
    return str(option["value"])


def test_the_routing_its_rule_and_reason_stand_on_the_page(browser: Browser) -> None:
    browser.get(CHRISTMAS_EVE)
    assert "Den som skriver, sier at det haster. Les straks." in browser.text
    assert "Regel: now" in browser.text
    assert "Leses innen man. 28. des. 12:00." in browser.text
    assert lines(browser) == [
        "tor. 24. des. 22:15 Saken kommer inn",
        "tor. 24. des. 22:15 Ungdomsteamet får beskjed",
        "man. 28. des. 08:00 Den første er på vakt",
        "man. 28. des. 08:00 Ungdomsteamet får beskjed hvis ingen har lest",
        "man. 28. des. 12:00 Skal være lest",
        "man. 28. des. 12:00 Ungdomsteamet får beskjed hvis ingen har lest",
    ]
    times = [str(one["datetime"]) for one in browser.page.select("ol.line time")]
    assert times[0] == "2026-12-24T22:15:00+01:00"
    numbers = [one.get_text() for one in browser.page.select("main a.tel")]
    assert numbers[0] == "116\u00a0111"


def test_who_is_asked_together_is_asked_whoever_has_read(browser: Browser) -> None:
    """The file gives the nurse no hours: the deputy keeps what is promised, and is asked too."""
    browser.get("/rules?at=2026-11-24T10:00&lane=talk&danger=no&adult=school_nurse")
    assert lines(browser)[:3] == [
        "tir. 24. nov. 10:00 Saken kommer inn",
        "tir. 24. nov. 10:00 Helsesykepleieren får beskjed",
        "tir. 24. nov. 10:00 Ungdomsteamet får beskjed",
    ]


def test_what_was_ticked_stays_ticked(browser: Browser) -> None:
    browser.get(
        "/rules?at=2026-11-24T10:00&lane=tip&danger=no&topic=planned_fight&place=masan"
        "&readers=police&readers=youth_team&language=uk"
    )
    facts = {name: chosen(browser, name) for name in ("lane", "danger", "topic", "place")}
    assert facts == {"lane": "tip", "danger": "no", "topic": "planned_fight", "place": "masan"}
    assert chosen(browser, "language") == "uk"
    ticked = {str(one["value"]) for one in browser.page.select("input[name=readers][checked]")}
    assert ticked == {"police", "youth_team"}
    assert browser.page.select_one("#at")["value"] == "2026-11-24T10:00"  # type: ignore[index]
    assert "Leses av: Ungdomsteamet, Politikontakten." in browser.text
    assert "De må finne tolk først." in browser.text


def test_what_is_not_on_the_lists_is_not_shown_again(browser: Browser) -> None:
    browser.get("/rules?topic=hemmelig&readers=hemmelig&adult=hemmelig&language=hemmelig&lane=x")
    assert "hemmelig" not in str(browser.page)
    assert chosen(browser, "lane") == "tip"


def test_without_facts_it_is_a_tip_now(browser: Browser) -> None:
    browser.get("/rules")
    at = dt.datetime.fromisoformat(str(browser.page.select_one("#at")["value"]))  # type: ignore[index]
    now = dt.datetime.fromtimestamp(time.time(), MUNICIPALITY.zone).replace(tzinfo=None)
    assert abs(now - at) < dt.timedelta(minutes=2)
    assert "Regel: the_rest" in browser.text


@pytest.mark.parametrize("at", ["i kveld", "2026-13-01T10:00", "9999-12-31T23:59"])
def test_a_moment_that_is_none_is_told_beside_the_field(browser: Browser, at: str) -> None:
    browser.get(f"/rules?at={at}&topic=home", 422)
    field = browser.page.select_one("#at")
    assert field is not None
    assert (field["value"], field["aria-invalid"]) == (at, "true")
    assert field["aria-describedby"] == "at-error"
    assert "Skriv dag og klokkeslett slik" in browser.page.select_one("#at-error").text  # type: ignore[union-attr]
    assert chosen(browser, "topic") == "home"
    assert lines(browser) == []


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (
            "2027-03-28T02:30",
            "Klokka stilles fram og viser aldri den tiden. Her er søn. 28. mars 03:00.",
        ),
        ("2027-10-31T02:30", "Klokka viser den tiden to ganger. Her er den første."),
        ("2027-10-31T03:30", ""),
    ],
)
def test_nights_with_a_clock_change_are_said(browser: Browser, at: str, said: str) -> None:
    browser.get(f"/rules?at={at}")
    notes = [one.get_text() for one in browser.page.select("section p.said")]
    assert notes == ([said] if said else [])


def test_an_evening_in_the_rota_counts(browser: Browser, office: Installation) -> None:
    browser.get("/rules")
    tomorrow = dt.datetime.fromtimestamp(time.time(), MUNICIPALITY.zone).date() + dt.timedelta(1)
    start = dt.datetime.combine(tomorrow, dt.time(19), MUNICIPALITY.zone).timestamp()
    with writing(office.cases) as connection:
        connection.execute(
            insert(shifts).values(
                id="0" * 32, unit="youth_team", start=int(start), end=int(start) + 3 * 3600, least=1
            )
        )
    path = f"/rules?at={tomorrow}T20:00&urgency=now"
    browser.get(path)
    assert "Noen er der nå." not in browser.text
    with writing(office.cases) as connection:
        connection.execute(insert(shift_people).values(shift_id="0" * 32, account_id="a"))
    browser.get(path)
    assert "Noen er der nå." in browser.text
    assert f"{tomorrow.day}. " in browser.text
    assert "21:00" in browser.text


def test_all_rules_stand_below_in_order(browser: Browser) -> None:
    browser.get(CHRISTMAS_EVE)
    items = browser.page.select("ol.rules > li")
    assert [str(one["id"]) for one in items] == [f"rule-{one.id}" for one in MUNICIPALITY.rules]
    (here,) = browser.page.select("li[aria-current]")
    assert here["id"] == "rule-now"
    fight = browser.page.select_one("#rule-planned_fight")
    assert fight is not None
    said = " ".join(fight.get_text(" ").split())
    assert "Gjelder: Tips · Kniv eller våpen eller Planlagt slåsskamp" in said
    assert "leses innen 1 time" in said
    rest = browser.page.select_one("#rule-the_rest")
    assert rest is not None
    assert "Gjelder: Alle saker som er igjen" in rest.get_text()
    assert "leses samme dag" in rest.get_text()


def test_an_unconfirmed_number_stands_nowhere(browser: Browser) -> None:
    browser.get(CHRISTMAS_EVE + "&lane=parent")
    assert "989" not in browser.text
    assert "69 68 20 00" not in browser.text.replace("\u00a0", " ")


def test_both_pages_are_in_the_menu(browser: Browser) -> None:
    browser.get("/rules")
    links = {str(one["href"]): one for one in browser.page.select("header nav a")}
    assert links["/rules"]["aria-current"] == "page"
    assert "/coverage" in links


def test_a_stranger_is_sent_to_sign_in(app: Flask) -> None:
    for path in ("/rules", "/coverage"):
        answer = app.test_client().get(path)
        assert (answer.status_code, answer.location) == (303, "/sign-in")
