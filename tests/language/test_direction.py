"""Each page says its language and direction; numbers and codes stand left to right in all."""

from __future__ import annotations

import re

import pytest
from bs4 import Tag

from sifra.languages import LANGUAGES
from tests.language.conftest import WHOLE, PagesIn
from tests.language.readability import unmarked

EACH = pytest.mark.parametrize("language", LANGUAGES, scope="session")
WALKED = pytest.mark.parametrize("language", WHOLE, scope="session")
RIGHT_TO_LEFT = {"ar", "ckb", "fa-AF"}
_LATIN_NUMBER = re.compile(r"[0-9]+(?:\u00a0[0-9]+)*")
_ISOLATED = re.compile("\u2066[^\u2069]*\u2069")
"""What stands from left to right by itself, whatever is around it."""
_LETTERS = {
    **dict.fromkeys(("ar", "ckb", "fa-AF"), r"[\u0621-\u064a\u0671-\u06d5]"),
    **dict.fromkeys(("ru", "uk"), r"[\u0400-\u04ff]"),
    "ti": r"[\u1200-\u137f]",
}
"""Of the languages in another script than Norwegian: what its words are written in."""


def direction(tag: Tag) -> str:
    """What a browser makes of the nearest ``dir``."""
    for one in (tag, *tag.parents):
        if "dir" in one.attrs:
            return str(one["dir"])
    return "ltr"


@EACH
def test_each_page_says_its_language_and_direction(pages_in: PagesIn, language: str) -> None:
    for name, page in pages_in(language).items():
        html = page.one("html")
        expected = "rtl" if language in RIGHT_TO_LEFT else "ltr"
        assert (html["lang"], html["dir"]) == (language, expected), name


@EACH
def test_numbers_to_dial_are_apart_and_in_latin_digits(pages_in: PagesIn, language: str) -> None:
    shown = 0
    for name, page in pages_in(language).items():
        for link in page.soup.select("a[href^='tel:']"):
            shown += 1
            assert link["dir"] == "ltr", name
            assert _LATIN_NUMBER.fullmatch(link.get_text()), name
            dialled = str(link["href"]).removeprefix("tel:")
            assert dialled == link.get_text().replace("\u00a0", ""), name
    assert shown > 10


@EACH
def test_no_page_writes_digits_in_another_script(pages_in: PagesIn, language: str) -> None:
    for name, page in pages_in(language).items():
        said = page.one("body").get_text()
        assert not [c for c in said if c.isdecimal() and not c.isascii()], name


@WALKED
def test_codes_stand_left_to_right(pages_in: PagesIn, language: str) -> None:
    pages = pages_in(language)
    for name in ("sent", "sent, wrong code"):
        for code in pages[name].soup.select(".code"):
            assert code["dir"] == "ltr", name
            assert code["translate"] == "no", name
        assert re.fullmatch("([0-9]{4} ){4}[0-9]{4}", pages[name].code)
        assert pages[name].one("input#code")["dir"] == "ltr", name
    # What is typed may be words of any list or digits of any script.
    for name, page in pages.items():
        for field in page.soup.select("#code"):
            assert field["dir"] in ("auto", "ltr"), name


@EACH
def test_hours_stand_left_to_right(pages_in: PagesIn, language: str) -> None:
    found = 0
    for name in ("talk", "parents"):
        for text in pages_in(language)[name].main.find_all(string=re.compile(r"\d\d:\d\d–")):
            found += 1
            assert text.parent is not None
            assert direction(text.parent) == "ltr", name
    assert found


@pytest.mark.parametrize("language", sorted(RIGHT_TO_LEFT), scope="session")
def test_sections_of_the_law_stand_left_to_right(pages_in: PagesIn, language: str) -> None:
    """Among letters that run the other way, "§ 13-2" would be seen as "2-13 §"."""
    found = 0
    for name, page in pages_in(language).items():
        for text in page.main.find_all(string=re.compile("§")):
            found += 1
            assert not re.search("[§0-9]", _ISOLATED.sub("", text)), name
    assert found


@WALKED
def test_the_hour_of_a_promise_stands_left_to_right(pages_in: PagesIn, language: str) -> None:
    for name in ("tip", "review, nobody there", "sent", "mailbox, new", "mailbox, not kept"):
        hours = pages_in(language)[name].main.select("bdi:not([lang])")
        assert hours, name
        for one in hours:
            assert one["dir"] == "ltr", name
            assert re.fullmatch(r"\d\d?(:\d\d)?", one.get_text()), name


@EACH
def test_what_people_write_takes_its_own_direction(pages_in: PagesIn, language: str) -> None:
    for name, page in pages_in(language).items():
        for tag in page.soup.select("textarea:not(#code), .said"):
            assert tag["dir"] == "auto", name


@EACH
def test_other_languages_are_marked(pages_in: PagesIn, language: str) -> None:
    """The links to other languages, and the names that stay Norwegian."""
    for name, page in pages_in(language).items():
        assert page.one("a.home")["lang"] == "nb", name
        for link in page.soup.select(".langs a"):
            tag = str(link["lang"])
            assert tag != language
            assert link["hreflang"] == tag
            assert link["dir"] == LANGUAGES[tag].direction
            assert link.get_text() == LANGUAGES[tag].name


@pytest.mark.parametrize("language", sorted(_LETTERS), scope="session")
def test_pages_are_in_the_script_of_their_language(pages_in: PagesIn, language: str) -> None:
    """Every block has some of it, but those that are a code, a number or marked otherwise."""
    for name, page in pages_in(language).items():
        for line in unmarked(page.main).splitlines():
            is_theirs = re.search(_LETTERS[language], line)
            assert is_theirs or not re.search(r"[A-Za-zÆØÅæøå]", line), (name, line)
