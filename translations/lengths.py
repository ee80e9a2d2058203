"""Which texts stand where a long one breaks the page, and how long they may be.

Buttons, the doors of the start page, links in lists of ways to go, labels of choices and headings
hold a few words each. The templates say which texts those are, so that a text that becomes a
button tomorrow is measured tomorrow.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

BUTTON, DOOR, CHOICE, LINK, LABEL, HEADING = "button", "door", "choice", "link", "label", "heading"

_ROOM: Mapping[str, tuple[int, float]] = {
    CHOICE: (24, 1.8),
    BUTTON: (34, 1.5),
    DOOR: (30, 1.5),
    LINK: (34, 1.8),
    LABEL: (48, 1.8),
    HEADING: (48, 1.8),
}
"""The tightest first: so many columns are there for any text of the kind, and for a longer
Norwegian one so many times its own."""

_TEXT = re.compile(r"""\b_\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")
_PLACEHOLDER = re.compile(r"%\(\w+\)s")
_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_HOLD_NOTHING = frozenset({"br", "hr", "img", "input", "link", "meta"})


def width(text: str) -> int:
    """How wide a text is in columns: marks above a letter take none, wide letters two.
    What is filled in counts for nothing: it is as long in every language."""
    shown = unicodedata.normalize("NFC", _PLACEHOLDER.sub("", text))
    return sum(
        2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in shown
        if unicodedata.category(letter) not in ("Mn", "Me", "Cf")
    )


def limit(kind: str, source: str) -> int:
    """How wide a translation of ``source`` may be, in columns."""
    least, times = _ROOM[kind]
    return max(least, int(width(source) * times))


@cache
def tight(site: str = "reporter", root: Path = ROOT) -> Mapping[str, str]:
    """The texts of a site's templates that stand where little has room, and the kind of place;
    the tightest one where a text stands in several."""
    found: dict[str, str] = {}
    order = list(_ROOM)
    for path in sorted((root / site / "templates").glob("**/*.html")):
        for kind, text in _Places.of(path.read_text("utf-8")):
            found[text] = min(kind, found.get(text, kind), key=order.index)
    return found


class _Places(HTMLParser):
    """Reads a template as a page, what Jinja reads of it set aside under numbers."""

    @classmethod
    def of(cls, template: str) -> list[tuple[str, str]]:
        code: list[str] = []

        def aside(match: re.Match[str]) -> str:
            code.append(match[0])
            return f" \x02{len(code) - 1}\x03 "

        reader = cls(code)
        reader.feed(_CODE.sub(aside, _COMMENT.sub("", template)))
        reader.close()
        return reader.found

    def __init__(self, code: list[str]) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._code = code
        self._open: list[tuple[str, set[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _HOLD_NOTHING:
            self._open.append((tag, set((dict(attrs).get("class") or "").split())))

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            if self._open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        kind = self._kind()
        if kind is None:
            return
        for number in re.findall("\x02(\\d+)\x03", data):
            for text in _texts(self._code[int(number)]):
                self.found.append((kind, text))

    def _kind(self) -> str | None:
        tags = {tag for tag, _ in self._open}
        classes = {name for _, names in self._open for name in names}
        if "button" in tags or ("a" in tags and "button" in classes):
            return BUTTON
        if "small" in tags:
            return None
        if "choices" in classes:
            return CHOICE
        if "door" in classes:
            return DOOR if "b" in tags else None
        if classes & {"foot", "to-langs"}:
            return LINK
        if "label" in tags or "legend" in tags or "option" in tags:
            return LABEL
        return HEADING if "h1" in tags else None


def _texts(code: str) -> Iterator[str]:
    for double, single in _TEXT.findall(code):
        yield re.sub(r"\\(.)", r"\1", double or single)
