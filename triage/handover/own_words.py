"""Does a summary repeat what the sender wrote? Pure.

Slang, a slip or a turn of phrase tells friends and parents who wrote. Whoever writes a summary in a
hurry copies; a run of the same words is what that leaves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

RUN = 6
"""So many words in a row. Fewer are mostly a time and a place, which must be told."""

_WORD = re.compile(r"\w+")


def repeated(summary: str, texts: Iterable[str]) -> list[str]:
    """The runs of the summary that stand in one of ``texts`` too, as the summary has them, the
    longest possible; case and punctuation do not matter."""
    said = [_words(text) for text in texts]
    known = {tuple(words[at : at + RUN]) for words in said for at in range(len(words) - RUN + 1)}
    places = [match.span() for match in _WORD.finditer(summary)]
    words = _words(summary)
    found: list[tuple[int, int]] = []
    for at in range(len(words) - RUN + 1):
        if tuple(words[at : at + RUN]) not in known:
            continue
        if found and at < found[-1][1]:
            found[-1] = (found[-1][0], at + RUN)
        else:
            found.append((at, at + RUN))
    return [summary[places[first][0] : places[last - 1][1]] for first, last in found]


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]
