"""Every text of the sites exists in every language, and no page falls back to Norwegian."""

from __future__ import annotations

import io
from gettext import GNUTranslations

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from sifra.catalogues import catalogue_path, translated
from tests.language.conftest import PagesIn
from tests.language.readability import visible
from translations import check

# Shorter texts are words that two languages may share.
_TELLING = 12


@pytest.mark.parametrize(
    ("site", "language"), [(site, tag) for site in check.SITES for tag in translated(site)]
)
def test_a_catalogue_says_what_the_code_says(site: str, language: str) -> None:
    assert check.faults(site, language) == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_page_falls_back_to_norwegian(pages_in: PagesIn, language: str) -> None:
    norwegian = [
        text
        for message in check.texts_of("reporter")
        for text in ([message.id] if isinstance(message.id, str) else message.id)
        if len(text) >= _TELLING and "%(" not in text
    ]
    for name, page in pages_in(language).items():
        said = visible(page.one("body"))
        assert not [text for text in norwegian if text in said], name


def test_arabic_counts_with_the_form_that_belongs_to_the_number() -> None:
    with catalogue_path("reporter", "ar").open("rb") as file:
        compiled = io.BytesIO()
        write_mo(compiled, read_po(file, locale="ar"))
    compiled.seek(0)
    catalogue = GNUTranslations(compiled)
    one, many = next(
        message.id
        for message in check.texts_of("reporter")
        if not isinstance(message.id, str) and message.id[0].startswith("Når saken er ferdig")
    )
    for number, phrase in (
        (1, "يوم واحد"),
        (2, "يومين"),
        (3, "3 أيام"),
        (10, "10 أيام"),
        (11, "11 يومًا"),
        (99, "99 يومًا"),
        (100, "100 يوم"),
        (103, "103 أيام"),
        (180, "180 يومًا"),
    ):
        said = catalogue.ngettext(one, many, number) % {"num": number}
        assert phrase in said.replace(".", " ").strip(), number
