"""Some quarters of invented events for the demo's picture. They belong to none of its cases."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from sifra.case_store import CaseStore
from sifra.database import driver_of, writing
from sifra.key_cards import PICTURE
from sifra.municipality import Municipality
from sifra.picture_events import Event, seal_event, write_event

T = TypeVar("T")
_WEEKS = 62
_TOPICS = {
    "": 20, "planned_fight": 11, "violence": 9, "threats": 12, "weapons": 4, "robbery": 2,
    "drugs": 13, "vape": 16, "debt": 7, "exposed": 8, "bullying": 14, "racism": 5, "home": 6,
    "place": 5, "friend": 6, "other": 8, "gangs": 2, "self_harm": 3,
}  # fmt: skip
_PLACES = {
    "": 35, "askim_stasjon": 22, "askimtorget": 14, "askim_sentrum": 10, "mysen_stasjon": 12,
    "mysen_senter": 8, "masan": 13, "spydeberg": 5, "school": 30, "online": 24, "tomter": 2,
}  # fmt: skip
_LANGUAGES = {"nb": 88, "en": 8, "ar": 4}
_LANES = {"tip": 80, "talk": 9, "parent": 11}
_HOURS = (3, 2, 1, 1, 1, 2, 3, 6, 6, 8, 9, 10, 9, 9, 14, 17, 13, 11, 14, 16, 17, 16, 12, 7)
_DAYS = (16, 14, 13, 15, 22, 11, 9)


def plant(
    engine: Engine, store: CaseStore, place: Municipality, verifier: bytes, now: dt.datetime
) -> None:
    """More than a year of events up to ``now`` (with a zone), the same each time."""
    public = store.public_keys([PICTURE], verifier)[PICTURE]
    with writing(engine) as connection:
        for event in _events(place, now):
            write_event(driver_of(connection), seal_event(event, public))


def _events(place: Municipality, now: dt.datetime) -> Iterator[Event]:
    drawn = random.Random(2026)  # noqa: S311 (invented)
    known = {"topic": place.topic_ids, "place": place.place_ids, "language": {*place.languages}}
    monday = now.date() - dt.timedelta(days=now.weekday())
    for weeks in range(_WEEKS, -1, -1):
        first = monday - dt.timedelta(weeks=weeks)
        # Hardly anybody sends in July.
        many = drawn.randint(0, 2) if first.month == 7 else drawn.randint(4, 14)
        for _ in range(many):
            day = first + dt.timedelta(days=_one(drawn, dict(enumerate(_DAYS))))
            hour = _one(drawn, dict(enumerate(_HOURS)))
            sent = _local(day, hour, place.zone)
            topic = _one(drawn, _TOPICS)
            where = _one(drawn, _PLACES)
            language = _one(drawn, _LANGUAGES)
            lane = _one(drawn, _LANES)
            if sent <= now:
                yield Event.sent(
                    sent,
                    place.zone,
                    topic=topic if topic in known["topic"] else "",
                    place=where if where in known["place"] else "",
                    language=language if language in known["language"] else place.languages[0],
                    lane=lane,
                )


def _local(day: dt.date, hour: int, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), zone)


def _one(drawn: random.Random, weights: dict[T, int]) -> T:
    return drawn.choices(list(weights), list(weights.values()))[0]
