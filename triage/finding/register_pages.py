"""The register's pages: entries in, sealed bytes out, and back. Pure.

What a unit searches its cases by (topic, place, language, labels …) may stand nowhere in clear,
and opening thousands of cases for one search would take minutes. So it stands once more, in a few
words a case, on pages sealed under a key that the unit's private key alone gives.

A page holds the cases that were received in one week. The week of each case stands in clear in
the cases database anyway, so a page's number tells nothing new; its size is padded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from sifra import sealing
from sifra.sealing import PrivateKey, SealError

_WEEK = 7 * 24 * 3600
_HOUR_DIGITS = 12
_ID_END = _HOUR_DIGITS + 1 + 32
_TAB, _LABEL, _LINE, _PART = "\t", "\x1f", "\n", "\x1e"
_READABLE = "r"


Position = tuple[int, str]
"""Where a case stands among the results: the hour it was received in, and its id."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a case is found by. ``received`` is Unix seconds (UTC), a whole hour; ``follow_up`` a
    local date as ISO 8601, or empty. ``readable`` is False when its summary did not open: then
    the rest is empty, and it is not tried at every search."""

    case_id: str
    received: int
    readable: bool = True
    danger: str = field(default="", repr=False)
    topic: str = field(default="", repr=False)
    place: str = field(default="", repr=False)
    language: str = field(default="", repr=False)
    level: str = field(default="", repr=False)
    follow_up: str = field(default="", repr=False)
    incident: str = field(default="", repr=False)
    incident_title: str = field(default="", repr=False)
    labels: tuple[str, ...] = field(default=(), repr=False)

    @property
    def position(self) -> Position:
        """What results are sorted by, the highest first."""
        return self.received, self.case_id


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is searched for; empty is anything. ``first`` and ``end`` are Unix seconds (UTC), and
    ``end`` is no longer in it. ``among`` are the only cases that may be found, when not None."""

    danger: str = ""
    topic: str = ""
    place: str = ""
    language: str = ""
    level: str = ""
    incident: str = ""
    label: str = ""
    first: int = 0
    end: int = 10**_HOUR_DIGITS
    among: frozenset[str] | None = None

    def takes(self, entry: Entry) -> bool:
        return (
            self.first <= entry.received < self.end
            and all(not asked or getattr(entry, name) == asked for name, asked in self._exact())
            and (not self.label or folded(self.label) in map(folded, entry.labels))
            and (self.among is None or entry.case_id in self.among)
        )

    def _exact(self) -> Iterator[tuple[str, str]]:
        for name in ("danger", "topic", "place", "language", "level", "incident"):
            yield name, getattr(self, name)

    def narrowed(self, text: str) -> Iterable[str]:
        """The lines of a page without most of those that cannot be taken: cheap, before any is
        read."""
        needles = [f"{_TAB}{asked}{_TAB}" for _name, asked in self._exact() if asked]
        if any(needle not in text for needle in needles) or (self.label and _LABEL not in text):
            return ()
        if self.among is not None and not self.among:
            return ()
        if not needles and not self.label and self.among is None:
            return _lines(text)
        lines = text.split(_LINE)
        if self.among is not None:
            lines = [line for line in lines if line[_HOUR_DIGITS + 1 : _ID_END] in self.among]
        for needle in (*needles, *([_LABEL] if self.label else ())):
            lines = [line for line in lines if needle in line]
        return lines


def folded(label: str) -> str:
    """As labels are compared."""
    return " ".join(label.casefold().split())


def week_of(received: int) -> int:
    """The number of the page that a case stands on."""
    return received // _WEEK


def weeks_of(wanted: Wanted) -> range:
    return range(week_of(wanted.first), week_of(wanted.end - 1) + 1)


