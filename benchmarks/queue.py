"""The queue, searches and a long case with ten thousand cases, against the same with a hundred."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyotp

from benchmarks.client import Answer, Client
from benchmarks.filled import MESSAGES, RARE, fill
from benchmarks.served import Installation, installation, serving

FEW, MANY = 100, 10_000
_READS = 40
_ENTERED_AT_ONCE = 300
_CASE = re.compile(rb'href="?/cases/')


@dataclass(frozen=True, slots=True)
class Page:
    """Asked for by GET, or by POST with ``fields``; it shows so many cases."""

    name: str
    path: str
    goal: float
    fields: Mapping[str, str] | None = None
    cases: int | None = None


_PAGES = (
    Page("queue page", "/queue", 1.3, cases=25),
    Page("search page", "/search", 1.5, cases=0),
    Page("search, many found", "/search", 1.5, {"topic": "violence", "state": "open"}, 25),
    Page("search, few and old", "/search", 1.5, {"topic": "weapons"}, RARE),
    Page("search, none", "/search", 1.5, {"label": "kniv", "state": "closed"}, 0),
    Page(f"case page, {MESSAGES} messages", "/cases/{talk}", 1.5),
)


@dataclass(frozen=True, slots=True)
class Reader:
    """A signed-in leader, and the case with the long conversation."""

    client: Client
    cookie: str
    talk: str
    token: str

    def ask(self, page: Page) -> tuple[float, int]:
        """Seconds, and bytes."""
        path = page.path.format(talk=self.talk)
        fields = None if page.fields is None else {**page.fields, "csrf_token": self.token}
        begun = time.perf_counter()
        answer = self.client.ask(path, fields, {"Cookie": self.cookie})
        seconds = time.perf_counter() - begun
        shown = len(_CASE.findall(answer.body))
        if answer.status != 200 or page.cases not in (None, shown):
            raise RuntimeError(f"{page.name}: {answer.status}, {shown} cases")
        return seconds, answer.wire


def queue_figures() -> Iterator[tuple[str, str, str, bool]]:
    """Figures as (name, value, goal, reached)."""
    with installation() as few, installation() as many:
        talks = fill(few, FEW), fill(many, MANY)
        with (
            serving("wsgi:triage()", few.environ, 1) as small,
            serving("wsgi:triage()", many.environ, 1) as large,
        ):
            readers = [
                _signed_in(small.port, few, talks[0]),
                _signed_in(large.port, many, talks[1]),
            ]
            for _ in range(MANY // _ENTERED_AT_ONCE + 1):
                # The register takes in some hundred cases at a time.
                for reader in readers:
                    reader.ask(_PAGES[1])
            for page in _PAGES:
                yield from _figures(page, readers)


def _figures(page: Page, readers: list[Reader]) -> Iterator[tuple[str, str, str, bool]]:
    """In turn, round by round: a machine that drifts drifts for both."""
    times: list[list[float]] = [[], []]
    size = 0
    for round_ in range(_READS + 1):
        for place, reader in enumerate(readers):
            seconds, size = reader.ask(page)
            if round_:
                times[place].append(seconds)
    few, many = (statistics.median(one) for one in times)
    yield f"{page.name}, {FEW} cases", f"{few * 1000:.1f} ms", "", True
    ratio = many / few
    yield f"  {MANY} cases", f"{many * 1000:.1f} ms", "", True
    yield "  ratio", f"{ratio:.2f}", f"<= {page.goal:.2f}", ratio <= page.goal
    if page.path == "/queue":
        yield "  size", f"{size} B", "<= 20480 B", size <= 20480


def _signed_in(port: int, place: Installation, talk: str) -> Reader:
    client = Client(port)
    leader = place.founding.leader
    page, cookie = _with_cookie(client, "/sign-in", None, "")
    fields = {
        "csrf_token": _token(page.body),
        "username": leader.username,
        "passphrase": leader.passphrase,
        "code": pyotp.TOTP(leader.totp_secret).now(),
    }
    _, cookie = _with_cookie(client, "/sign-in", fields, cookie)
    token = _token(client.ask("/queue", headers={"Cookie": cookie}).body)
    return Reader(client, cookie, talk, token)


def _token(page: bytes) -> str:
    found = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', page)
    if found is None:
        raise RuntimeError("the page has no CSRF token")
    return found[1].decode()


def _with_cookie(
    client: Client, path: str, fields: dict[str, str] | None, cookie: str
) -> tuple[Answer, str]:
    answer = client.ask(path, fields, {"Cookie": cookie} if cookie else None)
    return answer, answer.cookie or cookie
