"""A poster on paper: texts, an address and its code in, a PDF out.

Typst sets it: it shapes and orders every script that the public site has, embeds of each font the
signs that are used, and writes tagged PDF whose text can be read aloud and copied. The texts go
in as data (``poster.typ`` reads them as JSON), so nothing in them is ever run.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

import segno
import typst

Format = Literal["a4", "card"]

WHERE_TO_GET_THEM = "apt-get install fonts-noto-core"
_TEMPLATE = Path(__file__).parent / "poster.typ"
_STANDARD: Final = "ua-1"
"""PDF/UA, for readers that speak. With it, a sign that no font has is an error and no white box."""
_TOO_LONG, _NO_SIGN = "too long", "could not be displayed"
_ORDINARY = "Noto Sans"
_FONTS = {"ARABIC": "Noto Sans Arabic", "ETHIOPIC": "Noto Sans Ethiopic"}
"""By the first word of a sign's name in Unicode; for all others the ordinary one."""


class FontsMissing(Exception):
    """This machine lacks fonts; ``families`` names them."""

    def __init__(self, families: Iterable[str]) -> None:
        self.families = tuple(families)
        super().__init__(f"fonts are missing: {', '.join(self.families)} ({WHERE_TO_GET_THEM})")


class DoesNotFit(Exception):
    """A text is too long for the paper, or has a sign that none of the fonts has."""


@dataclass(frozen=True, slots=True)
class Said:
    """A text and its language: an ISO 639 code, and a region or None."""

    text: str
    lang: str
    region: str | None
    rtl: bool


@dataclass(frozen=True, slots=True)
class Number:
    number: str
    name: Said


@dataclass(frozen=True, slots=True)
class Side:
    """What stands in one language."""

    lang: str
    region: str | None
    rtl: bool
    headline: str
    about: tuple[str, ...]
    honest: tuple[str, ...]
    scan: str
    ring: str
    numbers: tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A poster, or pocket cards to cut. ``target`` is where the code leads; ``address`` is the same
    as somebody types it. One side or two."""

    format: Format
    name: str
    title: str
    target: str
    address: str
    sides: tuple[Side, ...]


def draw(sheet: Sheet) -> bytes:
    """The PDF: the same bytes for the same sheet and fonts. Raises FontsMissing, DoesNotFit."""
    written = json.dumps(asdict(sheet) | {"qr": code(sheet)}, ensure_ascii=False)
    try:
        return typst.compile(
            str(_TEMPLATE),
            root=str(_TEMPLATE.parent),
            font_paths=_fonts(written),
            ignore_system_fonts=True,
            sys_inputs={"sheet": written},
            format="pdf",
            pdf_standards=_STANDARD,
        )
    except typst.TypstError as fault:
        if _TOO_LONG in fault.message or _NO_SIGN in fault.message:
            raise DoesNotFit(fault.message) from None
        raise


def code(sheet: Sheet) -> list[str]:
    """The rows of the QR code, dark as 1, without its quiet zone. A poster gets scratched and
    written on, so a quarter of its code may be lost; a card has less room."""
    made = segno.make(sheet.target, error="q" if sheet.format == "a4" else "m", micro=False)
    return ["".join(str(int(module)) for module in row) for row in made.matrix_iter(border=0)]


def _fonts(text: str) -> typst.Fonts:
    """Those of the machine. Raises FontsMissing when one that ``text`` needs is not there."""
    fonts = _installed()
    missing = set(families(text)) - set(fonts.families())
    if missing:
        _installed.cache_clear()
        raise FontsMissing(sorted(missing))
    return fonts


def families(text: str) -> Sequence[str]:
    """The fonts that a text needs."""
    return list(dict.fromkeys((_ORDINARY, *_further(text))))


def _further(text: str) -> Iterator[str]:
    for sign in sorted(set(text)):
        script = unicodedata.name(sign, "").partition(" ")[0]
        if script in _FONTS:
            yield _FONTS[script]


@lru_cache(maxsize=1)
def _installed() -> typst.Fonts:
    """What lies where the system keeps fonts; to look there takes a fifth of a second."""
    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=False)
