"""docs/municipality.md: what it shows works, and nothing that the file may hold is left out."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from sifra.file_parts import TOPICS, Part, fields_of
from sifra.municipality import UNITS, Municipality, parse
from sifra.routing import Facts, decide

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "municipality.md").read_text("utf-8")
EXAMPLE = tomllib.loads("\n".join(re.findall(r"^```toml\n(.*?)^```$", PAGE, re.S | re.M)))
NAMED = {
    word
    for code in re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", PAGE, flags=re.S | re.M))
    for word in re.findall(r"[a-z_]+", code)
}


def models(annotation: object) -> Iterator[type[Part]]:
    """Every model that a value of this type is made of."""
    if isinstance(annotation, type) and issubclass(annotation, Part):
        yield annotation
        for inner in get_type_hints(annotation, include_extras=True).values():
            yield from models(inner)
    for inner in get_args(annotation):
        yield from models(inner)


EVERY = {model.__name__: model for model in models(Municipality)}


def test_the_example_is_a_whole_file() -> None:
    example = parse(EXAMPLE)
    assert example.name == "Eksempel kommune"
    monday = dt.datetime(2026, 11, 23, 9, tzinfo=example.zone)
    assert decide(Facts(), monday, example.rule_book()).read_by == monday.replace(hour=16)


@pytest.mark.parametrize("name", sorted(EVERY))
def test_every_key_is_explained(name: str) -> None:
    keys = {key for key, _field in fields_of(EVERY[name])}
    headings = {"calendar", "retention", "legal_grounds", "rules", "topics", "places", "adults"}
    headings |= {"units", "help_lines", "danger_words"}
    assert keys - NAMED - (headings & set(EXAMPLE)) == set()


@pytest.mark.parametrize("name", sorted(EVERY))
def test_every_key_stands_in_the_example(name: str) -> None:
    keys = {key for key, _field in fields_of(EVERY[name])}
    written = set(
        re.findall(r"[a-z_]+", "\n".join(re.findall(r"^```toml\n(.*?)^```$", PAGE, re.S | re.M)))
    )
    assert keys - written == set()


@pytest.mark.parametrize("name", [*UNITS, *TOPICS])
def test_every_name_that_is_given_is_named(name: str) -> None:
    assert re.search(rf"\b{name}\b", PAGE)


def test_all_the_models_are_looked_at() -> None:
    assert {"Municipality", "Unit", "HelpLine", "Hours", "Season", "When", "Then"} <= set(EVERY)
