"""The page for parents: the form to be called, in the language that they speak, and networks."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest

from reporter.forms import SPOKEN
from sifra.languages import LANGUAGES, own_name
from tests.reporter.calling import ask, rows
from tests.reporter.choosing import SHIPPED
from tests.reporter.conftest import Install
from tests.reporter.installation import Installation, Visitor
from tests.reporter.moments import CHRISTMAS_EVE, TUESDAY_MORNING, local, set_clock
from tests.reporter.pages import fields
from tests.reporter.test_guidance import MOST_BYTES
from tests.reporter.test_who_answers import numbers

FRIDAY_NIGHT = local(2026, 11, 27, 23)


@pytest.mark.parametrize("language", ["nb", "en", "ar"])
def test_the_form_is_on_the_page_for_parents_and_led_to_from_its_top(
    visitor: Visitor, language: str
) -> None:
    page = visitor.get(f"/{language}/parents")
    order = [
        str(tag.get("href") or tag.get("id")) for tag in page.main.select("a[href='#call'], [id]")
    ]
    assert order.index("#call") < order.index("answers") < order.index("advice")
    assert order.index("advice") < order.index("call") < order.index("number")
    given = dict(fields(page.form("review")))
    assert given["contact"] == "call"
    assert given["spoken"] == language
    number = page.one("#number")
    assert (number["type"], number["autocomplete"], number["dir"]) == ("tel", "off", "ltr")
    # Who reads another language still finds it.
    assert len(page.soup.select(".langs button")) == len(LANGUAGES) - 1


def test_each_language_stands_in_its_own_name_and_script(visitor: Visitor) -> None:
    options = visitor.get("/nb/parents").main.select("#spoken option")
    assert [option["value"] for option in options] == list(SPOKEN)
    assert [option["lang"] for option in options] == list(SPOKEN)
    said = {str(option["value"]): option.get_text() for option in options}
    assert said["nb"] == "Norsk bokmål"
    assert said["pl"] == "Polski"
    assert said["ti"] == "ትግርኛ"
    assert said["fa-AF"] == "دری"
    assert said == {tag: own_name(tag) for tag in SPOKEN}


def test_danger_shows_the_numbers_at_once(visitor: Visitor) -> None:
    box = visitor.get("/nb/parents").one(".danger-question .now")
    assert [str(a["href"]) for a in box.select("a.tel")] == ["tel:112", "tel:113", "tel:02800"]


def test_topics_are_in_a_parents_words_also_on_the_review(visitor: Visitor) -> None:
    options = visitor.get("/nb/parents").main.select("#topic option")
    said = {str(option["value"]): option.get_text() for option in options}
    assert said["self_harm"] == "Barnet har det veldig vondt"
    assert "friend" not in said
    page = ask(visitor, topic="self_harm")
    assert rows(page)["Handler om"] == "Barnet har det veldig vondt"
    # The file's own words are for the young, and stay on their form.
    tip = visitor.get("/nb/tip").main.select("#topic option[value=self_harm]")
    assert [one.get_text() for one in tip] == ["Jeg har det veldig vondt"]


@pytest.mark.parametrize("language", ["nb", "en", "ar"])
@pytest.mark.parametrize(
    "moment",
    [TUESDAY_MORNING, FRIDAY_NIGHT, CHRISTMAS_EVE],
    ids=["tuesday", "friday", "christmas-eve"],
)
def test_the_page_says_who_reads_and_by_when(
    installed: Installation, visitor: Visitor, language: str, moment: dt.datetime
) -> None:
    set_clock(installed, moment)
    page = visitor.get(f"/{language}/parents")
    form = page.one("section.asking")
    assert form.select("p.reads")
    is_open = moment == TUESDAY_MORNING and language != "ar"
    assert bool(form.select("p.notice")) != is_open
    if not is_open:
        # The numbers stand above, once.
        assert [a["href"] for a in form.select("p.notice a")] == ["#answers"]
        assert page.one("#answers").select("a[href='tel:02800']")


def test_on_paper_it_says_when_it_was_so(installed: Installation, visitor: Visitor) -> None:
    set_clock(installed, local(2026, 11, 24, 9, 7))
    for path in ("parents", "parents/missing"):
        said = visitor.get(f"/nb/{path}").said
        assert "da siden ble åpnet: tirsdag 24. november kl. 09:07." in said


@pytest.mark.parametrize("language", ["nb", "en", "ar"])
@pytest.mark.parametrize("moment", [TUESDAY_MORNING, CHRISTMAS_EVE], ids=["morning", "night"])
def test_the_page_is_one_small_answer_also_with_every_line(
    install: Install, language: str, moment: dt.datetime
) -> None:
    """What is near is confirmed, and there are ten networks with long texts."""
    near: dict[str, Any] = {"confirmed": True, "verified_on": dt.date(2026, 11, 1), "always": True}
    known = replace(
        SHIPPED,
        help_lines=tuple(
            replace(line, **near) if line.local else line for line in SHIPPED.help_lines
        ),
        networks=SHIPPED.networks * 5,
    )
    installed = install(municipality=known)
    set_clock(installed, moment)
    client = installed.app.test_client()
    path, packed = f"/{language}/parents", {"Accept-Encoding": "gzip"}
    wrong = {"step": "review", "number": "1" * 300, "text": "Hei", "contact": "call"}
    for answer in (client.get(path, headers=packed), client.post(path, data=wrong, headers=packed)):
        assert answer.headers["Content-Encoding"] == "gzip"
        assert len(answer.data) + len(str(answer.headers)) + 20 <= MOST_BYTES


def test_other_parents_and_courses_come_from_the_file(install: Install) -> None:
    assert [one.id for one in SHIPPED.networks] == ["fau", "natteravnene"]
    (fau, _ravens) = SHIPPED.networks
    for confirmed in (False, True):
        evening = replace(
            fau, number="69 00 00 02", confirmed=confirmed, where={"nb": "Skolen, hver tirsdag."}
        )
        known = replace(SHIPPED, networks=(evening,))
        page = install(municipality=known).visitor().get("/en/parents")
        assert "The parents' council at school" in page.said
        # A text that the file has in Norwegian alone says so.
        assert page.main.select("span[lang=nb]")[-1].get_text() == "Skolen, hver tirsdag."
        assert ("69000002" in numbers(page)) == confirmed
    bare = replace(SHIPPED, networks=())
    assert "Other parents" not in install(municipality=bare).visitor().get("/en/parents").said


def test_who_needs_an_interpreter_is_told_beside_the_numbers(visitor: Visitor) -> None:
    assert "skal skaffe tolk" in visitor.get("/nb/parents").one("#answers").get_text()


@pytest.mark.parametrize("language", ["nb", "en", "ar"])
def test_each_page_of_advice_ends_with_the_way_to_the_form(visitor: Visitor, language: str) -> None:
    links = [
        str(one["href"]) for one in visitor.get(f"/{language}/parents").main.select(".topics a")
    ]
    assert len(links) == 10
    for link in links:
        ends = [str(a["href"]) for a in visitor.get(link).main.select("a")][-2:]
        assert ends == [f"/{language}/parents#call", f"/{language}/parents#advice"]


def test_languages_that_are_only_named_are_not_loaded() -> None:
    """Each would take most of a MiB of the public site's memory."""
    named = f"from sifra.languages import own_name; [own_name(tag) for tag in {SPOKEN!r}]"
    code = f"{named}; from babel import localedata; print(sorted(localedata._cache))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
