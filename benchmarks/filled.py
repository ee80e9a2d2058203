"""Cases in an installation: so many, five of them rare, and one with a long conversation."""

from __future__ import annotations

import os
import time

from benchmarks.served import Installation
from sifra import conversation
from sifra.case_store import HOUR, CaseStore, Clear, State, hour_of
from sifra.conversation import ReaderView, SenderView
from sifra.database import open_engine
from sifra.erasure import ErasureKeys
from sifra.sealing import Kind, new_key
from sifra.settings import installation_settings

RARE = 5
MESSAGES = 100


def fill(place: Installation, count: int) -> str:
    """The oldest RARE of them are on another topic. The id of the one with MESSAGES messages."""
    settings = installation_settings(place.environ)
    engine = open_engine(settings.database_url)
    store = CaseStore(engine, ErasureKeys(settings.home.erasure_keys))
    readers = store.public_keys(["youth_team"], place.founding.verifier)
    now = hour_of(time.time())
    hours = sorted((now - number % 720 * HOUR for number in range(count)), reverse=True)
    sender_key = new_key()
    for number, hour in enumerate(hours):
        text = f"Noe skjer på Askim stasjon etter skolen, nummer {number}"
        topic = "violence" if number < count - RARE else "weapons"
        facts = {"danger": "no", "topic": topic, "urgency": "", "place": "askim_stasjon"}
        sealed = conversation.begin(
            {**facts, "language": "nb", "text": text, "hour": hour},
            {**facts, "language": "nb", "excerpt": text, "code": "no"},
            readers,
            None if number else sender_key,
            store.reserve(),
        )
        clear = Clear(sealed.id, "tip", State.NEW, hour, hour if number % 50 == 0 else None, 180)
        store.deposit(clear, sealed, None, os.urandom(32), now + 24 * HOUR)
        if number == 0:
            talk = sealed.id
    _talk(store, talk, sender_key, place, readers)
    engine.dispose()
    return talk


def _talk(
    store: CaseStore,
    case_id: str,
    sender_key: bytes,
    place: Installation,
    readers: dict[str, bytes],
) -> None:
    body: dict[str, str | int] = {"language": "nb", "hour": hour_of(time.time())}
    for number in range(1, MESSAGES):
        case = store.find(case_id)
        if case is None:
            raise RuntimeError("the case is gone")
        said = {**body, "text": f"Melding nummer {number} i en lang samtale."}
        if number % 2:
            view = ReaderView.open(case.sealed, "youth_team", place.founding.units["youth_team"])
            answered = {**said, "by": "youth_team"}
            store.add(view.add(Kind.ANSWER, answered), State.ANSWERED)
        else:
            sender = SenderView.open(case.sealed, sender_key)
            store.add(sender.more(said, readers), State.MORE)
