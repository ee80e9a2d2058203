"""Which pages are offered in which language, and changing the language on the way."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bs4 import Tag

from sifra.catalogues import PAGE_LANGUAGES, catalogue
from tests.reporter.choosing import SHIPPED
from tests.reporter.conftest import Install
from tests.reporter.installation import TEAM, Installation, Visitor

WHOLE = ("nb", "en")
MORE = "Det skjer igjen i morgen."
TEXT = "Noen har med kniv på skolen på fredag."
PATHS = ("tip", "talk", f"talk/{TEAM}", "parents", "mailbox", "about", "young", "work")
MARK = "Ingen som har dette språket som morsmål, har lest sidene ennå. Noe kan være feil."
URGENT = "Er noen i fare nå? Ring."


@pytest.fixture
def cautious(install: Install) -> Visitor:
    """A real installation: a language that nobody has read is offered in part."""
    return install(show_unreviewed=False).visitor()


def said(tag: str, text: str) -> str:
    return str(catalogue("reporter", tag).gettext(text))


def own(one: Tag) -> list[tuple[str | None, str]]:
    return [(tag.get("lang"), tag.get_text()) for tag in one.find_all(["b", "small"])]  # type: ignore[misc]


@pytest.mark.parametrize("tag", [one for one in PAGE_LANGUAGES if one not in WHOLE])
def test_a_language_that_nobody_has_read_has_the_page_for_when_it_is_urgent(
    cautious: Visitor, tag: str
) -> None:
    for path in PATHS:
        page = cautious.get(f"/{tag}/{path}", 302)
        assert page.response.headers["Location"] == f"/{tag}/"
    page = cautious.get(f"/{tag}/")
    assert page.language == tag
    assert page.numbers == ["112", "113", "116111"]
    assert said(tag, MARK) in page.said
    sentences = page.main.select(".beside li")
    assert len(sentences) >= 30
    beside = {str(one.get("lang")) for item in sentences for one in item.select("small")}
    assert beside == {"nb", "en"}
    for item in sentences:
        (_none, mine), (_nb, source), _english = own(item)
        assert mine == said(tag, source)
    # What is written, is written on the pages that somebody has read.
    doors = {str(a["href"]) for a in page.main.select(".cards a")}
    assert doors == {f"/{one}/{p}" for one in WHOLE for p in ("tip", "talk", "parents", "mailbox")}
    # The foot leads on, and says in which language.
    for link in page.one(".foot").select("a"):
        assert "Norsk bokmål" in link.get_text()
        cautious.get(str(link["href"]))


@pytest.mark.parametrize("tag", WHOLE)
def test_the_rest_is_whole(cautious: Visitor, tag: str) -> None:
    for path in PATHS:
        page = cautious.get(f"/{tag}/{path}")
        assert (said(tag, MARK) in page.said) == (tag == "en"), path


def test_who_has_been_read_is_not_marked(install: Install) -> None:
    read = replace(SHIPPED, reviewed_by={"so": "morsmålslærer"})
    visitor = install(show_unreviewed=False, municipality=read).visitor()
    assert said("so", MARK) not in visitor.get("/so/tip").said
    visitor.get("/ti/tip", 302)


def test_only_that_page_says_that_the_rest_stands_beside_it(cautious: Visitor) -> None:
    beside = said("ti", "Derfor står det på norsk og engelsk også.")
    assert beside in cautious.get("/ti/").said
    assert beside not in cautious.get("/ti/nothing", 404).said
    assert beside not in cautious.post("/ti/mailbox", {"step": "open"}, 422).said


@pytest.mark.parametrize("reads", [False, True])
def test_an_interpreter_is_spoken_of_where_one_is_needed(install: Install, reads: bool) -> None:
    team = SHIPPED.units[TEAM]
    languages = (*team.languages, "so") if reads else team.languages
    units = {**SHIPPED.units, TEAM: replace(team, languages=languages)}
    place = replace(SHIPPED, units=units)
    page = install(show_unreviewed=False, municipality=place).visitor().get("/so/")
    waits = said("so", "Vi må finne tolk, derfor tar det lengre tid.")
    assert (waits in page.said) is not reads


def test_what_was_written_is_taken_whatever_the_language(
    install: Install, cautious: Visitor
) -> None:
    """A form that lay open while the file was changed."""
    page = cautious.post("/so/tip", {"text": TEXT, "step": "review"})
    assert TEXT in page.html


@pytest.mark.parametrize("path", ["tip", f"talk/{TEAM}", "parents"])
@pytest.mark.parametrize("other", ["uk", "fa-AF"])
def test_a_form_keeps_what_stands_in_it_in_another_language(
    visitor: Visitor, path: str, other: str
) -> None:
    visitor.get(f"/nb/{path}")
    given = {"text": TEXT, "topic": "threats", "urgency": "soon", "danger": "no"}
    if path == "parents":
        given["contact"] = "here"
    page = visitor.switch(other, **given)
    assert page.language == other
    assert page.one("textarea#text").get_text().strip() == TEXT
    assert page.one("#topic option[selected]")["value"] == "threats"
    for name in ("danger", "urgency"):
        assert page.one(f"input[name={name}][checked]")["value"] == given[name]
    review = visitor.press("review")
    assert review.language == other
    assert visitor.switch("so").language == "so"
    assert TEXT in visitor.page.html
    sent = visitor.press("send")
    assert sent.language == "so"


def test_an_open_mailbox_keeps_what_is_begun_in_another_language(
    installed: Installation, visitor: Visitor
) -> None:
    code = visitor.send(TEXT).code
    visitor.get("/nb/mailbox")
    page = visitor.switch("uk", code=code)
    assert page.language == "uk"
    assert page.one("#code").get_text().strip() == code
    assert page.errors() == []
    used = visitor.press("open")
    page = visitor.switch("nb", text=MORE)
    assert page.language == "nb"
    assert page.one("textarea#text").get_text().strip() == MORE
    visitor.press("write")
    visitor.page = used
    visitor.press("write", text=MORE + MORE)
    # A page that has been used asks for the code again, and keeps the text.
    visitor.page = used
    page = visitor.switch("so", 409, text=MORE)
    assert page.language == "so"
    assert MORE in page.html
    added = [one.body["text"] for one in installed.read().messages()]
    assert added == [TEXT, MORE, MORE + MORE]


def test_an_empty_form_has_no_error_in_another_language(visitor: Visitor) -> None:
    visitor.get("/nb/tip")
    page = visitor.switch("en")
    assert page.errors() == []
    assert not page.has("[role=alert]")


def test_enter_in_a_field_never_changes_the_language(visitor: Visitor) -> None:
    """A browser presses the first button of the form."""
    for path in ("tip", f"talk/{TEAM}", "parents"):
        page = visitor.get(f"/nb/{path}")
        first = next(one for one in page.soup.select("button") if _form_of(one) == "form")
        assert first["value"] == "review"


def _form_of(button: Tag) -> str:
    inside = button.find_parent("form")
    return str(button.get("form") or (inside.get("id", "") if inside else ""))


def test_only_whole_languages_are_a_way_on_from_a_form(
    install: Install, cautious: Visitor, installed: Installation
) -> None:
    cautious.get("/nb/tip")
    tags = [str(one["lang"]) for one in cautious.page.soup.select(".langs button")]
    assert tags == ["en"]
    tags = [str(one["lang"]) for one in cautious.get("/nb/about").soup.select(".langs a")]
    assert tags == [one for one in SHIPPED.languages if one != "nb"]
