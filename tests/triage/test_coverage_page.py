"""`/coverage`: the picture says what the rules say, and the tables say what the picture says."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from sifra import coverage
from sifra.coverage import Wait
from sifra.database import writing
from sifra.routing import Facts
from sifra.tables import shift_people, shifts
from tests.triage.example_office import MUNICIPALITY, Browser, Installation, started
from triage.rules import weeks
from triage.rules.weeks import HOURS, Week

OSLO = ZoneInfo("Europe/Oslo")
YEAR = dt.date(2027, 1, 1), dt.date(2027, 12, 31)
RECTANGLE = re.compile(r"M(\d+) (\d+)h(\d+)v(\d+)h-(\d+)z")


def rows_of(facts: Facts = coverage.URGENT_TIP) -> list[Week]:
    return weeks.weeks(coverage.waits(facts, MUNICIPALITY.rule_book(), *YEAR), OSLO)


def squares(path: str) -> Iterator[tuple[int, int]]:
    """Each hour that a path covers, as row and column."""
    assert RECTANGLE.sub("", path) == ""
    for left, top, width, height, back in RECTANGLE.findall(path):
        assert width == back
        for row in range(int(top), int(top) + int(height)):
            yield from ((row, column) for column in range(int(left), int(left) + int(width)))


def test_weeks_hold_each_hour_of_the_year_once() -> None:
    rows = rows_of()
    assert [row.monday for row in rows] == [
        dt.date(2026, 12, 28) + dt.timedelta(7 * n) for n in range(53)
    ]
    # 365 days, less the hour that the clock skips; the one that it shows twice is one column.
    assert sum(hour is not None for row in rows for hour in row.hours) == 365 * 24 - 1
    assert rows[0].hours[: 4 * 24] == (None,) * (4 * 24)
    (easter,) = [row for row in rows if row.monday == dt.date(2027, 3, 22)]
    assert [n for n, hour in enumerate(easter.hours) if hour is None] == [6 * 24 + 2]
    tuesday = next(row for row in rows if row.monday == dt.date(2027, 2, 1)).hours[24:48]
    assert tuesday == (
        *(Wait.SAME_DAY,) * 7,
        Wait.HOUR,
        *(Wait.QUARTER,) * 7,
        *(Wait.LATER,) * 9,
    )


def test_of_an_hour_shown_twice_the_worst_counts() -> None:
    first = dt.datetime(2027, 10, 31, 0, tzinfo=dt.UTC)
    twice = [(first, Wait.LATER), (first + dt.timedelta(hours=1), Wait.QUARTER)]
    for waits in (twice, [(at, Wait(3 - wait)) for at, wait in twice]):
        (row,) = weeks.weeks(waits, OSLO)
        assert row.hours[6 * 24 + 2] is Wait.LATER


def test_the_paths_cover_each_hour_in_its_own_colour_and_no_other() -> None:
    rows = rows_of()
    drawn = weeks.paths(rows)
    covered = {wait: list(squares(drawn[wait])) for wait in Wait}
    every = [square for some in covered.values() for square in some]
    assert len(every) == len(set(every)) == 365 * 24
    for wait, some in covered.items():
        for row, column in some:
            assert rows[row].hours[column] in (wait, None)
    # Small, because what is alike beside and below is one rectangle.
    assert sum(map(len, drawn.values())) < 4000


def test_weeks_that_are_alike_are_counted_together() -> None:
    rows = rows_of()
    found = weeks.alike(rows)
    assert sum((last.monday - first.monday).days // 7 + 1 for first, last, _ in found) == len(rows)
    ordinary = max(found, key=lambda one: one[1].monday - one[0].monday)[2]
    assert [ordinary[wait] for wait in Wait] == [35, 5, 35, HOURS - 75]
    assert all(a.hours != b.hours for (_, a, _), (b, _, _) in pairwise(found))


def test_the_usual_hours_of_a_weekday() -> None:
    days = weeks.by_weekday(rows_of())
    assert days[0] == {
        Wait.QUARTER: [(8, 15)],
        Wait.HOUR: [(7, 8)],
        Wait.SAME_DAY: [(0, 7)],
        Wait.LATER: [(15, 24)],
    }
    assert days[6][Wait.LATER] == [(0, 24)]


@pytest.fixture
def page(browser: Browser) -> Browser:
    browser.get("/coverage?year=2027")
    return browser


def test_the_picture_has_a_name_and_says_the_same_as_the_tables(page: Browser) -> None:
    (picture,) = page.page.select("svg[role=img]")
    for part in str(picture["aria-labelledby"]).split():
        assert picture.select_one(f"#{part}").get_text().strip()  # type: ignore[union-attr]
    drawn = [str(one["d"]) for one in picture.find_all("path", recursive=False)][:4]
    counts = [len(list(squares(path))) for path in drawn]
    table = page.page.select("details table tbody tr")
    assert len(table) > 10
    usual = page.page.select("main > .wide table tbody tr")
    cells = [one.get_text().replace("\u2060", "") for one in usual[1].find_all(["th", "td"])]
    assert cells == ["tirsdag", "08–15", "07–08", "00–07", "15–24"]
    assert counts[3] > counts[0] > counts[1]
    fills = [str(one["fill"]) for one in picture.find_all("path", recursive=False)][:4]
    assert len(set(fills)) == 4
    for fill in fills:
        if fill.startswith("url"):
            assert picture.select_one(fill[4:-1])
    assert "style=" not in str(page.page.main)


def test_the_longest_silences_stand_first(page: Browser) -> None:
    items = [" ".join(one.get_text().split()) for one in page.page.select("ol.chosen > li")]
    assert items[0].startswith("13 døgn 3 t: sendt ons. 17. mars 08:00, lest innen tir. 30. mars")
    assert "21. Et utrygt sted. SLT-koordinatoren leser innen fem" in items[0]
    urgent = next(one for one in items if "sier at det haster." in one and "tolk" not in one)
    assert re.search(r"\b19 regler\b", urgent)
    assert urgent.startswith("6 døgn: sendt ons. 24. mars 11:00, lest innen tir. 30. mars 12:00")
    assert "uansett hvem som er valgt" in urgent
    assert "er det alltid en leser eller et nummer" in page.text


def test_the_chosen_case_is_drawn(page: Browser) -> None:
    def dark(path: str) -> int:
        page.get(path)
        drawn = page.page.select("svg[role=img] > path")[3]["d"]
        return len(list(squares(str(drawn))))

    ordinary = dark("/coverage?year=2027")
    assert dark("/coverage?year=2027&language=pl") > ordinary
    assert dark("/coverage?year=2027&urgency=whenever&danger=no") > ordinary


def test_the_rota_lights_the_evenings(browser: Browser, office: Installation) -> None:
    now = dt.datetime.fromtimestamp(time.time(), OSLO)
    evening = dt.datetime.combine(now.date() + dt.timedelta(1), dt.time(19), OSLO)
    path = f"/coverage?year={evening.year}"

    def lit() -> int:
        browser.get(path)
        return len(list(squares(str(browser.page.select("svg[role=img] > path")[0]["d"]))))

    before = lit()
    with writing(office.cases) as connection:
        start = int(evening.timestamp())
        connection.execute(
            insert(shifts).values(
                id="0" * 32, unit="youth_team", start=start, end=start + 3 * 3600, least=1
            )
        )
        connection.execute(insert(shift_people).values(shift_id="0" * 32, account_id="a"))
    assert lit() == before + 3


@pytest.mark.parametrize("year", ["1999", "2100", "i år", "02027", "²⁰²⁷"])
def test_a_year_that_is_none_is_told_beside_the_field(browser: Browser, year: str) -> None:
    browser.get(f"/coverage?year={year}", 422)
    field = browser.page.select_one("#year")
    assert field is not None
    assert (field["value"], field["aria-invalid"]) == (year, "true")
    assert "Skriv et år fra 2000 til 2099." in browser.text


def test_an_urgent_case_without_anybody_is_said_first(office: Installation) -> None:
    shut = replace(
        office.settings.municipality,
        help_lines=tuple(
            replace(line, confirmed=False) for line in office.settings.municipality.help_lines
        ),
    )
    app = started(dataclasses.replace(office.settings, municipality=shut))
    browser = Browser(app.test_client(), office)
    browser.sign_in(office.leader)
    browser.get("/coverage?year=2027")
    boxes = [one.get_text() for one in browser.page.select("p.box.error")]
    assert any(
        one.startswith("now (Ungdomsteamet): ingen svarer fra fre. 1. jan. 00:00") for one in boxes
    )
    assert "alltid en leser eller et nummer" not in browser.text
    app.extensions["sifra"].staff.dispose()
    app.extensions["sifra"].cases.dispose()


def test_an_adult_of_whom_nobody_could_complain_is_said_first(office: Installation) -> None:
    alone = replace(office.settings.municipality, reader_choices=())
    app = started(dataclasses.replace(office.settings, municipality=alone))
    browser = Browser(app.test_client(), office)
    browser.sign_in(office.leader)
    browser.get("/coverage?year=2027")
    assert [one.get_text() for one in browser.page.select("p.box.error")] == [
        "En klage på Ungdomskontakten kan ikke leses av noen. La den som skriver, kunne velge "
        "Politikontakten eller Barneverntjenesten eller SLT-koordinatoren."
    ]
    app.extensions["sifra"].staff.dispose()
    app.extensions["sifra"].cases.dispose()
