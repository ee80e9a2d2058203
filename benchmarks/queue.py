"""The queue with ten thousand open cases, against the queue with a hundred."""

from __future__ import annotations

import os
import re
import statistics
import time
from collections.abc import Iterator

import pyotp

from benchmarks.client import Client
from benchmarks.served import Installation, installation, serving
from sifra import conversation
from sifra.case_store import CaseStore, Clear, State, hour_of
from sifra.database import open_engine
from sifra.erasure import ErasureKeys
from sifra.settings import installation_settings

FEW, MANY = 100, 10_000
_READS = 40


def queue_figures() -> Iterator[tuple[str, str, str, bool]]:
    """Figures as (name, value, goal, reached)."""
    with installation() as few, installation() as many:
        _fill(few, FEW)
        _fill(many, MANY)
        with (
            serving("wsgi:triage()", few.environ, 1) as small,
            serving("wsgi:triage()", many.environ, 1) as large,
        ):
            readers = [_signed_in(small.port, few), _signed_in(large.port, many)]
            times: list[list[float]] = [[], []]
            sizes = [0, 0]
            for _ in range(_READS):
                for place, (client, cookie) in enumerate(readers):
                    begun = time.perf_counter()
                    answer = client.ask("/queue", headers={"Cookie": cookie})
                    times[place].append(time.perf_counter() - begun)
                    sizes[place] = answer.wire
                    if answer.status != 200:
                        raise RuntimeError(f"the queue answers {answer.status}")
    medians = [statistics.median(one) for one in times]
    ratio = medians[1] / medians[0]
    yield f"queue page, {FEW} open cases", f"{medians[0] * 1000:.1f} ms", "", True
    yield f"queue page, {MANY} open cases", f"{medians[1] * 1000:.1f} ms", "", True
    yield "  ratio", f"{ratio:.2f}", "<= 1.30", ratio <= 1.3
    yield "  size", f"{sizes[1]} B", "<= 20480 B", sizes[1] <= 20480


def _fill(place: Installation, count: int) -> None:
    settings = installation_settings(place.environ)
    engine = open_engine(settings.database_url)
    store = CaseStore(engine, ErasureKeys(settings.home.erasure_keys))
    readers = store.public_keys(["youth_team"], place.founding.verifier)
    now = hour_of(time.time())
    for number in range(count):
        hour = now - number % 720 * 3600
        text = f"Noe skjer på Askim stasjon etter skolen, nummer {number}"
        facts = {"danger": "no", "topic": "violence", "urgency": "", "place": "askim_stasjon"}
        sealed = conversation.begin(
            {**facts, "language": "nb", "text": text, "hour": hour},
            {**facts, "language": "nb", "excerpt": text, "code": "no"},
            readers,
            None,
            store.reserve(),
        )
        clear = Clear(sealed.id, "tip", State.NEW, hour, hour if number % 50 == 0 else None, 180)
        store.deposit(clear, sealed, None, os.urandom(32), now + 24 * 3600)
    engine.dispose()


def _signed_in(port: int, place: Installation) -> tuple[Client, str]:
    """A connection and the cookie of the leader's session."""
    client = Client(port)
    leader = place.founding.leader
    page, cookie = _with_cookie(client, "/sign-in", None, "")
    found = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', page)
    if found is None:
        raise RuntimeError("the sign-in page has no CSRF token")
    fields = {
        "csrf_token": found[1].decode(),
        "username": leader.username,
        "passphrase": leader.passphrase,
        "code": pyotp.TOTP(leader.totp_secret).now(),
    }
    _, cookie = _with_cookie(client, "/sign-in", fields, cookie)
    return client, cookie


def _with_cookie(
    client: Client, path: str, fields: dict[str, str] | None, cookie: str
) -> tuple[bytes, str]:
    answer = client.ask(path, fields, {"Cookie": cookie} if cookie else None)
    return answer.body, answer.cookie or cookie
