"""The texts of the shipped municipality's file are there in every language that it offers."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence

import pytest

from sifra import municipality
from sifra.languages import Named
from tests.language.conftest import WHOLE, OpenSite, PagesIn
from tests.language.readability import unmarked
from tests.language.samples import sample
from tests.language.walk import GUIDES
from tests.reporter.choosing import SHIPPED

CHOICES: Mapping[str, Sequence[Named]] = {"topics": SHIPPED.topics, "places": SHIPPED.places}


def _named() -> dict[str, Mapping[str, str]]:
    """Every text that a page may show, by where it stands."""
    found: dict[str, Mapping[str, str]] = {}
    for unit_id, unit in SHIPPED.units.items():
        found[f"units.{unit_id}.name"] = unit.name
        found[f"units.{unit_id}.short"] = unit.short
    for line in SHIPPED.help_lines:
        found[f"help_lines.{line.id}.name"] = line.name
        if line.about:
            found[f"help_lines.{line.id}.about"] = line.about
    for adult in SHIPPED.adults:
        found[f"adults.{adult.id}.role"] = adult.role
        found[f"adults.{adult.id}.where"] = adult.where
    for kind, named in CHOICES.items():
        found |= {f"{kind}.{one.id}": one.name for one in named}
    return found


@pytest.mark.parametrize("where", sorted(_named()))
def test_a_text_is_in_every_language(where: str) -> None:
    words = _named()[where]
    assert [tag for tag in SHIPPED.languages if tag not in words] == []
    # A proper name may be the same in English; nothing is the same in another script.
    for tag in ("ar", "ckb", "fa-AF", "ru", "ti", "uk"):
        assert words[tag] != words["nb"], tag


def test_danger_words_are_in_every_language() -> None:
    for group, danger in SHIPPED.danger_words.items():
        assert set(danger.words) == set(SHIPPED.languages), group


@pytest.mark.parametrize("language", SHIPPED.languages, scope="session")
def test_everything_can_be_chosen_by_its_name(pages_in: PagesIn, language: str) -> None:
    form = pages_in(language)["tip"]
    for kind, field in ("topics", "topic"), ("places", "place"):
        shown = [option.get_text() for option in form.soup.select(f"#{field} option[value]")]
        assert shown[1:] == [one.name[language] for one in CHOICES[kind]]


def test_texts_that_are_missing_stand_in_norwegian_and_say_so(open_site: OpenSite) -> None:
    """Another municipality may have no Arabic: a screen reader must know what it reads."""
    visitor = open_site(_in_norwegian_only(), "norwegian").visitor()
    start = visitor.get("/ar/")
    written = visitor.write(sample("ar").urgent, "ar", topic="weapons", place="masan")
    paths = ["tip", "talk", "parents", *GUIDES]
    paths.remove("young")  # a list of pages, with nothing of the file in it
    others = [visitor.get(f"/ar/{path}") for path in paths]
    for page in (start, written, *others):
        assert page.soup.select("main [lang=nb]")
        for line in unmarked(page.main).splitlines():
            # Arabic says in brackets what a Norwegian calls it.
            said = re.sub(r"\([^)]*\)", "", line)
            assert not any(letter in said.casefold() for letter in "aeiou"), line


def _in_norwegian_only() -> municipality.Municipality:
    def stripped(part: object) -> object:
        if isinstance(part, dict):
            if "nb" in part and isinstance(part["nb"], str):
                return {"nb": part["nb"]}
            return {name: stripped(one) for name, one in part.items()}
        return [stripped(one) for one in part] if isinstance(part, list) else part

    raw = stripped(tomllib.loads(municipality.shipped_path().read_text("utf-8")))
    assert isinstance(raw, dict)
    return municipality.parse(raw)


@pytest.mark.parametrize("language", SHIPPED.languages, scope="session")
def test_the_pages_show_the_names_of_their_language(pages_in: PagesIn, language: str) -> None:
    pages = pages_in(language)
    for unit in SHIPPED.units.values():
        assert unit.name[language] in pages["parents"].main.get_text()
    reader = SHIPPED.units[SHIPPED.default_readers[0]].name[language]
    further = ("review", "sent", "sent, no code") if language in WHOLE else ()
    for name in ("tip", "talk", *further):
        assert reader in pages[name].main.get_text(), name
    for line in SHIPPED.help_lines:
        for name, shown in (("talk", line.for_young), ("parents", line.for_parents)):
            # Two of them answer on the same number.
            entries = [li.get_text() for li in pages[name].main.select("ul.lines li")]
            number = line.number.replace(" ", "\u00a0")
            is_there = any(number in one and line.name[language] in one for one in entries)
            assert is_there == (shown and line.confirmed), (name, line.id)
