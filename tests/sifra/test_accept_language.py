"""The page that a browser's Accept-Language leads to, for headers as they are really sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from sifra import municipality
from sifra.languages import best

_LINES = Path(__file__).with_name("accept_languages.tsv").read_text("utf-8").splitlines()[1:]
HEADERS = [(header, expected) for expected, _, header in (line.partition("\t") for line in _LINES)]
OFFERED = municipality.load(municipality.shipped_path()).languages


def test_there_are_headers_for_every_language() -> None:
    assert len(HEADERS) >= 200
    assert {expected for _, expected in HEADERS} == set(OFFERED)


@pytest.mark.parametrize(("header", "expected"), HEADERS, ids=[f"{i}" for i in range(len(HEADERS))])
def test_the_header_leads_to_the_language(header: str, expected: str) -> None:
    assert best(parse_accept_header(header, LanguageAccept), OFFERED) == expected


@pytest.mark.parametrize(
    ("header", "offered", "expected"),
    [
        ("nn-NO,nn;q=0.9,nb;q=0.8", ("nb", "en"), "nb"),
        ("prs-AF,en;q=0.5", ("nb", "en", "ar"), "en"),
        ("fa", ("nb", "fa-AF"), "fa-AF"),
        ("nn-NO,nn;q=0.9,en;q=0.8", ("nb", "en"), "nb"),
        ("ti", ("nb",), "nb"),
        ("ru,uk;q=0.5", ("nb", "uk"), "uk"),
    ],
)
def test_only_what_is_offered_counts(header: str, offered: tuple[str, ...], expected: str) -> None:
    assert best(parse_accept_header(header, LanguageAccept), offered) == expected
