"""Which languages the pages have: those that a catalogue lies in `translations/` for.

A language is a folder there, named as gettext names it (`fa_AF` for the tag `fa-AF`); nothing in
the code has a list of them.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from babel import Locale
from babel.support import NullTranslations, Translations

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


@lru_cache
def catalogue(site: str, tag: str) -> NullTranslations:
    """The compiled catalogue of a site in a language; empty where it has none."""
    return Translations.load(CATALOGUES, [Locale.parse(tag, sep="-")], site)
