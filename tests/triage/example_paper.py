"""Looks at a PDF as somebody does who holds the paper: its text, where it stands, its codes."""

from __future__ import annotations

import ctypes
import itertools
import os
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import pypdfium2
import pypdfium2.raw
import pytest
import zxingcpp

from triage.posters import drawing

EVERY_SCRIPT = "aبነ"


class Sign(NamedTuple):
    """``baseline`` counts downwards; all in points."""

    baseline: float
    x: float
    sign: str
    left: float
    right: float


def eye(text: str, *, rtl: bool = False) -> str:
    """A text as :meth:`Paper.seen` gives it: without spaces, and from the right also without marks,
    joiners, and the two letters that one sign stands for when they meet (lam and alef)."""
    kept = "".join(one for one in text if not one.isspace())
    if not rtl:
        return kept
    bare = unicodedata.normalize("NFC", kept).translate(dict.fromkeys(map(ord, "لاأإآ")))
    return "".join(one for one in bare if unicodedata.category(one) not in ("Mn", "Cf"))


class Paper:
    def __init__(self, pdf: bytes) -> None:
        self.document = pypdfium2.PdfDocument(pdf)

    @property
    def pages(self) -> int:
        return len(self.document)

    @property
    def facts(self) -> dict[str, str]:
        """Title, author and the like, where there is something."""
        return {name: said for name, said in self.document.get_metadata_dict().items() if said}

    def signs(self, page: int = 0) -> list[Sign]:
        """Every sign that is to be seen, from the top, each line from the left."""
        text = self.document[page].get_textpage()
        x, y = ctypes.c_double(), ctypes.c_double()
        found = []
        for at in range(text.count_chars()):
            sign = chr(pypdfium2.raw.FPDFText_GetUnicode(text, at))
            if sign.strip() and not unicodedata.combining(sign):
                pypdfium2.raw.FPDFText_GetCharOrigin(text, at, x, y)
                left, _, right, _ = text.get_charbox(at)
                found.append(Sign(-round(y.value, 1), x.value, sign, left, right))
        return sorted(found)

    def seen(self, page: int = 0, *, rtl: bool = False, half: bool = False) -> str:
        """What an eye reads, line by line, without spaces: from the right when ``rtl``. With
        ``half`` what is left of the middle. See :func:`eye`."""
        signs = self.signs(page)
        if half:
            middle = self.document[page].get_width() / 2
            signs = [one for one in signs if one.right < middle]
        lines = [
            "".join(one.sign for one in line)
            for _, line in itertools.groupby(signs, lambda one: one.baseline)
        ]
        return eye("".join(line[::-1] if rtl else line for line in lines), rtl=rtl)

    def codes(self, page: int = 0) -> list[str]:
        """What a telephone reads in the QR codes."""
        return [found.text for found in self._read(page)]

    def widths(self, page: int = 0) -> list[float]:
        """How wide each code is, in millimetres."""
        return [
            (found.position.top_right.x - found.position.top_left.x) / _SCALE / _POINTS_A_MM
            for found in self._read(page)
        ]

    def _read(self, page: int) -> Sequence[Any]:
        image = self.document[page].render(scale=_SCALE, grayscale=True)
        rows = bytes(image.buffer)
        packed = b"".join(rows[at : at + image.width] for at in range(0, len(rows), image.stride))
        shaped = memoryview(packed).cast("B", (image.height, image.width))
        return zxingcpp.read_barcodes(
            shaped, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
        )


_SCALE = 2.0
_POINTS_A_MM = 72 / 25.4


@contextmanager
def paper(pdf: bytes) -> Iterator[Paper]:
    held = Paper(pdf)
    yield held
    held.document.close()


def need_fonts() -> None:
    """Skips where the fonts are missing, or fails when everything is required."""
    try:
        drawing._fonts(EVERY_SCRIPT)
    except drawing.FontsMissing as missing:
        if os.environ.get("SIFRA_REQUIRE_ALL") == "1":
            pytest.fail(str(missing))
        pytest.skip(str(missing))
