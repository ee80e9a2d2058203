"""Times to meet: what staff offered, and what the sender picked. Pure.

An offer holds its times one a line, ``2026-11-24T11:00``, local to the municipality. Whoever holds
the answer key can seal anything, so a time that is none is left out, and so is one that was picked
and not offered. Only the newest offer stands; it is answered once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from zoneinfo import ZoneInfo

from sifra.conversation import Message
from sifra.local_calendar import instant
from sifra.sealing import Kind

MOST = 10
"""So many times of an offer are looked at."""
NONE = "none"
"""What the form sends where no time suits."""
_SEEN = frozenset({Kind.READ, Kind.ANSWER, Kind.OFFERED})
_FORM = "%Y-%m-%dT%H:%M"


class Standing(StrEnum):
    """Where an offer stands."""

    OPEN = "open"
    PICKED = "picked"
    NONE_SUITS = "none-suits"
    OVER = "over"
    """There is a newer one, the times have passed, or the case is closed."""


@dataclass(frozen=True, slots=True)
class Time:
    """``value`` is what is sealed and what the form sends; ``at`` is UTC."""

    value: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """``sequence`` is its place in the conversation. ``times`` are those that can still be picked
    where it is open, else all of them."""

    sequence: int
    times: tuple[Time, ...]
    where: str = field(repr=False)
    language: str
    standing: Standing
    picked: Time | None = None
    is_seen: bool = False
    """Staff have read or written something since it was picked."""


def offers(messages: Sequence[Message], zone: ZoneInfo, now: dt.datetime) -> dict[int, Offer]:
    """Every offer, by its place."""
    return {
        message.sequence: _offer(message, messages, zone, now)
        for message in messages
        if message.kind is Kind.OFFERED
    }


def picked(
    every: Mapping[int, Offer], sequence: str, value: str, shown: int
) -> dict[str, str | int] | None:
    """What is sealed when ``value`` of an offer is picked on a page that had ``shown`` messages.
    None where it can be no more."""
    offer = next((one for one in every.values() if str(one.sequence) == sequence), None)
    if offer is None or offer.standing is not Standing.OPEN or offer.sequence >= shown:
        return None
    if value == NONE:
        return {"offered": offer.sequence, "time": ""}
    if value not in (time.value for time in offer.times):
        return None
    return {"offered": offer.sequence, "time": value}


def _offer(
    message: Message, messages: Iterable[Message], zone: ZoneInfo, now: dt.datetime
) -> Offer:
    times = tuple(_times(message, zone))
    standing, found, is_seen = Standing.OPEN, None, False
    for later in messages:
        if later.sequence <= message.sequence:
            continue
        if standing is not Standing.OPEN:
            is_seen = is_seen or later.kind in _SEEN
            continue
        if later.kind in (Kind.OFFERED, Kind.CLOSED):
            standing = Standing.OVER
        elif later.kind is Kind.PICKED and later.body.get("offered") == message.sequence:
            said = later.body.get("time")
            found = next((one for one in times if one.value == said), None)
            if found:
                standing = Standing.PICKED
            elif said == "":
                standing = Standing.NONE_SUITS
    if standing is Standing.OPEN:
        times = tuple(one for one in times if one.at > now)
        standing = Standing.OPEN if times else Standing.OVER
    where, language = (str(message.body.get(name, "")) for name in ("where", "language"))
    return Offer(message.sequence, times, where, language, standing, found, is_seen)


def _times(message: Message, zone: ZoneInfo) -> list[Time]:
    found: dict[dt.datetime, Time] = {}
    for line in str(message.body.get("times", "")).split("\n")[:MOST]:
        try:
            local = dt.datetime.strptime(line.strip(), _FORM)  # noqa: DTZ007 (local)
            at = instant(zone, local.date(), local.time(), later=False)
        except (ValueError, OverflowError):
            continue
        found.setdefault(at, Time(local.isoformat(timespec="minutes"), at))
    return sorted(found.values(), key=lambda time: time.at)
