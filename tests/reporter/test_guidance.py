"""Advice for parents and answers for the young: what each page must give, at any hour."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest

from reporter.guidance import PARENTS, YOUNG
from sifra.catalogues import PAGE_LANGUAGES
from sifra.page_facts import FACTS, Fact, stale
from tests.language.readability import visible
from tests.reporter.choosing import SHIPPED
from tests.reporter.conftest import Install
from tests.reporter.installation import Installation, Visitor
from tests.reporter.moments import CHRISTMAS_EVE, TUESDAY_MORNING, set_clock
from tests.reporter.pages import Page
from tests.reporter.test_who_answers import _line, lists, numbers

PARENT_PAGES = [f"parents/{topic}" for topic in PARENTS]
YOUNG_PAGES = [f"young/{topic}" for topic in YOUNG]
EVERY = [*PARENT_PAGES, "young", *YOUNG_PAGES, "work"]
TO_TALK_OF = {"young/leaving", "young/friend", "young/vape-debt"}
"""What one gets out of by a talk rather than by a tip."""
MOST_BYTES = 14_600
_LAW = re.compile(
    r"\b(ikke lov å|lov til|mot loven|bryter loven|forbudt|dømt|\d+ år)\b|skaffe tolk|§"
)
SHIPPED_ON = max(
    *(fact.verified_on for fact in FACTS),
    *(line.verified_on for line in SHIPPED.help_lines if line.verified_on),
)
"""The newest day on which anything that ships was looked up."""


def headings(page: Page) -> list[str]:
    return [h2.get_text() for h2 in page.main.select("h2")]


@pytest.mark.parametrize("path", PARENT_PAGES)
def test_a_parent_finds_what_to_look_for_what_to_say_and_whom_to_call(
    installed: Installation, visitor: Visitor, path: str
) -> None:
    set_clock(installed, CHRISTMAS_EVE)
    page = visitor.get(f"/nb/{path}")
    asked = headings(page)
    assert asked[:2] == ["Haster det?", "I kveld"]
    assert asked[-3:] == ["Når du ringer", "Trenger du tolk?", "Neste hverdag"]
    assert "Disse svarer nå" in asked
    # Urgent first, with the number in the same box.
    urgent = page.one("section.danger")
    assert len(urgent.select("ul:not(.lines) li")) >= 3
    assert numbers(page)[0] in page.numbers
    assert {"112", "113"} >= set(page.numbers) > set()
    assert page.main.select("ul.cards li")


@pytest.mark.parametrize("path", YOUNG_PAGES)
def test_each_answer_ends_with_a_door(installed: Installation, visitor: Visitor, path: str) -> None:
    set_clock(installed, CHRISTMAS_EVE)
    page = visitor.get(f"/nb/{path}")
    doors = [str(door["href"]) for door in page.main.select("nav .doors a")]
    best = "/nb/talk" if path in TO_TALK_OF else "/nb/tip"
    assert doors[0] == best
    assert sorted(doors) == ["/nb/mailbox", "/nb/talk", "/nb/tip"]
    assert page.one("nav .doors a.first")["href"] == best
    assert numbers(page)[:3] == ["112", "113", "116111"]
    shown = numbers(page)
    assert len(set(shown)) == len(shown)


def test_only_the_lines_that_answer_are_said_to(installed: Installation, visitor: Visitor) -> None:
    set_clock(installed, TUESDAY_MORNING)
    page = visitor.get("/nb/parents/drugs")
    closed = page.main.select("ul.lines")[2]
    assert {"RUSinfo", "Foreldresupport"} == {b.get_text() for b in closed.select("span > b")}
    assert "80033321" not in numbers(visitor.get("/nb/young/friend"))
    set_clock(installed, TUESDAY_MORNING.replace(hour=16))
    assert "80033321" in numbers(visitor.get("/nb/young/friend"))


@pytest.mark.parametrize("confirmed", [True, False])
def test_a_number_is_shown_once_it_is_confirmed(install: Install, confirmed: bool) -> None:
    """Also those that are near, on every page for parents; and those of units."""
    changed = {"confirmed": confirmed, "verified_on": dt.date(2026, 11, 1), "always": True}
    team = replace(SHIPPED.units["youth_team"], number="69 00 00 00", confirmed=confirmed)
    known = replace(
        SHIPPED,
        help_lines=_line(SHIPPED, "local_b", **changed),
        units={**SHIPPED.units, "youth_team": team},
    )
    visitor = install(municipality=known).visitor()
    for path in PARENT_PAGES:
        shown = numbers(visitor.get(f"/nb/{path}"))
        assert ("69682000" in shown) == confirmed, path
        assert ("69000000" in shown) == confirmed, path


def test_a_municipality_without_these_lines_and_units_has_the_pages_all_the_same(
    install: Install,
) -> None:
    bare = replace(SHIPPED, help_lines=(), units={"youth_team": SHIPPED.units["youth_team"]})
    visitor = install(municipality=bare).visitor()
    for path in EVERY:
        assert not numbers(visitor.get(f"/nb/{path}"))


def test_the_lists_lead_to_every_page(visitor: Visitor) -> None:
    for path, listed in (("parents", PARENT_PAGES), ("young", YOUNG_PAGES)):
        links = visitor.get(f"/nb/{path}").main.select("ul.topics a")
        assert [link["href"] for link in links] == [f"/nb/{one}" for one in listed]
        for link in links:
            assert visitor.get(str(link["href"])).one("h1").get_text() == link.get_text()
    assert "/nb/young" in [a["href"] for a in visitor.get("/nb/").main.select("a")]


def test_there_are_no_other_pages(visitor: Visitor) -> None:
    for path in ("parents/nothing", "young/nothing", "young/drugs", "parents/worn_out"):
        visitor.get(f"/nb/{path}", 404)


@pytest.mark.parametrize("language", PAGE_LANGUAGES)
def test_the_links_to_other_languages_stay_on_the_page(visitor: Visitor, language: str) -> None:
    for path in EVERY:
        for link in visitor.get(f"/{language}/{path}").soup.select(".langs a"):
            assert link["href"] == f"/{link['lang']}/{path}"


def test_titles_tell_pages_apart_and_no_topic(visitor: Visitor) -> None:
    titles = [visitor.get(f"/nb/{path}").one("title").get_text() for path in EVERY]
    assert len(set(titles)) == len(EVERY)
    for title in titles:
        assert re.fullmatch(r"(Råd \d+|Svar \d+|Spørsmål og svar|For ansatte) – Ung i Indre", title)


@pytest.mark.parametrize("language", PAGE_LANGUAGES)
def test_each_page_is_one_small_answer(
    installed: Installation, visitor: Visitor, language: str
) -> None:
    for path in ("", "tip", "parents", "talk", *EVERY):
        answer = visitor.client.get(f"/{language}/{path}", headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip"
        assert len(answer.data) + len(str(answer.headers)) + 20 <= MOST_BYTES, path


def test_the_pages_do_not_ask_the_database(installed: Installation, visitor: Visitor) -> None:
    (installed.settings.home.public / "cases.sqlite").unlink()
    for path in EVERY:
        visitor.get(f"/nb/{path}")


def _facts_of(path: str) -> list[Fact]:
    return [
        fact for fact in FACTS if path in fact.pages or f"{path.partition('/')[0]}/*" in fact.pages
    ]


@pytest.mark.parametrize("path", ["parents", "tip", *EVERY])
def test_what_is_said_of_the_law_has_its_source(
    installed: Installation, visitor: Visitor, path: str
) -> None:
    """Each sentence of a fact stands on its pages, and nothing else there speaks of the law."""
    said = " ".join(visible(visitor.get(f"/nb/{path}").main).split())
    for fact in _facts_of(path):
        assert fact.said in said
        said = said.replace(fact.said, "")
    assert not _LAW.search(said)


def test_every_fact_is_on_a_page() -> None:
    pages = {"parents", "parents/*", "tip", *EVERY}
    assert len({fact.said for fact in FACTS}) == len(FACTS)
    for fact in FACTS:
        assert fact.pages
        assert set(fact.pages) <= pages
        assert fact.law
        assert fact.source.startswith("https://")


def test_no_fact_is_older_than_a_year_on_the_day_it_ships() -> None:
    assert stale(FACTS, SHIPPED_ON) == []


@pytest.mark.parametrize(("days", "is_stale"), [(-1, True), (0, False), (365, False), (366, True)])
def test_a_fact_is_stale_after_a_year(days: int, is_stale: bool) -> None:
    fact = replace(FACTS[0], verified_on=dt.date(2026, 1, 1))
    assert (stale([fact], fact.verified_on + dt.timedelta(days)) == [fact]) == is_stale


@pytest.mark.parametrize("moment", [TUESDAY_MORNING, CHRISTMAS_EVE], ids=["morning", "night"])
def test_the_parents_page_keeps_who_answers_above_the_advice(
    installed: Installation, visitor: Visitor, moment: dt.datetime
) -> None:
    set_clock(installed, moment)
    page = visitor.get("/nb/parents")
    now, _later = lists(page)
    assert now
    asked = headings(page)
    assert asked.index("Disse svarer nå") < asked.index("Råd til i kveld")
    assert page.one("#advice").name == "h2"


@pytest.mark.parametrize("path", ["parents", *EVERY])
def test_without_styles_a_number_stands_apart_from_its_name(visitor: Visitor, path: str) -> None:
    """As a text browser shows it: nothing of the meaning is in the style sheet."""
    for line in visitor.get(f"/nb/{path}").main.select("ul.lines li"):
        number = line.select("a.tel")[0].get_text()
        assert line.get_text().startswith(f"{number} ")
