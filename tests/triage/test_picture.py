"""The page of the picture, the page for paper and the download: the same numbers, each look that
takes them away entered before."""

from __future__ import annotations

import csv
import io
import logging
import os
import time

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import delete, select, text, update

from sifra.database import reading, writing
from sifra.key_cards import PICTURE
from sifra.sealing import PrivateKey
from sifra.tables import key_cards, picture_counts
from tests.triage.example_office import MUNICIPALITY, Browser, Installation
from tests.triage.picture_events import event, store
from triage.picture import picture_charts, picture_csv
from triage.picture.picture_counts import monday, next_quarter, quarter_at, weeks_of
from triage.picture.suppression import Block
from triage.staff_tables import audit_entries

ZONE = MUNICIPALITY.zone
HERE = quarter_at(time.time(), ZONE)


def quarter_before(quarter: str, back: int = 1) -> str:
    year, number = int(quarter[:4]), int(quarter[-1]) - 1 - back
    return f"{year + number // 4}-Q{number % 4 + 1}"


BEFORE = quarter_before(HERE)
WEEKS = weeks_of(BEFORE)


def send(office: Installation, *events: object) -> None:
    public = office.store.public_keys([PICTURE], office.settings.verifier)[PICTURE]
    store(office.cases, public, events)  # type: ignore[arg-type]


def a_quarter(office: Installation) -> None:
    send(
        office,
        *[event(WEEKS[0], "threats", "masan", hour=14)] * 9,
        *[event(WEEKS[0], "drugs", "school", weekday=0, hour=8)] * 7,
        *[event(WEEKS[9], "vape", "school", lane="parent", weekday=0, hour=8)] * 3,
        *[event(WEEKS[9], "", "", "ar", weekday=6, hour=22)] * 6,
    )


def shown(page: BeautifulSoup, name: str) -> dict[str, str]:
    found = page.select(f'[aria-labelledby="by-{name}"] tbody tr')
    return {
        row.select("th")[0].get_text().strip(): row.select("td")[-1].get_text() for row in found
    }


def rows(browser: Browser) -> list[dict[str, str]]:
    answer = browser.client.get("/picture/counts.csv")
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    written = answer.get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(written), delimiter=";"))


def taken(office: Installation) -> int:
    actions = select(audit_entries.c.action)
    with reading(office.staff) as connection:
        return list(connection.scalars(actions)).count("picture-taken")


def test_the_last_whole_quarter_by_every_dimension(browser: Browser, office: Installation) -> None:
    a_quarter(office)
    browser.get("/picture")
    assert "25 saker" in browser.text
    places = shown(browser.page, "place")
    assert [count for name, count in places.items() if "Måsan ungdomspark" in name] == ["9"]
    days = shown(browser.page, "weekday")
    assert days == {"mandag–torsdag": "10", "fredag": "9", "lørdag–søndag": "6"}
    languages = shown(browser.page, "language")
    assert languages == {"Norsk bokmål": "19", "Andre språk": "6"}
    assert shown(browser.page, "lane") == {"Alt til sammen": "25"}
    topics = shown(browser.page, "topic")
    assert sum(int(count) for count in topics.values()) == 25
    # Three on vapes stand with their neighbours and nowhere alone.
    (with_vape,) = (name for name in topics if "Vape" in name)
    assert "Rus + Vape og snus + " in with_vape
    assert topics[with_vape] == "16"
    assert taken(office) == 0


def test_the_page_for_paper_and_the_download_say_the_same(
    browser: Browser, office: Installation
) -> None:
    a_quarter(office)
    browser.get("/picture")
    seen = {name: shown(browser.page, name) for name in ("topic", "place", "hour", "week")}
    browser.get(f"/picture/print?period={BEFORE}")
    assert {name: shown(browser.page, name) for name in seen} == seen
    assert browser.page.find("nav") is None
    number, year = BEFORE[-1], BEFORE[:4]
    here = [row for row in rows(browser) if row["Periode"] == f"{number}. kvartal {year}"]
    said = {"topic": "Tema", "place": "Sted", "hour": "Tid på døgnet", "week": "Uke"}
    for name, heading in said.items():
        counts = {row["Hva"]: row["Antall"] for row in here if row["Gruppe"] == heading}
        assert counts == seen[name]
    whole = next(row for row in here if row["Gruppe"] == "Alle saker")
    assert (whole["Antall"], whole["Slik er det talt"]) == ("25", "nøyaktig")
    assert whole["Fra"] == monday(WEEKS[0]).isoformat()
    assert taken(office) == 2


def test_no_number_in_the_download_is_small(browser: Browser, office: Installation) -> None:
    a_quarter(office)
    send(office, *[event(weeks_of(quarter_before(HERE, 2))[3])] * 4)
    counts = [row["Antall"] for row in rows(browser)]
    assert "under fem" in counts
    assert all(int(count) >= 5 for count in counts if count != "under fem")


@pytest.mark.parametrize("path", ["/picture/print", "/picture/counts.csv"])
def test_what_cannot_be_entered_is_not_given(
    browser: Browser, office: Installation, path: str
) -> None:
    a_quarter(office)
    with writing(office.staff) as connection:
        connection.execute(
            text(
                "CREATE TRIGGER full BEFORE INSERT ON audit_entries "
                "BEGIN SELECT RAISE(ABORT, 'full'); END"
            )
        )
    answer = browser.client.get(path)
    assert answer.status_code == 503
    assert "Tema" not in answer.get_data(as_text=True)


