"""What lies in the databases after a crash, opened with the youth team's key."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sifra import return_code
from sifra.case_store import CaseStore
from sifra.conversation import ReaderView
from sifra.database import open_engine
from sifra.erasure import ErasureKeys
from sifra.sealing import Kind
from tests.journeys.servers import Place


@contextmanager
def cases_of(place: Place) -> Iterator[CaseStore]:
    engine = open_engine(place.settings.database_url)
    try:
        yield CaseStore(engine, ErasureKeys(place.settings.home.erasure_keys))
    finally:
        engine.dispose()


def texts(place: Place, store: CaseStore) -> Counter[str]:
    """How many cases hold each text. Every case must open, and hold one tip and nothing else."""
    return Counter(_text(place, store, case_id) for case_id in _ids(place))


def texts_by_code(place: Place, store: CaseStore, codes: list[str]) -> list[str]:
    """The text of the case that each code (in digits) leads to."""
    pepper = bytes.fromhex(place.settings.home.pepper.read_text("ascii"))
    found = [
        store.find_by_code(return_code.keys(return_code.parse(code), pepper).lookup_id)
        for code in codes
    ]
    return [_text(place, store, case.clear.id) if case else "" for case in found]


def faults(place: Place) -> list[str]:
    """What SQLite finds wrong in the files, and cases whose erasure key is missing."""
    wrong = []
    home = place.settings.home
    for file in (home.public / "cases.sqlite", home.erasure_keys):
        with closing(sqlite3.connect(file)) as connection:
            wrong += [one for (one,) in connection.execute("PRAGMA integrity_check") if one != "ok"]
            wrong += [str(row) for row in connection.execute("PRAGMA foreign_key_check")]
    return wrong + sorted(_ids(place) - _with_erasure_key(place))


def _ids(place: Place) -> set[str]:
    return _column(place.settings.home.public / "cases.sqlite", "SELECT id FROM cases")


def _with_erasure_key(place: Place) -> set[str]:
    return _column(place.settings.home.erasure_keys, "SELECT case_id FROM erasure_keys")


def _column(file: Path, query: str) -> set[str]:
    with closing(sqlite3.connect(file)) as connection:
        return {one for (one,) in connection.execute(query)}


def _text(place: Place, store: CaseStore, case_id: str) -> str:
    unit, private = "youth_team", place.founding.units["youth_team"]
    case = store.find(case_id)
    assert case is not None
    (message,) = ReaderView.open(case.sealed, unit, private).messages()
    assert message.kind is Kind.TIP
    return str(message.body["text"])
