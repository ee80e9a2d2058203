"""Every text of the sites exists in every language, and no page falls back to Norwegian."""

from __future__ import annotations

import io
from gettext import GNUTranslations

import pytest
from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from sifra.catalogues import PAGE_LANGUAGES, catalogue_path, translated
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


@pytest.mark.parametrize("language", PAGE_LANGUAGES[1:], scope="session")
def test_no_page_falls_back_to_norwegian(pages_in: PagesIn, language: str) -> None:
    norwegian = [
        text
        for message in check.read(catalogue_path("reporter", language), language)
        if message.id
        for text in check.forms(message.id)
        # Nynorsk says some things as bokmål does.
        if len(text) >= _TELLING and "%(" not in text and text not in check.forms(message.string)
    ]
    assert len(norwegian) > 250
    for name, page in pages_in(language).items():
        said = visible(page.one("body"))
        assert not [text for text in norwegian if text in said], name


@pytest.mark.parametrize("language", PAGE_LANGUAGES[1:])
def test_plural_forms_tell_numbers_apart_as_the_language_does(language: str) -> None:
    """By CLDR. Where gettext has one form for all, the noun stands alike after any number."""
    catalogue = check.read(catalogue_path("reporter", language), language)
    forms = _compiled(catalogue)
    by_form: dict[str, set[str]] = {}
    for number in range(1, 250):
        category = Locale.parse(language, sep="-").plural_form(number)
        by_form.setdefault(forms.ngettext("one", "many", number), set()).add(category)
    assert len(by_form) == catalogue.num_plurals - (language == "ar")  # none is its own form
    assert catalogue.num_plurals == 1 or all(len(found) == 1 for found in by_form.values())


def _compiled(catalogue: Catalog) -> GNUTranslations:
    """A catalogue of one text, whose translations are the names of its plural forms."""
    alone = Catalog(catalogue.locale)
    alone.mime_headers = [("Plural-Forms", catalogue.plural_forms)]
    names = tuple(str(form) for form in range(catalogue.num_plurals))
    alone.add(("one", "many"), names)
    compiled = io.BytesIO()
    write_mo(compiled, alone)
    compiled.seek(0)
    return GNUTranslations(compiled)


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


@pytest.mark.parametrize(
    ("source", "said", "fault"),
    [
        ("Ring 112.", "Call 112.", None),
        ("Ring 112.", "Call 113.", "numbers"),
        ("Ring 112.", "Call.", "numbers"),
        ("Ring.", "Call 112.", "numbers"),
        ("Ring 112.", "اتصل ١١٢.", "numbers"),
        ("Leses innen kl. 16.", "Read by 16:00.", None),
        ("Leses innen kl. 16.", "Read by 16:30.", "numbers"),
        ("Fra kl. 0.", "From midnight.", None),
        ("Om %(num)s dager, etter 30.", "After 30, in %(num)s days.", None),
        ("Les <b>dette</b>.", "Read <b>this</b>.", None),
        ("Les <b>dette</b>.", "Read this.", "tags"),
        ("Les dette.", "Read <b>this</b>.", "tags"),
        ("Send det.", "Send <it", None),
        ("Til %(who)s.", "To %(whom)s.", "placeholder"),
        ("Send.", "", "not translated"),
    ],
)
def test_a_translation_has_the_numbers_tags_and_placeholders_of_its_text(
    source: str, said: str, fault: str | None
) -> None:
    found = list(check.faults_of(Message(source, said), Catalog("en")))
    assert bool(found) == (fault is not None)
    assert all(fault in one for one in found if fault)


def test_of_a_catalogue_just_begun_the_rest_is_counted() -> None:
    template = Catalog()
    for number in range(12):
        template.add(f"Tekst nummer {'i' * number}")
    found = list(check._faults_in(template, template, {}))
    assert len(found) == 6
    assert found[-1] == "7 more of 12 are not translated"