def test_what_goes_on_is_at_least(browser: Browser, office: Installation) -> None:
    weeks = weeks_of(HERE)
    if monday(weeks[1]).isoformat() > time.strftime("%Y-%m-%d", time.gmtime(time.time() - 86400)):
        pytest.skip("the first week of the quarter is not over")
    send(office, *[event(weeks[0])] * 13)
    browser.get(f"/picture?period={HERE}")
    assert "Minst 10 saker" in browser.text
    assert browser.page.find(id="by-week") is None
    assert shown(browser.page, "weekday") == {"Alt til sammen": "10"}


def test_few_cases_look_like_none(browser: Browser, office: Installation) -> None:
    browser.get("/picture")
    send(office, *[event(WEEKS[0])] * 4)
    browser.get(f"/picture?period={BEFORE}")
    assert "Det er kommet færre enn fem saker." in browser.text
    assert browser.page.find(id="by-topic") is None


@pytest.mark.parametrize("period", ["", "2026", "0000-Q9", "../x", "<b>"])
def test_a_period_that_is_none_shows_the_usual(
    browser: Browser, office: Installation, period: str
) -> None:
    a_quarter(office)
    browser.get(f"/picture?period={period}")
    assert "25 saker" in browser.text


def test_who_has_no_key_of_the_picture_sees_promises_only(
    stranger: Browser, office: Installation
) -> None:
    a_quarter(office)
    stranger.sign_in(office.member("ny", "youth_team"))
    stranger.get("/picture")
    assert "Du har ikke nøkkelen til tallene om saker." in stranger.text
    assert "25" not in stranger.text
    assert stranger.page.select("table.promises")


@pytest.mark.parametrize("role", ["interpreter", "auditor", "administrator"])
@pytest.mark.parametrize("path", ["/picture", "/picture/print", "/picture/counts.csv"])
def test_who_does_not_read_cases_does_not_see_it(
    stranger: Browser, office: Installation, path: str, role: str
) -> None:
    stranger.sign_in(office.member("ny", role=role))
    stranger.get(path, 403)
    assert taken(office) == 0


def test_what_does_not_open_is_said(
    browser: Browser, office: Installation, caplog: pytest.LogCaptureFixture
) -> None:
    a_quarter(office)
    store(office.cases, PrivateKey.generate().public(), [event(WEEKS[0])] * 2)
    with caplog.at_level(logging.ERROR):
        browser.get("/picture")
    assert "25 saker" in browser.text
    assert "Noen saker kunne ikke telles." in browser.text
    assert "events of the picture that do not open: 2" in caplog.text


def test_counts_that_were_altered_are_said(
    browser: Browser, office: Installation, caplog: pytest.LogCaptureFixture
) -> None:
    a_quarter(office)
    browser.get("/picture")
    with writing(office.cases) as connection:
        connection.execute(update(picture_counts).values(sealed=os.urandom(2000)))
    with caplog.at_level(logging.ERROR):
        browser.get("/picture")
    assert "Tallene om saker kan ikke åpnes." in browser.text
    assert "the picture's counts do not open" in caplog.text
    assert browser.page.select("table.promises")


def test_without_a_key_card_it_says_that_nothing_is_counted(
    browser: Browser, office: Installation
) -> None:
    a_quarter(office)
    with writing(office.cases) as connection:
        connection.execute(delete(key_cards).where(key_cards.c.holder == PICTURE))
    browser.get("/picture")
    assert "Nye saker telles ikke nå." in browser.text
    assert "25 saker" in browser.text


def test_a_school_year_once_its_quarters_are_over(browser: Browser, office: Installation) -> None:
    whole = [quarter_before(HERE, back) for back in (4, 5, 6, 7)]
    third = next(name for name in whole if name.endswith("Q3"))
    names = [third]
    while len(names) < 4:
        names.append(next_quarter(names[-1]))
    for name in names:
        send(office, *[event(weeks_of(name)[2])] * 6)
    years = f"{third[:4]}-{(int(third[:4]) + 1) % 100:02}"
    browser.get(f"/picture?period={years}")
    assert f"Skoleåret {years.replace('-', '–')}" in browser.text
    assert "24 saker" in browser.text


# --- the download and the charts, alone ------------------------------------------------------


@pytest.mark.parametrize("name", ["=1+1", "+47", "-2", "@SUM(A1)", "\t=1", "\r=1", "  =1"])
def test_no_cell_is_a_formula(name: str) -> None:
    written = picture_csv.written([[name, 5]]).decode("utf-8-sig")
    (row,) = csv.reader(io.StringIO(written, newline=""), delimiter=";")
    assert row == [f"'{name}", "5"]


def test_a_cell_with_the_delimiter_stays_one() -> None:
    written = picture_csv.written([['a;b"c\nd', "Å"]]).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(written, newline=""), delimiter=";")) == [['a;b"c\nd', "Å"]]


def test_a_column_is_as_wide_as_what_it_stands_for() -> None:
    found = picture_charts.columns([Block(("a",), 10), Block(("b", "c", "d"), 15)])
    assert [one.height for one in found] == [80, 40]
    assert [round(one.width + 2) for one in found] == [80, 240]
    assert [one.x for one in found] == [0, 80]
    assert picture_charts.columns([]) == []
    assert picture_charts.bars([Block(("a",), 5), Block(("b",), 20)]) == [25, 100]


def test_charts_have_no_style_of_their_own(browser: Browser, office: Installation) -> None:
    a_quarter(office)
    browser.get("/picture")
    assert browser.page.select("svg rect")
    assert browser.page.select("[style], [onclick], [onload]") == []
    for chart in browser.page.select("svg"):
        assert chart.get("aria-label") or chart.get("aria-hidden")
