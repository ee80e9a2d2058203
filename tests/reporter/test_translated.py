"""An answer that an interpreter has translated, with the original near."""

from __future__ import annotations

import pytest

from sifra.case_store import State
from sifra.sealing import Kind
from tests.reporter.installation import Installation, Visitor

ANSWER, ARABIC, ENGLISH = "Takk. Vi snakker med skolen.", "شكرًا. سنتحدث مع المدرسة.", "Thanks."


@pytest.fixture
def code(installed: Installation, visitor: Visitor) -> str:
    code = visitor.send("Noen selger vape bak gymsalen.").code
    installed.answers(ANSWER)
    return code


def translate(
    installed: Installation, text: str = ARABIC, language: str = "ar", of: int | str = 1
) -> None:
    body = {"of": of, "text": text, "language": language}
    installed.staff(Kind.TRANSLATION, State.ANSWERED, **body)


def test_on_a_page_in_its_language_the_translation_is_read(
    installed: Installation, visitor: Visitor, code: str
) -> None:
    translate(installed)
    page = visitor.open(code, "ar")
    shown, original = page.soup.select("li.answer .said")
    assert (shown.get_text(), shown["lang"], shown["dir"]) == (ARABIC, "ar", "auto")
    assert (original.get_text(), original["lang"]) == (ANSWER, "nb")
    details = original.find_parent("details")
    assert details is not None
    assert not details.has_attr("open")
    assert "مترجم" in page.one("li.answer").get_text()
    assert all(one["translate"] == "no" for one in (shown, original))


def test_on_a_page_in_the_language_of_the_answer_it_is_the_answer(
    installed: Installation, visitor: Visitor, code: str
) -> None:
    translate(installed)
    page = visitor.open(code)
    assert [one.get_text() for one in page.soup.select("li.answer .said")] == [ANSWER]
    assert "tolk" not in page.one("li.answer").get_text()


def test_where_neither_is_the_page_s_the_translation_is_shown(
    installed: Installation, visitor: Visitor, code: str
) -> None:
    """Whoever wrote in Somali may be reading the English pages."""
    translate(installed, "Mahadsanid.", "so")
    shown, original = visitor.open(code, "en").soup.select("li.answer .said")
    assert (shown.get_text(), shown["lang"]) == ("Mahadsanid.", "so")
    assert original.get_text() == ANSWER


def test_of_several_the_page_s_own_language_and_the_latest_counts(
    installed: Installation, visitor: Visitor, code: str
) -> None:
    translate(installed, "feil")
    translate(installed)
    translate(installed, ENGLISH, "en")
    assert visitor.open(code, "ar").soup.select("li.answer .said")[0].get_text() == ARABIC
    assert visitor.open(code, "en").soup.select("li.answer .said")[0].get_text() == ENGLISH


def test_it_stands_with_its_own_answer(
    installed: Installation, visitor: Visitor, code: str
) -> None:
    installed.answers("En annen ting.")
    translate(installed, of="2")
    first, second = visitor.open(code, "ar").soup.select("li.answer")
    assert [one.get_text() for one in first.select(".said")] == [ANSWER]
    assert [one.get_text() for one in second.select(".said")] == [ARABIC, "En annen ting."]


@pytest.mark.parametrize("of", [0, 7, -1, "", "x"])
def test_one_of_nothing_that_staff_answered_is_not_shown(
    installed: Installation, visitor: Visitor, code: str, of: int | str
) -> None:
    translate(installed, "noe fra meldingen", of=of)
    page = visitor.open(code, "ar")
    assert "noe fra meldingen" not in page.html
    assert [one.get_text() for one in page.soup.select("li.answer .said")] == [ANSWER]
