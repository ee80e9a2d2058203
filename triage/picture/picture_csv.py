"""The picture as a table for a spreadsheet, with nothing in it that the page does not show."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def written(rows: Iterable[Sequence[object]]) -> bytes:
    """Semicolons and a byte order mark, as a Norwegian Excel reads them. What a spreadsheet would
    take for a formula stands after an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow([_plain(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _plain(cell: object) -> object:
    """A name comes from the municipality's file, which somebody else may have written."""
    if isinstance(cell, str) and cell.lstrip().startswith(_FORMULA):
        return f"'{cell}"
    return cell
