"""No page promises what nobody can keep, and those that matter say what is honest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest
from babel.messages.catalog import Catalog

from sifra.catalogues import PAGE_LANGUAGES, catalogue_path
from sifra.file_reading import written
from sifra.file_translations import texts_within
from tests.language.conftest import WHOLE, PagesIn
from tests.language.readability import visible
from tests.reporter.choosing import SHIPPED
from translations import check, terms

# A sender with a code is pseudonymous: "anonymous" is said in no form, so never too strongly.
# Cold are words that call the sender a snitch, or sound like an office or a threat; titles stand
# on a screen that somebody else sees. The glossaries have those of the other languages.
NORWEGIAN = {
    terms.TOO_MUCH: r"anonym|garanter|hundre prosent|100 ?%|\bvi lover\b|ingen kan (finne ut|spore)"
    r"|sporløs|umulig å (finne|spore)|helt (trygt|hemmelig|sikkert)|\bingen får vite\b",
    terms.COLD: r"snitch|tyst|angi(r|ver)?\b|anmeld|straff|varsle|herved|vedrørende|i henhold til"
    r"|plikt",
    terms.IN_TITLES: r"tips|si fra|fare|vold|politi|barnevern|hemmelig|kode|hjelp",
}
# Their own word, in a question that its page answers with no.
ASKED = "Er det snitching å si fra?"

EACH = pytest.mark.parametrize("language", PAGE_LANGUAGES, scope="session")
WALKED = pytest.mark.parametrize("language", WHOLE, scope="session")


def never(language: str, kind: str) -> re.Pattern[str]:
    """What no text in a language says."""
    if language == "nb":
        return re.compile(NORWEGIAN[kind], re.IGNORECASE)
    return terms.read(terms.glossary_path(language)).never[kind]


@cache
def _written(language: str) -> Catalog:
    return check.read(catalogue_path("reporter", language), language)


def _all_texts(language: str) -> Iterator[str]:
    """Every text of the public site in a language, also those that no walk meets."""
    if language == "nb":
        for message in check.texts_of("reporter"):
            yield from check.forms(message.id)
    else:
        for message in _written(language):
            yield from check.forms(message.string)
    # Rules, and what legal grounds are called, are for those who read.
    told = {"danger_words", "rules", "legal_grounds"}
    ours = {name: part for name, part in written(SHIPPED).items() if name not in told}
    grounds = [{"told": one.told} for one in SHIPPED.legal_grounds]
    for words in texts_within([ours, grounds]):
        if language in words:
            yield words[language]


@EACH
@pytest.mark.parametrize("kind", [terms.TOO_MUCH, terms.COLD])
def test_no_text_says_it(language: str, kind: str) -> None:
    texts = list(_all_texts(language))
    assert len(texts) > 550
    found = [text for text in texts if never(language, kind).search(text)]
    assert found == ([_in(language, ASKED)] if kind == terms.COLD else [])


@EACH
def test_no_page_promises_too_much(pages_in: PagesIn, language: str) -> None:
    pattern = never(language, terms.TOO_MUCH)
    for name, page in pages_in(language).items():
        assert not pattern.search(visible(page.one("body"))), name


@EACH
def test_titles_are_neutral(pages_in: PagesIn, language: str) -> None:
    pattern = never(language, terms.IN_TITLES)
    for name, page in pages_in(language).items():
        title = page.one("title").get_text()
        assert not pattern.search(title), (name, title)


HONEST = {
    "start": (
        "Vi lagrer ikke hvem du er. Men det du skriver, kan røpe deg.",
        "Det er ikke politiet som leser.",
        "Knappen nederst tar deg bort herfra med en gang. Den sletter ikke loggen.",
    ),
    "tip": ("Det er ikke politiet som leser.", "Er noen i fare akkurat nå?"),
    "review": (
        "Vi kan ikke love at du får svar.",
        "Er noen i alvorlig fare, må de som leser, si det til andre som kan hjelpe.",
        "Det gjelder også når et barn ikke har det trygt hjemme.",
        "Da skal du få vite det når du leser svar.",
    ),
    "review, nobody there": ("Ingen leser dette nå.", "Vi kan ikke love at du får svar."),
    "review, no worker": ("Vi kan ikke si når noen leser dette.",),
    "tip, no worker": ("Vi kan ikke si når noen leser dette.",),
    "mailbox, no worker": ("Vi kan ikke si når noen leser dette.", "Disse svarer nå"),
    "sent": ("Vi kan ikke love at du får svar.",),
    "about": (
        "Vi lagrer ikke hvem du er. Men det du skriver, kan røpe deg. Er noen i alvorlig fare, må "
        "vi si det til andre. Vi kan ikke love at ingen gjetter hvem du er.",
        "Vi må også si fra når et barn ikke har det trygt hjemme.",
        # What outlives the case, and what is out of reach.
        "Hvem av oss som åpnet saken, hva de gjorde, og når. Dette sletter vi ikke. Det du skrev, "
        "står ikke der.",
        "Hvor mange som skriver, om hva, hvor, når og på hvilket språk. Tallene er låst og sier "
        "ikke hvem som skrev hva. Vi sletter dem ikke.",
        "Får andre vite det, eller skriver vi om det i kommunens journal, kan vi ikke slette det "
        "der.",
    ),
}


@WALKED
@pytest.mark.parametrize("name", HONEST)
def test_the_honest_words_are_on_the_page(pages_in: PagesIn, language: str, name: str) -> None:
    said = " ".join(visible(pages_in(language)[name].main).split())
    for text in HONEST[name]:
        assert _in(language, text) in said


@WALKED
def test_who_has_no_code_is_not_told_that_news_will_come(pages_in: PagesIn, language: str) -> None:
    said = visible(pages_in(language)["review, no code"].main)
    assert _in(language, "Da skal du få vite det når du leser svar.") not in said


def _in(language: str, text: str) -> str:
    if language == "nb":
        return text
    message = _written(language).get(text)
    assert message is not None, f"{text!r} is no text of the site any more"
    assert isinstance(message.string, str)
    return message.string


def test_by_when_it_is_read_stands_in_the_words_of_each_language(pages_in: PagesIn) -> None:
    """Who needs an interpreter is told so, and gets a later hour."""
    expected = {
        "nb": "Leses innen i dag kl. 16.",
        "en": "Will be read no later than today at 16:00.",
        "ar": "سيُقرأ قبل الساعة 12:00 غدًا.",
    }
    for language, words in expected.items():
        said = visible(pages_in(language)["tip"].main).replace("\u00a0", " ")
        assert words in said
        late = visible(pages_in(language)["mailbox, not kept"].main)
        assert _in(language, "Ingen har lest det ennå.") not in late
    arabic = visible(pages_in("ar")["tip"].main)
    assert _in("ar", "Vi må finne tolk, derfor tar det lengre tid.") in arabic
