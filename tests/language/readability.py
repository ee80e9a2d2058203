"""LIX, the measure of how hard a Scandinavian text is to read, and the text it is taken of.

Words a sentence, plus how many of a hundred words have more than six letters. Under 30 is a
children's book, 35 an easy newspaper page, over 45 the language of offices.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bs4 import Tag
from bs4.element import NavigableString, PreformattedString

LONG = 6
_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_END = re.compile(r"[.!?:]+(?=\s|$)|\n+")
_INLINE = frozenset(("a", "abbr", "b", "bdi", "em", "i", "small", "span", "strong", "time"))
# The style sheet lays out what stands in these as blocks.
_STACKED = "door"
# What the visitor or an answering adult wrote, and what is not read as text.
_NOT_OURS = "[translate=no], textarea, input, script, style"


def lix(text: str) -> float:
    """The LIX of a text. A line break ends a sentence, as a full stop does."""
    said = sentences(text)
    words = [word for sentence in said for word in sentence]
    if not words:
        return 0.0
    long = sum(len(word.replace("-", "")) > LONG for word in words)
    return len(words) / len(said) + 100 * long / len(words)


def sentences(text: str) -> list[list[str]]:
    """The words of each sentence."""
    return [words for words in map(_WORD.findall, _END.split(text)) if words]


def visible(element: Tag, but: str = "") -> str:
    """The words of a page's part that are the site's own, one block a line."""
    skipped = {id(tag) for tag in element.select(_NOT_OURS + but)}
    lines = "".join(_pieces(element, skipped)).splitlines()
    return "\n".join(" ".join(line.split()) for line in lines if line.strip())


def prose(element: Tag) -> str:
    """Only what stands in sentences: no buttons, names or choices, which are short and many."""
    lines = visible(element).splitlines()
    return "\n".join(line for line in lines if re.search(r"[.!?]($|\s)", line))


def unmarked(element: Tag) -> str:
    """What is in the page's language: not marked as being in another."""
    return visible(element, but=", [lang]")


def _pieces(tag: Tag, skipped: set[int]) -> Iterator[str]:
    if id(tag) in skipped:
        return
    is_inline = tag.name in _INLINE and not (
        tag.parent and _STACKED in tag.parent.get_attribute_list("class")
    )
    edge = "" if is_inline else "\n"
    yield edge
    for child in tag.children:
        if isinstance(child, Tag):
            yield from _pieces(child, skipped)
        elif isinstance(child, NavigableString) and not isinstance(child, PreformattedString):
            yield re.sub(r"\s+", " ", child)
    yield edge
