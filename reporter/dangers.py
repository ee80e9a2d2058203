"""The numbers that belong above the send button. Pure, and in memory only."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from sifra.municipality import HelpLine, Municipality
from sifra.routing import Line, Routing

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


def lines_to_show(danger: str, words: Iterable[str], municipality: Municipality) -> list[HelpLine]:
    """The numbers for what was ticked and what was :func:`found`; emergency first, then the
    child's line."""
    wanted = [*words]
    if danger == "yes":
        wanted += _FIRST
    elif danger == "unsure" or wanted:
        wanted.append("child_alarm")
    once = dict.fromkeys(wanted)
    order = [*(line for line in _FIRST if line in once), *once]
    return municipality.lines(dict.fromkeys(order))


def numbers(
    danger: str,
    words: Sequence[str],
    routing: Routing,
    lines: Mapping[str, Line],
    municipality: Municipality,
) -> list[HelpLine]:
    """What stands above the button. The numbers of what was written know most of it and come
    first, then those that the rules give, then those of what was ticked; but where somebody is in
    danger now, the emergency numbers of all three come before the rest. Where nothing is promised,
    the child's line is there whatever the rule. None stands twice, and all answer now."""
    written = lines_to_show("", words, municipality)
    ruled = municipality.lines(line.id for line in routing.numbers)
    ticked = lines_to_show(danger, (), municipality)
    if routing.read_by is None:
        ticked += municipality.lines(_FIRST[-1:])
    every = [*written, *ruled, *ticked]
    if danger == "yes":
        every.sort(key=lambda line: not line.emergency)
    once: dict[str, HelpLine] = {}
    for line in every:
        if line.emergency or lines[line.id].answers(routing.at):
            once.setdefault(line.number.replace(" ", ""), line)
    return list(once.values())


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
