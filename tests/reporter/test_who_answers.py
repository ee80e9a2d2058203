"""Who answers now: on the start page in short, for parents and for the young in full."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from bs4 import Tag

from sifra.municipality import HelpLine, Municipality
from tests.reporter.conftest import Install
from tests.reporter.installation import Installation, Visitor
from tests.reporter.moments import CHRISTMAS_EVE, TUESDAY_MORNING, local, set_clock
from tests.reporter.pages import Page, said

KORS, PARENTS, RUSINFO, POLICE, DOCTOR = "80033321", "116123", "08588", "02800", "116117"


def lists(page: Page) -> tuple[dict[str, str], dict[str, str]]:
    """What stands of each name, of those that answer now and of those that answer later."""
    now, *later = page.soup.select("main ul.lines")
    return _entries(now), _entries(later[0]) if later else {}


def _entries(found: Tag) -> dict[str, str]:
    entries = {}
    for item in found.select("li"):
        name = item.select("span b")[0].get_text()
        entries[name] = said(item)
    return entries


def numbers(page: Page) -> list[str]:
    return [str(a["href"]).removeprefix("tel:") for a in page.soup.select("main a.tel")]


@pytest.mark.parametrize(
    ("moment", "is_open", "words"),
    [
        (local(2026, 11, 24, 13, 59), False, "Åpner i dag kl. 14"),
        (local(2026, 11, 24, 14), True, "Til kl. 22"),
        (local(2026, 11, 24, 21, 59), True, "Til kl. 22"),
        (local(2026, 11, 24, 22), False, "Åpner i morgen kl. 14"),
        (local(2026, 11, 24, 22, 59), False, "Åpner i morgen kl. 14"),
        (local(2026, 11, 24, 23), False, "Åpner i morgen kl. 14"),
        (local(2026, 11, 25, 0, 0), False, "Åpner i dag kl. 14"),
        # It is shut on public holidays: the 17th, which is also 2. pinsedag.
        (local(2027, 5, 17, 15), False, "Åpner i morgen kl. 14"),
        (local(2027, 5, 15, 22, 30), False, "Åpner tirsdag 18. mai kl. 14"),
        (local(2026, 12, 24, 23, 10), False, "Åpner søndag 27. desember kl. 14"),
        # Easter Sunday, on which summer time begins.
        (local(2027, 3, 28, 15), False, "Åpner tirsdag 30. mars kl. 14"),
        # The days of 25 and of 23 hours.
        (local(2027, 10, 31, 2, 30), False, "Åpner i dag kl. 14"),
        (local(2027, 10, 31, 2, 30, fold=1), False, "Åpner i dag kl. 14"),
        (local(2028, 3, 26, 1, 59), False, "Åpner i dag kl. 14"),
        (local(2028, 3, 26, 3), False, "Åpner i dag kl. 14"),
    ],
    ids=lambda value: f"{value:%y%m%d-%H%M}-{value.fold}" if isinstance(value, dt.datetime) else "",
)
def test_a_line_with_hours_at_the_edges(
    installed: Installation, visitor: Visitor, moment: dt.datetime, is_open: bool, words: str
) -> None:
    set_clock(installed, moment)
    now, later = lists(visitor.get("/nb/talk"))
    name = "Kors på halsen (for deg under 18)"
    assert (name in now, name in later) == (is_open, not is_open)
    assert words in (now | later)[name]
    assert (KORS in numbers(visitor.get("/nb/"))) == is_open


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (local(2026, 11, 24, 22, 59), "Til kl. 7"),
        (local(2026, 11, 24, 23), "Til kl. 7"),
        (local(2026, 11, 25, 6, 59), "Til kl. 7"),
        (local(2026, 11, 25, 7), "Åpner i dag kl. 15"),
        (local(2027, 5, 17, 16), "Til kl. 7"),
        (local(2027, 10, 31, 2, 30, fold=1), "Til kl. 7"),
        (CHRISTMAS_EVE, "Til kl. 7"),
    ],
    ids=lambda value: f"{value:%y%m%d-%H%M}-{value.fold}" if isinstance(value, dt.datetime) else "",
)
def test_a_line_that_is_open_over_midnight(
    installed: Installation, visitor: Visitor, moment: dt.datetime, words: str
) -> None:
    set_clock(installed, moment)
    now, later = lists(visitor.get("/nb/parents"))
    assert words in (now | later)["Foreldresupport"]
    assert "man.–søn., helligdager 15:00–07:00" in (now | later)["Foreldresupport"]


@pytest.mark.parametrize(
    "moment",
    [
        local(2027, 3, 27, 23, 10),
        local(2027, 3, 28, 0, 0),
        local(2027, 3, 28, 3),
        local(2027, 10, 30, 23, 59),
        local(2027, 10, 31, 2, 30, fold=1),
        local(2026, 12, 31, 23, 59),
    ],
    ids=lambda moment: f"{moment:%y%m%d-%H%M}",
)
def test_who_never_closes_does_not_close_when_the_clock_changes(
    installed: Installation, visitor: Visitor, moment: dt.datetime
) -> None:
    set_clock(installed, moment)
    now, _later = lists(visitor.get("/nb/parents"))
    for name in ("Politiet, nødnummer", "Ambulanse", "Legevakt"):
        assert now[name].endswith("Hele døgnet")


def test_on_christmas_eve_a_father_finds_whom_to_call(
    installed: Installation, visitor: Visitor
) -> None:
    set_clock(installed, CHRISTMAS_EVE)
    page = visitor.get("/nb/parents")
    shown = numbers(page)
    assert shown[:2] == ["112", "113"]
    assert {POLICE, DOCTOR} <= set(shown[:5])
    now, later = lists(page)
    assert list(later) == ["RUSinfo"]
    assert "Åpner mandag 28. desember kl. 11" in later["RUSinfo"]
    assert "Hele døgnet" in now["Legevakt"]
    # And on the first page already, without another tap.
    assert {"112", "113", "116111", POLICE} <= set(numbers(visitor.get("/nb/")))


def test_the_first_page_names_each_number_once(installed: Installation, visitor: Visitor) -> None:
    for moment in (TUESDAY_MORNING, CHRISTMAS_EVE, local(2026, 11, 24, 18)):
        set_clock(installed, moment)
        shown = numbers(visitor.get("/nb/"))
        assert shown[:3] == ["112", "113", "116111"]
        assert len(set(shown)) == len(shown)


def test_who_opens_next_stands_first(installed: Installation, visitor: Visitor) -> None:
    set_clock(installed, TUESDAY_MORNING)
    _now, later = lists(visitor.get("/nb/parents"))
    assert list(later) == ["RUSinfo", "Foreldresupport"]


def _line(
    whole: Municipality,
    name: str,
    **changed: Any,  # noqa: ANN401 (as dataclasses.replace)
) -> tuple[HelpLine, ...]:
    return tuple(replace(line, **changed) if line.id == name else line for line in whole.help_lines)


def test_what_is_near_comes_after_the_emergency_numbers_once_it_is_confirmed(
    install: Install, installed: Installation
) -> None:
    shipped = installed.settings.municipality
    changed = {"confirmed": True, "verified_on": dt.date(2026, 11, 1), "always": True}
    known = replace(shipped, help_lines=_line(shipped, "local_b", **changed))
    visitor = install(municipality=known).visitor()
    assert numbers(visitor.get("/nb/parents"))[:3] == ["112", "113", "69682000"]
    assert "98901100" not in numbers(visitor.page)


def test_a_number_that_is_no_more_confirmed_is_neither_open_nor_shut(
    install: Install, installed: Installation
) -> None:
    shipped = installed.settings.municipality
    for name, number in (("rusinfo", RUSINFO), ("police", POLICE)):
        unsure = _line(shipped, name, confirmed=False)
        visitor = install(municipality=replace(shipped, help_lines=unsure)).visitor()
        for path in ("", "parents", "talk"):
            assert number not in numbers(visitor.get(f"/nb/{path}"))


def test_the_lines_do_not_ask_the_database(installed: Installation, visitor: Visitor) -> None:
    """Who needs a number gets it also when nothing else works."""
    (installed.settings.home.public / "cases.sqlite").unlink()
    for path in ("", "parents", "talk"):
        assert "112" in numbers(visitor.get(f"/nb/{path}"))
