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

from sifra import sealing
from sifra.sealing import PrivateKey, SealError

_WEEK = 7 * 24 * 3600
_HOUR_DIGITS = 12
_TAB, _LABEL = "\t", "\x1f"
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

    def narrowed(self, lines: Sequence[str]) -> Sequence[str]:
        """Without most of the lines that cannot be taken: cheap, before any is read."""
        for _name, asked in self._exact():
            if asked:
                needle = f"{_TAB}{asked}{_TAB}"
                lines = [line for line in lines if needle in line]
        return [line for line in lines if _LABEL in line] if self.label else lines


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
    """A page that was opened: a line for each case, the newest first."""

    lines: tuple[str, ...] = field(default=(), repr=False)

    def ids(self) -> list[str]:
        return [line[_HOUR_DIGITS + 1 :].partition(_TAB)[0] for line in self.lines]

    def entries(
        self, wanted: Wanted | None = None, before: Position | None = None
    ) -> Iterator[Entry]:
        """Those that are wanted, the newest first, after the one at ``before``."""
        wanted = wanted or Wanted()
        for line in wanted.narrowed(self.lines):
            entry = _entry(line)
            if wanted.takes(entry) and (before is None or entry.position < before):
                yield entry

    def tagged(self) -> list[Entry]:
        """Those with a label, an incident or a date to follow up."""
        return [_entry(line) for line in self.lines if not line.endswith(_NOTHING_NOTED)]

    def having(self, entries: Iterable[Entry]) -> Page:
        """With ``entries`` in the place of what stood of the same cases."""
        lines = dict(zip(self.ids(), self.lines, strict=True))
        lines.update({entry.case_id: _line(entry) for entry in entries})
        return Page(tuple(sorted(lines.values(), reverse=True)))

    def without(self, case_ids: frozenset[str]) -> Page:
        pairs = zip(self.ids(), self.lines, strict=True)
        return Page(tuple(line for case_id, line in pairs if case_id not in case_ids))


def seal_page(private: PrivateKey, unit: str, number: int, version: int, page: Page) -> bytes:
    plain = "\n".join(page.lines).encode("utf-8")
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
        text = sealing.unpad(padded).decode("utf-8")
        return Page(tuple(text.split("\n")) if text else ()), place == 0
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