def week_start(number: int) -> int:
    """The first hour (Unix seconds, UTC) of a page."""
    return number * _WEEK


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was opened: a line for each case, the newest first; and once more, by
    themselves, the lines on which staff noted something. Both stay in one piece until somebody
    looks for a line: thousands of them are read for a search that finds five."""

    text: str = field(default="", repr=False)
    noted: str = field(default="", repr=False)

    def ids(self, since: int = 0) -> list[str]:
        """Of the cases that were received in the hour ``since`` (Unix seconds, UTC) or later."""
        first = f"{since:0{_HOUR_DIGITS}d}"
        found = takewhile(lambda line: line >= first, _lines(self.text))
        return [_id(line) for line in found]

    def entries(
        self, wanted: Wanted | None = None, before: Position | None = None
    ) -> Iterator[Entry]:
        """Those that are wanted, the newest first, after the one at ``before``."""
        wanted = wanted or Wanted()
        for line in wanted.narrowed(self.text):
            entry = _entry(line)
            if wanted.takes(entry) and (before is None or entry.position < before):
                yield entry

    def tagged(self) -> list[Entry]:
        """Those with a label, an incident or a date to follow up."""
        return [_entry(line) for line in _lines(self.noted)]

    def having(self, entries: Iterable[Entry]) -> Page:
        """With ``entries`` in the place of what stood of the same cases."""
        lines = {_id(line): line for line in _lines(self.text)}
        lines.update({entry.case_id: _line(entry) for entry in entries})
        return _page(lines.values())

    def without(self, case_ids: frozenset[str]) -> Page:
        return _page(line for line in _lines(self.text) if _id(line) not in case_ids)


def seal_page(private: PrivateKey, unit: str, number: int, version: int, page: Page) -> bytes:
    plain = f"{page.text}{_PART}{page.noted}".encode()
    return sealing.seal(_key(private, unit), sealing.pad(plain), *_place(unit, number, version))


def open_page(
    privates: Sequence[PrivateKey], unit: str, number: int, version: int, sealed: bytes
) -> tuple[Page, bool]:
    """The page, and whether the newest of the unit's keys opened it. Raises SealError when none
    does: it was altered, moved, or sealed under a key that the member never had."""
    for place, private in enumerate(privates):
        try:
            padded = sealing.unseal(_key(private, unit), sealed, *_place(unit, number, version))
        except SealError:
            continue
        text, _, noted = sealing.unpad(padded).decode("utf-8").partition(_PART)
        return Page(text, noted), place == 0
    raise SealError


def entry_of(case_id: str, received: int, summary: Mapping[str, str | int] | None) -> Entry:
    """From a case's sealed summary, None when it does not open. Nothing is noted yet."""
    if summary is None:
        return Entry(case_id, received, readable=False)
    danger, topic, place, language = (
        str(summary.get(name, "")) for name in ("danger", "topic", "place", "language")
    )
    return Entry(case_id, received, danger=danger, topic=topic, place=place, language=language)


def _key(private: PrivateKey, unit: str) -> bytes:
    return sealing.derive(private.raw, "register-key", unit)


def _place(unit: str, number: int, version: int) -> tuple[str | int, ...]:
    return "register", unit, number, version


_NOTHING_NOTED = _TAB * 4


def _page(lines: Iterable[str]) -> Page:
    ordered = sorted(lines, reverse=True)
    noted = [line for line in ordered if not line.endswith(_NOTHING_NOTED)]
    return Page(_LINE.join(ordered), _LINE.join(noted))


def _lines(text: str) -> Iterator[str]:
    """One after the other: whoever needs the first does not wait for the last."""
    begin = 0
    while begin < len(text):
        end = text.find(_LINE, begin)
        end = len(text) if end < 0 else end
        yield text[begin:end]
        begin = end + 1


def _id(line: str) -> str:
    return line.split(_TAB, 2)[1]


def _line(entry: Entry) -> str:
    words = (
        entry.case_id,
        _READABLE if entry.readable else "",
        entry.danger,
        entry.topic,
        entry.place,
        entry.language,
        entry.level,
        entry.follow_up,
        entry.incident,
        entry.incident_title,
    )
    labels = "".join(f"{_plain(label)}{_LABEL}" for label in entry.labels)
    hour = f"{entry.received:0{_HOUR_DIGITS}d}"
    return _TAB.join((hour, *map(_plain, words), labels))


def _plain(word: str) -> str:
    """Without the signs that a page is parted by: all of them are white space to Python."""
    return " ".join(word.split())


def _entry(line: str) -> Entry:
    hour, case_id, readable, *words, labels = line.split(_TAB)
    danger, topic, place, language, level, follow_up, incident, title = words
    return Entry(
        case_id,
        int(hour),
        readable == _READABLE,
        danger,
        topic,
        place,
        language,
        level,
        follow_up,
        incident,
        title,
        tuple(labels.split(_LABEL)[:-1]),
    )
