"""The youth team's side of a case that was sent on the pages, without their back office."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from sifra import return_code
from sifra.case_store import CaseStore, State, StoredCase, hour_of
from sifra.conversation import ReaderView
from sifra.database import open_engine
from sifra.erasure import ErasureKeys
from sifra.sealing import Kind
from tests.journeys.servers import Place
from tests.reporter.installation import TEAM


@contextmanager
def opened(place: Place) -> Iterator[CaseStore]:
    engine = open_engine(place.settings.database_url)
    yield CaseStore(engine, ErasureKeys(place.settings.home.erasure_keys))
    engine.dispose()


def sent(place: Place, digits: str) -> StoredCase:
    """The case that a code (in digits) leads to."""
    pepper = bytes.fromhex(place.settings.home.pepper.read_text("ascii"))
    with opened(place) as store:
        case = store.find_by_code(return_code.keys(return_code.parse(digits), pepper).lookup_id)
    assert case is not None
    return case


def heard(place: Place, case: StoredCase) -> dict[str, str | int]:
    """What came first, as the team reads it."""
    return dict(_view(place, case).messages()[0].body)


def answer(place: Place, case: StoredCase, text: str, language: str) -> None:
    body: dict[str, str | int] = {
        "text": text,
        "language": language,
        "by": TEAM,
        "hour": hour_of(time.time()),
    }
    with opened(place) as store:
        store.add(_view(place, case).add(Kind.ANSWER, body), State.ANSWERED)


def _view(place: Place, case: StoredCase) -> ReaderView:
    return ReaderView.open(case.sealed, TEAM, place.founding.units[TEAM])
