"""What the picture counts of a case, sealed apart from it when it is sent.

An event holds neither the case's id nor a word of it, and only the holder of the picture's key
opens it. It lives until it is folded into the counts. The day and the hour go in as coarse as
they are counted.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from dataclasses import asdict, dataclass, field, fields
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from sifra import sealing
from sifra.database import Driven, Prepared
from sifra.sealing import PrivateKey, SealError
from sifra.tables import picture_events

PADDED = 256
"""Bytes: every event is as long as every other."""
SEALED_BYTES = sealing.WRAP_BYTES - sealing.KEY_BYTES + PADDED
BAND = 2
"""Hours that are counted together."""

_ID_BYTES = 16
_PURPOSE = "picture-event"
_INSERT = Prepared(insert(picture_events))


@dataclass(frozen=True, slots=True)
class Event:
    """A case as it is counted. ``week`` is the ISO week it was sent in (``2026-W48``), ``weekday``
    0 for Monday, and ``hour`` the first of its band, all local. Empty: not said."""

    topic: str
    place: str
    language: str
    lane: str
    week: str
    weekday: int
    hour: int

    @classmethod
    def sent(
        cls,
        moment: dt.datetime,
        zone: ZoneInfo,
        *,
        topic: str,
        place: str,
        language: str,
        lane: str,
    ) -> Event:
        """``moment`` has a zone of its own; ``zone`` is the municipality's."""
        local = moment.astimezone(zone)
        year, week, weekday = local.isocalendar()
        hour = local.hour // BAND * BAND
        return cls(topic, place, language, lane, f"{year}-W{week:02}", weekday - 1, hour)


@dataclass(frozen=True, slots=True)
class SealedEvent:
    """As it is stored. ``id`` is random, and bound into the seal: no event counts twice under
    another."""

    id: bytes
    sealed: bytes = field(repr=False)


def seal_event(event: Event, public: bytes) -> SealedEvent:
    """Raises ValueError when it is too long, and SealError when ``public`` is no key."""
    event_id = os.urandom(_ID_BYTES)
    plain = sealing.pad(json.dumps(asdict(event), ensure_ascii=False).encode(), PADDED)
    return SealedEvent(event_id, sealing.wrap(plain, public, _PURPOSE, event_id.hex()))


def open_event(stored: SealedEvent, private: PrivateKey) -> Event:
    """Raises SealError, also for what opens and is no event: the key is public, so anybody who
    can write to the database can seal anything."""
    plain = sealing.unpad(sealing.unwrap(stored.sealed, private, _PURPOSE, stored.id.hex()))
    try:
        said = json.loads(plain)
    except ValueError:
        raise SealError from None
    if not isinstance(said, dict) or said.keys() != _KINDS.keys():
        raise SealError
    if any(type(said[name]) is not kind for name, kind in _KINDS.items()):
        raise SealError
    event = Event(**said)
    try:
        dt.datetime.strptime(f"{event.week}-1", "%G-W%V-%u")  # noqa: DTZ007 (a date)
    except ValueError:
        raise SealError from None
    if event.weekday not in range(7) or event.hour not in range(0, 24, BAND):
        raise SealError
    return event


_KINDS = {one.name: int if one.name in ("weekday", "hour") else str for one in fields(Event)}


def write_event(driver: Driven, event: SealedEvent) -> None:
    """In the transaction that stores the case: one is not there without the other."""
    _INSERT.run(driver, {"id": event.id, "sealed": event.sealed})
