"""Norwegian that a 13-year-old reads without help: LIX 35 at most, in bokmål and in nynorsk."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from tests.language.conftest import PagesIn
from tests.language.readability import lix, prose, sentences, visible

HARDEST = 35.0
HARDEST_BLOCK = 40.0
"""A few words are soon over 35: one long word among eight is 12 of them."""
LONGEST_SENTENCE = 20


def test_lix_is_words_a_sentence_and_long_words_in_a_hundred() -> None:
    # Ten words in two sentences; "snakker", "ungdomsteamet" and "skolegården" are long.
    text = "Vi snakker med deg. Ungdomsteamet er ofte ute i skolegården."
    assert lix(text) == pytest.approx(10 / 2 + 100 * 3 / 10)


def test_lix_counts_neither_digits_nor_stray_signs() -> None:
    assert lix("Ring 116 111 – du kan ringe nå!") == lix("Ring du kan ringe nå.")
    assert lix("") == lix("112 – 113.") == 0.0


def test_lix_of_a_hard_text_is_high() -> None:
    hard = (
        "Barneverntjenesten iverksetter undersøkelse innenfor lovpålagte saksbehandlingsfrister "
        "dersom bekymringsmeldingen tilsier omsorgssvikt."
    )
    assert lix(hard) > 60


def test_visible_text_is_the_sites_own_with_a_line_for_each_block() -> None:
    html = """<main><h1>En <b>side</b></h1><p>Først.<br>Så
    dette.</p><blockquote translate="no">hemmelig</blockquote>
    <textarea>også hemmelig</textarea><!-- ikke dette --><button>Send</button></main>"""
    main = BeautifulSoup(html, "html.parser").main
    assert main is not None
    assert visible(main) == "En side\nFørst.\nSå dette.\nSend"
    assert prose(main) == "Først.\nSå dette."


@pytest.mark.parametrize("language", ["nb", "nn"], scope="session")
def test_every_page_is_easy_to_read(pages_in: PagesIn, language: str) -> None:
    hard = {}
    for name, page in pages_in(language).items():
        for what in (visible, prose):
            measured = lix(what(page.main))
            if measured > HARDEST:
                hard[f"{name} ({what.__name__})"] = round(measured, 1)
    assert not hard


@pytest.mark.parametrize("language", ["nb", "nn"], scope="session")
def test_no_block_is_hard_and_no_sentence_long(pages_in: PagesIn, language: str) -> None:
    """An easy page may hide one hard sentence, and it may be the one that matters."""
    for name, page in pages_in(language).items():
        for block in visible(page.main).splitlines():
            said = sentences(block)
            if sum(map(len, said)) >= 8:
                assert lix(block) <= HARDEST_BLOCK, (name, block)
            for sentence in said:
                assert len(sentence) <= LONGEST_SENTENCE, (name, " ".join(sentence))
