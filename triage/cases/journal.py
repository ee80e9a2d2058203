"""A case as it goes into a journal or an archive: who took it out and when, and what they took.

``docs/journal-export.md`` says what each part is. By default it is staff's own summary, which
leaves out what points at the sender: then nothing of the conversation goes along, not even the
hour it came.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from sifra.conversation import Message
from triage.cases.case_files import OpenCase

FORMAT = "sifra-journal/1"

_TICKED = ("danger", "topic", "place", "urgency", "language")
_OF_CONTACT = ("adult", "contact", "when", "home", "spoken", "interpreter", "job")
_FACTS = (*_TICKED, *_OF_CONTACT)
"""What the sender ticked. The number to call is none of them, and goes nowhere from here."""
_OF_HANDOVER = ("handover", "to", "whole", "ground")
_OF_TIMES = ("times", "where", "offered", "time")
_SAID = ("by", "language", "text", "reason", "outcome", "of", *_OF_HANDOVER, *_OF_TIMES)
"""What stands in a message beside its hour, under the same names."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Who took it out, and when: it stands on every page. ``moment`` is local, with its offset."""

    display: str
    username: str
    unit: str
    moment: dt.datetime


@dataclass(frozen=True, slots=True)
class Extract:
    """``summary`` is empty when the whole conversation is taken, ``reason`` when it is not."""

    case: OpenCase
    taken: Taken
    summary: str = field(repr=False, default="")
    reason: str = field(repr=False, default="")

    @property
    def whole(self) -> bool:
        return not self.summary

    def as_object(self, zone: ZoneInfo) -> dict[str, object]:
        """For a program. Times are ISO 8601 with ``zone``'s offset."""
        clear = self.case.case.clear
        found: dict[str, object] = {
            "format": FORMAT,
            "taken": {
                "by": self.taken.display,
                "username": self.taken.username,
                "unit": self.taken.unit,
                "at": self.taken.moment.isoformat(),
            },
            "case": clear.id,
            "whole": self.whole,
        }
        if not self.whole:
            return {**found, "summary": self.summary}
        told = self.case.messages[0].body
        return {
            **found,
            "reason": self.reason,
            "received": _iso(clear.received, zone),
            "lane": clear.lane,
            "state": self.case.state.value,
            "readers": list(self.case.case.sealed.readers),
            "facts": {name: told[name] for name in _FACTS if told.get(name)},
            "messages": list(_messages(self.case.messages, zone)),
        }


def _messages(messages: Iterable[Message], zone: ZoneInfo) -> Iterable[Mapping[str, object]]:
    for message in messages:
        hour = message.body.get("hour")
        yield {
            "number": message.sequence,
            "side": message.kind.side,
            "kind": message.kind.value,
            "at": _iso(hour, zone) if isinstance(hour, int) else None,
            **{name: message.body[name] for name in _SAID if message.body.get(name) is not None},
        }


def _iso(seconds: int, zone: ZoneInfo) -> str | None:
    """The hour; None for a number that no clock shows."""
    if not 0 < seconds < 1 << 34:
        return None
    return dt.datetime.fromtimestamp(seconds, zone).isoformat()
