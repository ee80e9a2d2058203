"""Those who write as part of their job: what they must do all the same, and what a tip is not."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from sifra.catalogues import PAGE_LANGUAGES
from sifra.municipality import Municipality
from tests.reporter.choosing import SHIPPED
from tests.reporter.conftest import Install
from tests.reporter.installation import Installation, Visitor
from tests.reporter.moments import TUESDAY_MORNING, set_clock
from tests.reporter.pages import Page
from tests.reporter.test_who_answers import _line

TEXT = "En elev sier at hun blir slått hjemme."
SECTION = "section[aria-labelledby=duty]"
WHEN_CLOSED = "Ring barneverntjenesten i kommunen. Er den stengt, ring barnevernvakten."


def with_number(*, confirmed: bool) -> Municipality:
    unit = SHIPPED.units["child_welfare"]
    unit = replace(unit, number="69 00 00 00", confirmed=confirmed)
    return replace(SHIPPED, units={**SHIPPED.units, "child_welfare": unit})


def near(place: Municipality = SHIPPED) -> Municipality:
    changed = {"confirmed": True, "verified_on": dt.date(2026, 11, 1), "always": True}
    return replace(place, help_lines=_line(place, "local_b", **changed))


def dialled(page: Page, selector: str) -> list[str]:
    links = page.one(selector).select("a.tel")
    return [str(link["href"]).removeprefix("tel:") for link in links]


def test_the_form_asks_once_and_in_one_line(visitor: Visitor) -> None:
    page = visitor.get("/nb/tip")
    (box,) = page.soup.select("input[name=job]")
    assert box["type"] == "checkbox"
    assert not box.has_attr("checked")
    # Outside of what is folded away: a teacher need not look for it.
    assert box.find_parent("details") is None
    assert "§ 13-2" in page.one(".job .notice").get_text()


def test_the_review_says_what_the_duty_is_and_that_this_does_not_fulfil_it(
    installed: Installation, visitor: Visitor
) -> None:
    set_clock(installed, TUESDAY_MORNING)
    page = visitor.write(TEXT, danger="no", topic="home", urgency="soon", job="y")
    said = page.one(SECTION).get_text(" ")
    assert "§ 13-2" in said
    assert "§ 12-4" in said
    assert "Du har ikke meldt fra når du har skrevet her." in said
    assert WHEN_CLOSED in said
    assert page.one(f"{SECTION} a[href='/nb/work']")
    # Before the button, and never instead of it.
    assert page.html.index('id="duty"') < page.html.index('value="send"')
    assert visitor.press("send").has("#return-code")
    body = installed.read().messages()[0].body
    assert (body["job"], body["text"]) == ("yes", TEXT)


def test_who_does_not_tick_it_reads_nothing_of_it(
    installed: Installation, visitor: Visitor
) -> None:
    assert not visitor.write(TEXT).has(SECTION)
    visitor.press("send")
    assert "job" not in installed.read().messages()[0].body


def test_the_tick_stays_when_the_text_is_changed_or_at_fault(visitor: Visitor) -> None:
    visitor.write(TEXT, job="y")
    assert dict(visitor.press("edit").filled("review"))["job"] == "y"
    assert dict(visitor.press("review", 422, text=" ").filled("review"))["job"] == "y"


@pytest.mark.parametrize(
    ("place", "numbers"),
    [
        (SHIPPED, []),
        (with_number(confirmed=False), []),
        (with_number(confirmed=True), ["69000000"]),
        (near(), ["69682000"]),
        (near(with_number(confirmed=True)), ["69000000", "69682000"]),
    ],
    ids=["none is known", "nobody has rung", "the unit's own", "one that is near", "both"],
)
def test_child_welfares_numbers_are_given_once_they_are_confirmed(
    install: Install, place: Municipality, numbers: list[str]
) -> None:
    """While none is known that may answer at night, the page says whom to ask for then."""
    visitor = install(municipality=place).visitor()
    for page, selector in (
        (visitor.get("/nb/tip"), ".job .notice"),
        (visitor.write(TEXT, job="y"), SECTION),
    ):
        assert dialled(page, selector) == numbers
        assert (WHEN_CLOSED in page.one(selector).get_text()) == ("69682000" not in numbers)
    page = visitor.get("/nb/work")
    assert (WHEN_CLOSED in page.main.get_text()) == ("69682000" not in numbers)


@pytest.mark.parametrize("language", PAGE_LANGUAGES)
def test_the_page_for_staff_has_steps_and_contacts(visitor: Visitor, language: str) -> None:
    page = visitor.get(f"/{language}/work")
    assert page.numbers[:2] == ["112", "113"]
    assert len(page.main.select("ol > li")) == 6
    cards = page.main.select("ul.cards > li")
    assert len(cards) == 6 + 4 + 2
    called = [[str(a["href"]) for a in card.select("a.tel")] for card in cards[:6]]
    assert called == [
        ["tel:02800"],
        ["tel:112"],
        ["tel:02800"],
        ["tel:113"],
        ["tel:113", "tel:116117"],
        [],
    ]
    assert [str(a["href"]) for a in page.main.select("nav .doors a")] == [f"/{language}/tip"]


@pytest.mark.parametrize("path", ["", "tip", "parents", "talk", "about"])
def test_every_page_leads_to_it(visitor: Visitor, path: str) -> None:
    assert visitor.get(f"/nb/{path}").one("footer a[href='/nb/work']")
