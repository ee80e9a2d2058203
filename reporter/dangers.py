"""The numbers that belong above the send button. Pure, and in memory only."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from sifra.municipality import HelpLine, Municipality
from sifra.routing import Line, Routing

_FIRST = ("police_emergency", "ambulance", "child_alarm")


def found(text: str, municipality: Municipality) -> list[str]:
    """The ids of the help lines whose danger words stand in the text, in any language.

    A word counts where it begins one, so that "kniv" is found in "kniven" and "knivstikke".
    """
    groups = tuple(municipality.danger_words.values())
    index, folded = _by_beginning(tuple(danger.every for danger in groups)), _folded(text)
    met: set[int] = set()
    for start in _starts(folded):
        begun = index.get(folded[start : start + _BEGINNING])
        if begun and folded.startswith(begun.words, start):
            met.update(
                place for word, place in zip(*begun, strict=True) if folded.startswith(word, start)
            )
    return [line for place, danger in enumerate(groups) if place in met for line in danger.lines]


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


def _alike() -> dict[int, str]:
    """What is one letter to those who write it, and another on another keyboard."""
    signs = {
        # Apostrophes, stretched Arabic, the dot of a Turkish capital, and what is not seen.
        "": "'’\u2018\u02bc\u02bb\u02b9`\u00b4\u0640\u0670\u0307"
        "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff",
        " ": "፡",
        "\N{ARABIC LETTER ALEF}": "أإآٱ",
        "ی": "يىې",
        "ک": "ك",
        "\N{ARABIC LETTER HEH}": "ةەھ\u06c1",
        "ኣ": "አ",
        "i": "\N{LATIN SMALL LETTER DOTLESS I}",
        "\N{CYRILLIC SMALL LETTER IE}": "ё",
    }
    table = {ord(sign): one for one, others in signs.items() for sign in others}
    table |= dict.fromkeys(range(0x064B, 0x0660), "")  # Arabic vowel marks
    for order in range(7):
        # Tigrinya has two letters for one sound, and each side of the border writes another.
        table[ord("ሠ") + order] = chr(ord("ሰ") + order)
        table[ord("ፀ") + order] = chr(ord("ጸ") + order)
    return table


_ALIKE = _alike()


def _folded(text: str) -> str:
    """One spelling for what reads the same."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_ALIKE)
    return " ".join(plain.split())


_MARKS = re.compile("(?<=[a-z])[\u0300-\u036f]+")
_WITHOUT = str.maketrans({"ł": "l", "ø": "o", "æ": "ae", "đ": "d"})


def _bare(folded: str) -> str:
    """As somebody types it whose keyboard has plain Latin letters alone. Only the file's words are
    looked for in this spelling too: a text that has the marks means them (Turkish "gün", a day)."""
    plain = _MARKS.sub("", unicodedata.normalize("NFD", folded)).translate(_WITHOUT)
    return unicodedata.normalize("NFC", plain)


_BEGINNING = 2
"""Letters that words are looked up by."""
_START = re.compile(r"(?<!\w)\w")
_JOINED = (
    *(f"{one}{article}" for one in ("", *"وبفلک") for article in ("", "ال") if one or article),
    *("لل", "ولل"),
    *("ን", "ብ", "ዝ", "ክ", "ከ", "ም", "ካብ", "ናብ", "ስለ"),
)
"""Arabic writes "and", "with" and "the" together with the word that follows, Tigrinya "to", "with",
"from", "that" and "because"."""
_JOINS = frozenset(one[0] for one in _JOINED)


def _starts(folded: str) -> Iterator[int]:
    """Where a word may begin."""
    for match in _START.finditer(folded):
        start = match.start()
        yield start
        if folded[start] in _JOINS:
            yield from (start + len(one) for one in _JOINED if folded.startswith(one, start))


class _Begun(NamedTuple):
    """Words that begin alike, and the place of the group of each."""

    words: tuple[str, ...]
    places: tuple[int, ...]


@lru_cache(maxsize=16)
def _by_beginning(groups: tuple[tuple[str, ...], ...]) -> dict[str, _Begun]:
    found: dict[str, list[tuple[str, int]]] = {}
    for place, words in enumerate(groups):
        folded = [_folded(word) for word in words]
        for word in filter(None, dict.fromkeys((*folded, *map(_bare, folded)))):
            found.setdefault(word[:_BEGINNING], []).append((word, place))
    return {key: _Begun(*zip(*pairs, strict=True)) for key, pairs in found.items()}
