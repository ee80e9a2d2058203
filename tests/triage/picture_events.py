"""Events to fold, and moments around the end of a week and a quarter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from sifra.database import driver_of, writing
from sifra.picture_events import Event, SealedEvent, seal_event, write_event
from triage.picture.picture_counts import Chosen

OSLO = ZoneInfo("Europe/Oslo")
CHOSEN = Chosen(
    topics=("threats", "violence", "weapons", "drugs", "home", "other"),
    places=("askim_stasjon", "masan", "school"),
    languages=("nb", "en", "ar"),
)


def event(
    week: str = "2026-W40",
    topic: str = "weapons",
    place: str = "masan",
    language: str = "nb",
    lane: str = "tip",
    weekday: int = 4,
    hour: int = 18,
) -> Event:
    return Event(topic, place, language, lane, week, weekday, hour)


def at(moment: str) -> float:
    """A local time in Unix seconds."""
    return dt.datetime.fromisoformat(moment).replace(tzinfo=OSLO).timestamp()


def store(engine: Engine, public: bytes, events: Iterable[Event]) -> list[SealedEvent]:
    sealed = [seal_event(one, public) for one in events]
    with writing(engine) as connection:
        for one in sealed:
            write_event(driver_of(connection), one)
    return sealed
