"""The numbers that belong above the send button. Pure, and in memory only."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from sifra.municipality import HelpLine, Municipality

_FIRST = ("police_emergency", "ambulance", "child_alarm")


def found(text: str, municipality: Municipality) -> list[str]:
    """The ids of the help lines whose danger words stand in the text, in any language.

    A word counts where it begins one, so that "kniv" is found in "kniven" and "knivstikke".
    """
    folded = _folded(text)
    return [
        line
        for danger in municipality.danger_words.values()
        if _pattern(danger.every).search(folded)
        for line in danger.lines
    ]


def lines_to_show(danger: str, text: str, municipality: Municipality) -> list[HelpLine]:
    """The numbers for what was ticked and written; emergency first, then the child's line."""
    wanted = found(text, municipality)
    if danger == "yes":
        wanted += _FIRST
    elif danger == "unsure" or wanted:
        wanted.append("child_alarm")
    once = dict.fromkeys(wanted)
    order = [*(line for line in _FIRST if line in once), *once]
    return municipality.lines(dict.fromkeys(order))


_VOWELS_AND_STRETCHING = re.compile("[\u064b-\u065f\u0670\u0640]")


def _folded(text: str) -> str:
    """One spelling for what reads the same; Arabic without vowel marks and stretching."""
    plain = _VOWELS_AND_STRETCHING.sub("", unicodedata.normalize("NFKC", text))
    return " ".join(plain.casefold().split())


@lru_cache(maxsize=64)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    # Arabic writes "and", "with" and "the" together with the word that follows.
    alternatives = "|".join(re.escape(_folded(word)) for word in words)
    return re.compile(rf"(?<!\w)(?:[وبفلك]?(?:ال)?)(?:{alternatives})")
