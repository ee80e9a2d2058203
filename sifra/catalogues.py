"""Which languages the pages have: those that a catalogue lies in `translations/` for.

A language is a folder there, named as gettext names it (`fa_AF` for the tag `fa-AF`); nothing in
the code has a list of them.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from functools import lru_cache
from gettext import GNUTranslations
from pathlib import Path

from babel.support import NullTranslations

CATALOGUES = Path(__file__).resolve().parent.parent / "translations"
SOURCE_LANGUAGE = "nb"


def catalogue_path(site: str, tag: str, root: Path = CATALOGUES) -> Path:
    """Where the catalogue of a site (``reporter`` or ``triage``) is written."""
    return root / tag.replace("-", "_") / "LC_MESSAGES" / f"{site}.po"


def translated(site: str, root: Path = CATALOGUES) -> tuple[str, ...]:
    """The tags (BCP 47) that the site has a catalogue for, by name; the source needs none."""
    found = sorted(root.glob(f"*/LC_MESSAGES/{site}.po"))
    return tuple(path.parents[1].name.replace("_", "-") for path in found)


PAGE_LANGUAGES = (SOURCE_LANGUAGE, *translated("reporter"))
"""Those of the public site, the source first."""


_Said = str | tuple[str, int]
"""A text in the source language, or one of its plural forms as gettext counts them."""

_numbers: dict[_Said, int] = {}
"""By what is said: its number, the same in every catalogue."""


class _Unpacked(GNUTranslations):
    """A catalogue as gettext reads it."""

    _catalog: dict[_Said, str]
    plural: Callable[[int], int]


class Catalogue(NullTranslations):
    """One compiled catalogue, its texts side by side as bytes.

    As objects of their own they would take four times as much, and a process would copy the page
    of memory that one lies in by no more than reading it.
    """

    def __init__(self, path: Path) -> None:
        """OSError, or UnicodeDecodeError, where no catalogue is at ``path``."""
        super().__init__()
        with path.open("rb") as file:
            read = _Unpacked(file)
        texts: dict[int, bytes] = {}
        for said, text in read._catalog.items():
            if said:
                texts[_numbers.setdefault(said, len(_numbers))] = text.encode()
        self._plural = read.plural
        self._texts = b"".join(texts.get(number, b"") for number in range(len(_numbers)))
        self._ends = array("L", [0])
        for number in range(len(_numbers)):
            self._ends.append(self._ends[-1] + len(texts.get(number, b"")))

    def _find(self, said: _Said) -> str:
        """Empty where there is none."""
        number = _numbers.get(said)
        # One with a higher number came with a catalogue that was read later.
        if number is None or number + 1 >= len(self._ends):
            return ""
        return self._texts[self._ends[number] : self._ends[number + 1]].decode()

    def gettext(self, message: str) -> str:
        return self._find(message) or message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self._find((msgid1, self._plural(n))) or super().ngettext(msgid1, msgid2, n)

    ugettext = gettext
    ungettext = ngettext


@lru_cache
def catalogue(site: str, tag: str) -> NullTranslations:
    """The compiled catalogue of a site in a language; empty where it has none. OSError where it
    is not compiled: nobody must get the source language as their own."""
    path = catalogue_path(site, tag)
    return Catalogue(path.with_suffix(".mo")) if path.exists() else NullTranslations()
