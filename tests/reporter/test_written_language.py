"""Which language a text is in: guessed, asked on the review, promised by, and sealed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from reporter import written_in
from reporter.rate_limits import Limits, TooMany
from sifra.catalogues import catalogue
from sifra.conversation import open_summary
from sifra.languages import LANGUAGES
from tests.reporter.calling import ask, opening
from tests.reporter.installation import TEAM, TEAM_KEY, Installation, Visitor
from tests.reporter.moments import TUESDAY_MORNING, set_clock
from tests.reporter.pages import Page

SAMPLES: Mapping[str, Mapping[str, list[str]]] = tomllib.loads(
    (Path(__file__).parent / "written_samples.toml").read_text()
)
NB, TI, PL = (SAMPLES[tag]["usual"][0] for tag in ("nb", "ti", "pl"))
INTERPRETER = "Vi må finne tolk"
CHANGED = "Du har endret språket. Se når det blir lest nå."
UNSURE = "ok xyz"


def chosen(page: Page) -> str:
    return str(page.one("select#written option[selected]")["value"])


def is_folded(page: Page) -> bool:
    return page.one("select#written").find_parent("details") is not None


def interpreter(tag: str) -> str:
    return str(catalogue("reporter", tag).gettext("Vi må finne tolk, derfor tar det lengre tid."))


def summary(installed: Installation) -> Mapping[str, str | int]:
    return open_summary(installed.only_case().sealed, TEAM, TEAM_KEY)


@pytest.fixture
def on_tuesday(installed: Installation) -> Installation:
    set_clock(installed, TUESDAY_MORNING)
    return installed


# --- the guess -----------------------------------------------------------------------------------


def test_it_is_right_whatever_page_it_is_written_on() -> None:
    """The figures of decision 0021. Danish and Swedish are taken for Norwegian, so one is wrong."""
    every = [(tag, text) for tag, by in SAMPLES.items() for text in by["usual"]]
    assert {*SAMPLES} == {*written_in.CHOICES}
    for page in ("nb", "en", "ar", "ti"):
        wrong = [text for tag, text in every if written_in.guess(text, page) != tag]
        assert len(wrong) <= 2, (page, wrong)


def test_nobody_is_bothered_on_the_page_of_their_own_language() -> None:
    for tag in LANGUAGES:
        for text in (*SAMPLES[tag]["usual"], *SAMPLES[tag]["short"]):
            assert written_in.guess(text, tag) == tag, text


@pytest.mark.parametrize(
    "text", ["", " ", "…", "1500", "🙂🙂", "112!", UNSURE, "lol", "<b></b>", "\u200f", "A" * 20_000]
)
@pytest.mark.parametrize("page", ["nb", "en", "so"])
def test_what_does_not_tell_is_in_the_language_of_the_page(text: str, page: str) -> None:
    assert written_in.guess(text, page) == page


@pytest.mark.parametrize(
    ("text", "page", "tag"),
    [
        ("ካራ ኣለዎ", "nb", "ti"),
        ("لێم دەدات", "ar", "ckb"),
        ("боюся їх", "ru", "uk"),
        ("hun ble slått og jeg så det", "nn", "nb"),
        ("ho vart slått og eg veit ikkje", "nb", "nn"),
        ("Bav û bra min li malê li min dixin, ez ditirsim herim malê", "ar", "other"),
        ("A mama mówi że \u0000\ud800 boi się iść do szkoły przez nich", "nb", "pl"),
    ],
)
def test_letters_and_words_that_one_language_has_tell(text: str, page: str, tag: str) -> None:
    assert written_in.guess(text, page) == tag


# --- the review ----------------------------------------------------------------------------------


def test_where_it_is_that_of_the_page_it_is_folded_away(visitor: Visitor) -> None:
    page = visitor.write(NB)
    assert chosen(page) == "nb"
    assert is_folded(page)
    assert [str(one["value"]) for one in page.soup.select("#written option")] == [
        *LANGUAGES,
        "other",
    ]


def test_where_it_is_another_it_says_so_and_goes_by_it(
    on_tuesday: Installation, visitor: Visitor
) -> None:
    page = visitor.write(TI)
    assert chosen(page) == "ti"
    assert not is_folded(page)
    assert "Vi gjetter at det er dette." in page.said
    assert INTERPRETER in page.said
    visitor.press("send")
    told, body = summary(on_tuesday), opening(on_tuesday)
    assert (told["language"], body["language"], body["page"]) == ("ti", "ti", "nb")


def test_nothing_is_asked_where_nothing_is_written(visitor: Visitor) -> None:
    assert not ask(visitor, text="").soup.select("#written")


@pytest.mark.parametrize(("said", "sealed_as"), [("ti", "ti"), ("other", "other")])
def test_what_is_read_later_in_the_language_that_was_said_is_shown_once_more(
    on_tuesday: Installation, visitor: Visitor, said: str, sealed_as: str
) -> None:
    visitor.write(NB)
    page = visitor.press("send", written=said)
    assert CHANGED in page.said
    assert INTERPRETER in page.said
    assert on_tuesday.cases() == []
    assert chosen(page) == said
    assert visitor.press("send").has("#return-code")
    assert summary(on_tuesday)["language"] == sealed_as


@pytest.mark.parametrize(
    ("text", "said"),
    [(NB, "en"), (NB, "nn"), (TI, "pl"), (TI, "nb")],
    ids=["nb-en", "nb-nn", "ti-pl", "ti-nb"],
)
def test_what_is_not_read_later_is_sent(
    on_tuesday: Installation, visitor: Visitor, text: str, said: str
) -> None:
    visitor.write(text)
    assert visitor.press("send", written=said).has("#return-code")
    assert summary(on_tuesday)["language"] == said


def test_it_is_promised_sooner_where_a_reader_reads_it_after_all(
    on_tuesday: Installation, visitor: Visitor
) -> None:
    visitor.write(TI)
    visitor.press("send")
    late = on_tuesday.only_case().clear.promised
    visitor.write(TI)
    visitor.press("send", written="nb")
    soon, later = sorted(case.clear.promised or 0 for case in on_tuesday.cases())
    assert soon < later == late


def test_it_may_be_changed_to_and_fro(on_tuesday: Installation, visitor: Visitor) -> None:
    visitor.write(NB)
    visitor.press("send", written="ti")
    assert visitor.press("send", written="nb").has("#return-code")
    assert summary(on_tuesday)["language"] == "nb"


def test_what_the_sender_said_lasts_through_edits_and_other_pages(
    on_tuesday: Installation, visitor: Visitor
) -> None:
    visitor.write(NB)
    visitor.press("edit", written="so")
    assert chosen(visitor.press("review", text=f"{NB} igjen")) == "so"
    assert chosen(visitor.switch("en")) == "so"
    visitor.press("edit")
    visitor.switch("nb")
    assert chosen(visitor.press("review")) == "so"


def test_what_was_only_guessed_is_guessed_anew(visitor: Visitor) -> None:
    visitor.write(UNSURE)
    assert chosen(visitor.switch("pl")) == "pl"
    visitor.press("edit")
    assert chosen(visitor.press("review", text=TI)) == "ti"


def test_a_try_that_failed_keeps_what_was_changed(
    on_tuesday: Installation, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.write(NB)
    visitor.press("edit", written="so")
    visitor.press("review", text=NB)
    limits = type(on_tuesday.site.limits)
    with monkeypatch.context() as full:
        full.setattr(limits, "admit", _nobody)
        visitor.press("send", 429, written="en")
    assert visitor.press("send").has("#return-code")
    assert summary(on_tuesday)["language"] == "en"


def _nobody(_limits: Limits, _purpose: str) -> None:
    raise TooMany(60)


def test_no_other_language_can_be_said(on_tuesday: Installation, visitor: Visitor) -> None:
    visitor.write(NB)
    page = visitor.press("send", 422, written="xx")
    assert page.one("#written-error")
    assert not is_folded(page)
    assert page.one("blockquote.said").get_text() == NB
    assert on_tuesday.cases() == []


def test_where_one_is_spoken_and_another_written_the_slower_counts(
    on_tuesday: Installation, visitor: Visitor
) -> None:
    for text, spoken, slow in ((NB, "nb", False), (TI, "nb", True), (NB, "pl", True)):
        page = ask(visitor, text=text, spoken=spoken)
        assert (INTERPRETER in page.said) is slow, (text, spoken)


def test_where_nothing_is_written_what_is_spoken_counts(
    on_tuesday: Installation, visitor: Visitor
) -> None:
    """Not the page's language: somebody else may have opened the page for them."""
    for page, spoken, slow in (("ti", "nb", False), ("nb", "ti", True)):
        review = ask(visitor, page, text="", spoken=spoken)
        assert (interpreter(page) in review.said) is slow, (page, spoken)


def test_a_parent_may_be_called_in_each_language_of_the_pages(visitor: Visitor) -> None:
    options = visitor.get("/nb/parents").soup.select("#spoken option")
    assert [str(one["value"]) for one in options] == [tag for tag in LANGUAGES if tag != "nn"]


def test_what_is_written_later_has_its_language_too(
    on_tuesday: Installation, visitor: Visitor
) -> None:
    code = visitor.send(NB).code
    visitor.open(code)
    visitor.press("write", text=PL)
    visitor.press("write")
    assert on_tuesday.read().messages()[-1].body["language"] == "pl"
