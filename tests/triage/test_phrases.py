"""Ready texts: put into an answer in the sender's language, and never sent by themselves."""

from __future__ import annotations

import pytest

from sifra.catalogues import PAGE_LANGUAGES
from tests.triage.example_office import MUNICIPALITY, Browser, Installation

SEEN = next(one for one in MUNICIPALITY.phrases if one.id == "seen")


def answer(browser: Browser) -> str:
    box = browser.page.find(id="text")
    assert box is not None
    return box.get_text().strip()


def chosen(browser: Browser) -> str:
    option = browser.page.select_one("#language option[selected]")
    assert option is not None
    return str(option["value"])


def test_the_shipped_ones_are_in_every_shipped_language() -> None:
    assert [one.id for one in MUNICIPALITY.phrases] == ["seen", "talked", "know_more", "closed"]
    for phrase in MUNICIPALITY.phrases:
        assert set(phrase.text) == set(PAGE_LANGUAGES) == set(MUNICIPALITY.languages)


@pytest.mark.parametrize(
    ("sender", "said", "tag"),
    [("nb", "nb", "nb"), ("ar", "ar", "ar"), ("en", "en", "en"), ("vi", "nb", "nb")],
)
def test_it_is_in_the_senders_language_if_the_file_has_it(
    browser: Browser, office: Installation, sender: str, said: str, tag: str
) -> None:
    case, key = office.tip(language=sender)
    browser.get(f"/cases/{case}")
    browser.act(case, "phrase", phrase="seen", text="", language="nb")
    assert answer(browser) == SEEN.text[said]
    assert chosen(browser) == tag
    foreign = said != "nb"
    assert ("Den ferdige teksten betyr:" in browser.text) is foreign
    assert SEEN.text["nb"] in browser.text
    assert office.sender(case, key).messages() == []


def test_it_comes_after_what_was_written(browser: Browser, office: Installation) -> None:
    case, key = office.tip()
    browser.get(f"/cases/{case}")
    browser.act(case, "phrase", phrase="seen", text="Hei!\n\n  Vi så det. \n", language="en")
    assert answer(browser) == f"Hei!\n\n  Vi så det.\n\n{SEEN.text['nb']}"
    button = browser.page.select_one("button[formaction*=phrase]")
    assert button is not None
    assert button["formaction"] == f"/cases/{case}/phrase#text"
    text = browser.page.find(id="text")
    assert text is not None
    assert text["form"] == button["form"]
    browser.act(case, "answer", text=answer(browser), language=chosen(browser))
    (message,) = office.sender(case, key).messages()
    assert message.body["text"] == f"Hei!\n\n  Vi så det.\n\n{SEEN.text['nb']}"


@pytest.mark.parametrize("asked", ["", "gone", "<b>"])
def test_none_chosen_is_told_beside_it_and_the_answer_kept(
    browser: Browser, office: Installation, asked: str
) -> None:
    case, _ = office.tip()
    browser.get(f"/cases/{case}")
    browser.act(case, "phrase", 422, phrase=asked, text="halvt svar", language="ar")
    assert browser.page.find(id="phrase")["aria-describedby"] == "phrase-error phrase-hint"  # type: ignore[index]
    assert (answer(browser), chosen(browser)) == ("halvt svar", "ar")


def test_what_came_meanwhile_is_shown_as_new(browser: Browser, office: Installation) -> None:
    """Else the page that comes back would count as having shown it."""
    case, key = office.tip()
    browser.get(f"/cases/{case}")
    office.writes_more(case, key, "han har kniv")
    browser.act(case, "phrase", 409, phrase="seen", text="", language="nb")
    assert "han har kniv" in browser.page.find(id="new").get_text()  # type: ignore[union-attr]
    assert answer(browser) == SEEN.text["nb"]


def test_where_no_answer_can_be_read_nothing_is_put_in(
    browser: Browser, office: Installation
) -> None:
    case, _ = office.tip(with_code=False)
    browser.get(f"/cases/{case}")
    assert browser.page.find(id="phrase") is None
    browser.act(case, "phrase", 409, phrase="seen", text="mistet?", language="nb")
    assert answer(browser) == "mistet?"
