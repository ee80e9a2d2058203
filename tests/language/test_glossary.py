"""Each language has one name for each thing, and says what it must never say."""

from __future__ import annotations

from pathlib import Path

import pytest

from sifra.catalogues import PAGE_LANGUAGES
from translations import check, terms

TRANSLATED = PAGE_LANGUAGES[1:]
GLOSSARY = """# Ordliste

| norsk | italiensk | merknad | kjennes på |
|---|---|---|---|
| tolk; å tolke | interprete | | interpret, mediator |
| trussel, true | minaccia | | MINACC |
| kode (for å komme tilbake) | codice | | |

## Sies aldri

| hva | ord |
|---|---|
| for sterke løfter | anonim-, 100 %, mai saputo |
| kalde ord | -spia- |
"""


@pytest.fixture
def italian(tmp_path: Path) -> terms.Glossary:
    (tmp_path / "it.md").write_text(GLOSSARY, "utf-8")
    return terms.read(tmp_path / "it.md")


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_language_keeps_to_its_glossary(language: str) -> None:
    assert terms.faults(language, check.texts_in(language)) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_glossary_has_the_words_that_the_pages_do_not(language: str) -> None:
    """What nobody is promised must still be told apart by those who translate."""
    rows = terms.glossary_path(language).read_text("utf-8").splitlines()
    for term in ("anonym", "pseudonym"):
        assert any(row.startswith(f"| {term} ") for row in rows), term


def test_every_term_is_on_the_pages_or_in_the_municipalitys_file() -> None:
    """A pattern that finds nothing checks nothing."""
    texts = [source for source, _ in check.texts_in("en")]
    for term in terms.TERMS:
        assert any(terms._TERMS[term].search(text) for text in texts), term


@pytest.mark.parametrize(
    ("source", "said", "left"),
    [
        ("Vi må finne tolk.", "Dobbiamo trovare un interprete.", []),
        ("Vi må finne tolk.", "Un Mediatore.", []),
        ("Vi må finne tolk.", "Dobbiamo trovare un traduttore.", ["tolk"]),
        ("Noen truer.", "Qualcuno fa minacce.", []),
        ("En trussel om tolk.", "Altro.", ["tolk", "trussel"]),
        # Nothing is known by an empty cell, and "truet" is not "trofast".
        ("Skriv koden.", "Altro.", []),
        ("En trofast venn.", "Altro.", []),
    ],
)
def test_a_translation_has_one_of_the_stems(
    italian: terms.Glossary, source: str, said: str, left: list[str]
) -> None:
    assert sorted(term for term, _ in italian.strays([(source, said)])) == left


@pytest.mark.parametrize(
    ("kind", "text", "is_said"),
    [
        (terms.TOO_MUCH, "Resti Anonimo qui", True),
        (terms.TOO_MUCH, "panonimo", False),
        (terms.TOO_MUCH, "100\u00a0% qui", True),
        (terms.TOO_MUCH, "mai saputo", True),
        (terms.TOO_MUCH, "mai saputone", False),
        (terms.COLD, "la gaspiata", True),
        (terms.IN_TITLES, "qualsiasi", False),
    ],
)
def test_a_hyphen_is_where_a_word_goes_on(
    italian: terms.Glossary, kind: str, text: str, is_said: bool
) -> None:
    assert bool(italian.never[kind].search(text)) is is_said


def test_what_a_glossary_lacks_is_named(tmp_path: Path) -> None:
    assert terms.faults("it", [], tmp_path) == ["translations/glossary/it.md: is missing"]
    (tmp_path / "it.md").write_text(GLOSSARY, "utf-8")
    unknown, silent, stray = terms.faults("it", [("Vi må finne tolk.", "Altro.")], tmp_path)
    assert "snitch" in unknown
    assert "kode" in unknown
    assert "tolk" not in unknown
    assert silent.endswith("«ord» of i titler is empty")
    assert "interpret, mediator" in stray
    assert "Vi må finne tolk." in stray


def test_a_blank_glossary_has_every_row(tmp_path: Path) -> None:
    (tmp_path / "it.md").write_text(terms.blank("it", "italiensk"), "utf-8")
    unknown, silent = terms.faults("it", [], tmp_path)
    assert all(term in unknown for term in terms.TERMS)
    assert all(kind in silent for kind in terms.NEVER)
