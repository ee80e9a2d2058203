"""What is counted of a case: of one size, sealed for one holder, and no way to the case."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from sifra import conversation, sealing
from sifra.case_store import Clear, State
from sifra.database import Conflict, reading
from sifra.picture_events import (
    PADDED,
    SEALED_BYTES,
    Event,
    SealedEvent,
    open_event,
    seal_event,
)
from sifra.sealing import PrivateKey, SealError
from sifra.tables import cases, picture_events
from tests.sifra.conftest import LATER, RECEIVED, Folder
from tests.sifra.example_cases import Example

OSLO = ZoneInfo("Europe/Oslo")
KEY = PrivateKey.generate()
EVENT = Event("weapons", "masan", "nb", "tip", "2026-W48", 4, 18)


@pytest.mark.parametrize(
    ("moment", "week", "weekday", "hour"),
    [
        ("2026-11-27T18:30+01:00", "2026-W48", 4, 18),
        ("2026-11-27T19:59+01:00", "2026-W48", 4, 18),
        ("2026-11-29T23:30+00:00", "2026-W49", 0, 0),
        ("2027-01-03T12:00+01:00", "2026-W53", 6, 12),
        ("2027-10-31T00:30+00:00", "2027-W43", 6, 2),
        ("2027-10-31T01:30+00:00", "2027-W43", 6, 2),
    ],
    ids=["friday", "band", "local midnight", "year", "first 02:30", "second 02:30"],
)
def test_the_time_is_local_and_as_coarse_as_it_is_counted(
    moment: str, week: str, weekday: int, hour: int
) -> None:
    sent = dt.datetime.fromisoformat(moment)
    event = Event.sent(sent, OSLO, topic="", place="", language="nb", lane="tip")
    assert (event.week, event.weekday, event.hour) == (week, weekday, hour)


LEAST = Event("", "", "nb", "tip", "2026-W01", 0, 0)
LONGEST = Event("t" * 40, "p" * 40, "l" * 20, "parent", "2026-W01", 6, 22)


@pytest.mark.parametrize("event", [EVENT, LEAST, LONGEST], ids=["usual", "least", "longest"])
def test_an_event_is_of_one_size_and_opens_as_it_was(event: Event) -> None:
    stored = seal_event(event, KEY.public())
    assert len(stored.sealed) == SEALED_BYTES
    assert open_event(stored, KEY) == event
    assert set(dataclasses.asdict(event)) == {
        "topic",
        "place",
        "language",
        "lane",
        "week",
        "weekday",
        "hour",
    }


def test_one_that_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        seal_event(dataclasses.replace(EVENT, place="p" * PADDED), KEY.public())


def test_it_opens_for_nobody_else_and_under_no_other_id() -> None:
    stored = seal_event(EVENT, KEY.public())
    with pytest.raises(SealError):
        open_event(stored, PrivateKey.generate())
    with pytest.raises(SealError):
        open_event(SealedEvent(os.urandom(16), stored.sealed), KEY)
    with pytest.raises(SealError):
        open_event(SealedEvent(stored.id, stored.sealed[:-1] + b"\0"), KEY)


FORGED = {
    "no json": b"\xff",
    "no object": b"[1]",
    "more": json.dumps({**dataclasses.asdict(EVENT), "case": "a" * 32}).encode(),
    "less": b"{}",
    "no text": json.dumps({**dataclasses.asdict(EVENT), "topic": 7}).encode(),
    "truth": json.dumps({**dataclasses.asdict(EVENT), "hour": True}).encode(),
    "no week": json.dumps({**dataclasses.asdict(EVENT), "week": "2026-W54"}).encode(),
    "no weekday": json.dumps({**dataclasses.asdict(EVENT), "weekday": 7}).encode(),
    "no band": json.dumps({**dataclasses.asdict(EVENT), "hour": 19}).encode(),
}


@pytest.mark.parametrize("name", FORGED)
def test_what_opens_and_is_no_event_is_refused(name: str) -> None:
    """The key is public: whoever can write to the database can seal what they like."""
    plain = sealing.pad(FORGED[name], PADDED)
    forged = sealing.wrap(plain, KEY.public(), "picture-event", (bytes(16)).hex())
    with pytest.raises(SealError):
        open_event(SealedEvent(bytes(16), forged), KEY)


def deposit(folder: Folder, tip: Example, mark: bytes) -> SealedEvent:
    event = seal_event(EVENT, KEY.public())
    publics = {holder: private.public() for holder, private in tip.holders.items()}
    sealed = conversation.begin({"text": "x"}, {"excerpt": "x"}, publics, None)
    clear = Clear(sealed.id, "tip", State.NEW, RECEIVED, LATER, 180)
    folder.store.deposit(clear, sealed, None, mark, LATER, picture=event)
    return event


def test_it_is_stored_with_the_case_or_not_at_all(folder: Folder, tip: Example) -> None:
    mark = os.urandom(32)
    event = deposit(folder, tip, mark)
    with pytest.raises(Conflict):
        deposit(folder, tip, mark)
    with reading(folder.engine) as connection:
        rows = connection.execute(select(picture_events)).all()
        ids = connection.scalars(select(cases.c.id)).all()
    assert [(row.id, row.sealed) for row in rows] == [(event.id, event.sealed)]
    assert len(ids) == 1
    assert event.id.hex() not in ids
