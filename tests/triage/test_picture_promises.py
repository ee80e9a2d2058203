"""The picture's promises kept, by unit and quarter, and no way to a count under five."""

from __future__ import annotations

import pytest
from sqlalchemy import insert

from sifra.database import writing
from sifra.promise_rows import quarter_of
from sifra.promises_kept import Counts
from sifra.tables import promise_counts
from tests.triage.example_office import HOUR, NOW, Browser, Installation
from triage.picture.picture import Kept, quarters
from triage.picture.picture_shown import QUARTERS

UNITS = ("youth_team", "police", "child_welfare", "slt")
HERE = quarter_of(NOW)


def count(office: Installation, unit: str, kept: int, late: int, quarter: str = HERE) -> None:
    row = {"unit": unit, "quarter": quarter, "kept": kept, "late": late}
    with writing(office.cases) as connection:
        connection.execute(insert(promise_counts).values(**row))


def table(browser: Browser, number: int = 0) -> dict[str, list[str]]:
    found = browser.page.select("table.promises")[number]
    return {
        " ".join(row.find("th").get_text().split()): [  # type: ignore[union-attr]
            cell.get_text().replace("\N{NO-BREAK SPACE}", " ") for cell in row.find_all("td")
        ]
        for row in found.select("tbody tr")
    }


def test_each_unit_and_quarter_with_small_counts_hidden(
    browser: Browser, office: Installation
) -> None:
    few = "under fem"
    count(office, "youth_team", 45, 5)
    count(office, "police", 30, 4)
    count(office, "child_welfare", 0, 9)
    count(office, "youth_team", 6, 6, "2025-Q1")
    browser.get("/picture")
    assert table(browser) == {
        "Ungdomsteamet": ["45", "5", "90 %"],
        "Politikontakten": ["30", few, "–"],
        "Barneverntjenesten": [few, "9", "–"],
        "SLT-koordinatoren": [few, few, "–"],
    }
    assert table(browser, 1)["Ungdomsteamet"] == ["6", "6", "50 %"]
    assert table(browser, 1)["Politikontakten"] == [few, few, "–"]
    captions = [one.get_text() for one in browser.page.select(".promises caption")]
    assert ["til nå" in one for one in captions] == [True, False]
    assert "1. kvartal 2025" in captions[1]


def test_what_nobody_has_read_and_is_overdue_is_late_already(
    browser: Browser, office: Installation
) -> None:
    count(office, "youth_team", 10, 3)
    past = NOW - 2 * HOUR
    for _ in range(2):
        office.tip(received=past - HOUR, read_by=past)
    here = quarter_of(past)
    browser.get("/picture")
    if here == HERE:
        assert table(browser)["Ungdomsteamet"] == ["10", "5", "67 %"]
    # Once it is read it is late still, and counts once.
    for case, _ in (office.tip(received=past - HOUR, read_by=past) for _ in range(1)):
        browser.get(f"/cases/{case}")
        browser.act(case, "acknowledge")
    browser.get("/picture")
    if here == HERE:
        assert table(browser)["Ungdomsteamet"] == ["10", "6", "62 %"]


@pytest.mark.parametrize("kept", range(7))
@pytest.mark.parametrize("late", range(7))
def test_what_is_hidden_cannot_be_worked_out(kept: int, late: int) -> None:
    """Whatever hidden counts are, the page is the same."""
    (shown,) = quarters({("2026-Q4", "slt"): Counts(kept, late)}, ("slt",), "2026-Q4")
    (unit,) = shown.units
    alike = [
        (k, n)
        for k in range(7)
        for n in range(7)
        if (k == kept or (k < 5 and kept < 5)) and (n == late or (n < 5 and late < 5))
    ]
    assert all(
        quarters({("2026-Q4", "slt"): Counts(k, n)}, ("slt",), "2026-Q4") == [shown]
        for k, n in alike
    )
    assert unit.kept == (kept if kept >= 5 else None)
    assert unit.late == (late if late >= 5 else None)
    assert (unit.share is None) is (kept < 5 or late < 5)


def test_a_unit_without_any_looks_like_one_with_few() -> None:
    (shown,) = quarters({("2026-Q4", "slt"): Counts(4, 4)}, UNITS, "2026-Q4")
    assert shown.units == tuple(Kept(unit, None, None) for unit in UNITS)
    (empty,) = quarters({}, UNITS, "2026-Q4")
    assert empty == shown


def test_two_years_at_most_the_newest_first() -> None:
    counts = {
        (f"{year}-Q{number}", "slt"): Counts(9, 9)
        for year in range(2020, 2027)
        for number in (1, 3)
    }
    shown = quarters(counts, UNITS, "2026-Q4")
    assert len(shown) == QUARTERS
    assert [(one.year, one.number) for one in shown[:3]] == [(2026, 4), (2026, 3), (2026, 1)]
    assert [one.goes_on for one in shown] == [True] + [False] * (QUARTERS - 1)


def test_what_a_unit_of_no_file_did_is_not_shown(browser: Browser, office: Installation) -> None:
    count(office, "somebody", 77, 78)
    browser.get("/picture")
    assert "77" not in browser.text
    assert "somebody" not in browser.text
