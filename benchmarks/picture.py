"""What the picture costs: the one count that goes with a tip, and a page that folds a thousand."""

from __future__ import annotations

import datetime as dt
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from sifra.database import create_file, driver_of, file_url, open_engine, writing
from sifra.picture_events import Event, seal_event, write_event
from sifra.sealing import PrivateKey
from sifra.tables import metadata
from triage.picture.picture_counts import Chosen
from triage.picture.picture_store import PictureStore

_SENT = dt.datetime(2026, 11, 27, 18, 30, tzinfo=dt.UTC)
_OSLO = ZoneInfo("Europe/Oslo")
_CHOSEN = Chosen(("violence",), ("masan",), ("nb",))
_EVENTS, _ROUNDS = 1000, 5


def picture_figures(tip: float) -> Iterator[tuple[str, str, str, bool]]:
    """Figures as (name, value, goal, reached). ``tip`` is the CPU of one tip, in seconds."""
    key = PrivateKey.generate()
    public = key.public()
    counted = Event.sent(_SENT, _OSLO, topic="violence", place="masan", language="nb", lane="tip")
    seals = []
    for _ in range(_ROUNDS):
        begun = time.process_time()
        for _ in range(_EVENTS):
            seal_event(counted, public)
        seals.append((time.process_time() - begun) / _EVENTS)
    seal = min(seals)
    yield "the count of a tip", f"{seal * 1000:.2f} ms", "", True
    yield "  of the CPU of one tip", f"{seal / tip:.1%}", "<= 5 %", seal <= tip / 20
    with tempfile.TemporaryDirectory() as folder:
        url = file_url(Path(folder) / "cases.sqlite")
        create_file(url)
        engine = open_engine(url)
        with writing(engine) as connection:
            metadata.create_all(connection)
            for _ in range(_EVENTS):
                write_event(driver_of(connection), seal_event(counted, public))
        begun = time.process_time()
        folded = PictureStore(engine).fold([key], _CHOSEN, _SENT.timestamp(), _OSLO)
        took = time.process_time() - begun
        engine.dispose()
    if folded.aside or sum(folded.counts.going["2026-W48"]["lane"].values()) != _EVENTS:
        raise RuntimeError("not all events were folded")
    yield f"CPU of folding {_EVENTS} events", f"{took:.2f} s", "<= 1 s", took <= 1
