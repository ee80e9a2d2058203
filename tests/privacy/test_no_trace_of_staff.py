"""End to end: through gunicorn as it is shipped, nothing that staff write is on any disk but
sealed: not in the staff database, a log or a temporary file. Nor is a passphrase."""

from __future__ import annotations

import contextlib
import http.client
import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pyotp
import pytest
from sqlalchemy import select, update

from sifra.case_store import CaseStore
from sifra.database import open_engine, reading, writing
from sifra.erasure import ErasureKeys
from sifra.sealing import PrivateKey
from sifra.tables import cases
from tests.journeys.servers import Place, Server, install, serve
from tests.privacy.conftest import SENDER, value
from tests.privacy.traces import changed_since, files_below, open_files, traces
from tests.processes import with_children
from triage.keys import NewAccount
from triage.staff_tables import accounts, audit_entries

SHARED = [Path(folder) for folder in ("/tmp", "/var/tmp", "/dev/shm")]  # noqa: S108
NAMES = (
    "tip", "answer", "note", "label", "told", "incident", "summary", "reason", "journal", "why",
    "lost", "late", "found", "agent",
)  # fmt: skip


@dataclass
class Desk:
    """A browser without a browser: cookies, forms and nothing else."""

    place: Place
    server: Server
    account: NewAccount
    cookies: dict[str, str] = field(default_factory=dict)
    page: str = ""

    def ask(self, method: str, path: str, expected: int = 200, /, **fields: str) -> None:
        line = http.client.HTTPConnection(
            "127.0.0.1", self.server.port, timeout=30, source_address=(SENDER, 0)
        )
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Connection": "close",
        }
        try:
            line.request(method, path, urlencode(fields).encode(), headers)
            answer = line.getresponse()
            for header in answer.headers.get_all("Set-Cookie") or ():
                name, _, rest = header.partition("=")
                self.cookies[name] = rest.partition(";")[0]
            self.page = answer.read().decode()
        finally:
            line.close()
        wrong = re.findall(r'class="error[^>]*>([^<]*)', self.page)
        assert answer.status == expected, (path, answer.status, wrong)

    def post(self, path: str, expected: int = 303, /, *, here: str, **fields: str) -> None:
        """Fill in the form of the page ``here``, with a one-time code that is good."""
        self.ask("GET", here)
        held = {"csrf_token": value(self.page, "csrf_token")}
        if 'name="seen"' in self.page:
            held["seen"] = value(self.page, "seen")
        self.ask("POST", path, expected, **{**held, "code": self.code(), **fields})

    def code(self) -> str:
        engine = open_engine(self.place.settings.staff_database_url)
        with writing(engine) as connection:
            connection.execute(update(accounts).values(totp_step=0))
        engine.dispose()
        return pyotp.TOTP(self.account.totp_secret).now()


@pytest.fixture
def place(tmp_path: Path) -> Place:
    for name in ("user", "temp"):
        (tmp_path / name).mkdir()
    made = install(tmp_path)
    engine = open_engine(made.settings.database_url)
    store = CaseStore(engine, ErasureKeys(made.settings.home.erasure_keys))
    store.put_card(made.founding.signing.sign("police", 1, PrivateKey.generate()))
    engine.dispose()
    return made


@pytest.fixture
def server(place: Place, tmp_path: Path) -> Iterator[Server]:
    started = serve("triage", place, HOME=str(tmp_path / "user"), TMPDIR=str(tmp_path / "temp"))
    started.wait_until_healthy()
    yield started
    with contextlib.suppress(ProcessLookupError):
        started.stop()


@pytest.fixture
def words() -> dict[str, str]:
    """Words that nobody else on this machine writes at this moment, by where they are put."""
    return {name: f"{name}zå{secrets.token_hex(5)}ق" for name in NAMES}


def work(desk: Desk, case_id: str, words: dict[str, str]) -> None:
    """Everything that staff can write on a case, and how it goes wrong."""
    case = f"/cases/{case_id}"
    desk.post(f"{case}/notes", here=case, note=f"Hei {words['note']}")
    desk.post(f"{case}/labels", here=case, label=words["label"][:30])
    desk.post(f"{case}/told", here=case, whom="police_emergency", said=words["told"])
    desk.post(f"{case}/incident", here=case, into="new", title=words["incident"])
    desk.post(f"{case}/answer", here=case, text=words["answer"], language="nb")
    proposal = {"to": "police", "goes": "summary", "text": words["summary"], "language": "nb"}
    proposal |= {"ground": "danger_to_life", "reason": words["reason"]}
    desk.post(f"{case}/handover", here=f"{case}/handover", **proposal)
    taken = {"goes": "summary", "text": words["journal"], "save": "page"}
    desk.post(f"{case}/export", 200, here=f"{case}/export", **taken)
    assert words["journal"] in desk.page
    taken = {"goes": "whole", "reason": words["why"], "save": "json"}
    desk.post(f"{case}/export", 200, here=f"{case}/export", **taken)
    assert words["tip"] in desk.page
    desk.post("/search", 200, here="/search", label=words["found"])
    # What cannot be taken comes back in a page, and stands nowhere else.
    desk.ask("POST", f"{case}/notes", 400, csrf_token="x", note=words["lost"])
    assert words["lost"] in desk.page
    desk.ask("GET", case)
    late = {"csrf_token": value(desk.page, "csrf_token"), "seen": "1", "language": "nb"}
    with desk.place.cases_database_away():
        desk.ask("POST", f"{case}/answer", 503, **late, text=words["late"])
        assert words["late"] in desk.page


def test_nothing_that_staff_write_lies_anywhere_in_clear(
    place: Place, server: Server, words: dict[str, str], tmp_path: Path
) -> None:
    began = time.time() - 1
    place.tip(f"Hei {words['tip']}")
    account = place.member()
    desk = Desk(place, server, account)
    signing_in = {"username": account.username, "passphrase": account.passphrase}
    desk.post("/sign-in", here="/sign-in", **signing_in)
    case_id = _only_case(place)
    work(desk, case_id, words)

    wanted = [*words.values(), words["label"][:30], account.passphrase, account.totp_secret]
    held = [*files_below(tmp_path), *open_files(with_children(server.process.pid))]
    assert traces(held, wanted, SENDER) == []
    server.stop()
    left = [*files_below(tmp_path), *changed_since(began, *SHARED, but=tmp_path)]
    assert traces(left, wanted, SENDER) == []
    # Something was written: the log of the fault, and what was done, without a word of it.
    assert "cannot be used now" in server.log.read_text("utf-8")
    assert {"note", "told", "handed-over", "export"} <= _entered(place)
    assert not list((tmp_path / "temp").rglob("*"))
    assert not list((tmp_path / "user").rglob("*"))


def _only_case(place: Place) -> str:
    engine = open_engine(place.settings.database_url)
    with reading(engine) as connection:
        found = str(connection.execute(select(cases.c.id)).scalar_one())
    engine.dispose()
    assert re.fullmatch("[0-9a-f]{32}", found)
    return found


def _entered(place: Place) -> set[str]:
    engine = open_engine(place.settings.staff_database_url)
    with reading(engine) as connection:
        found = set(connection.scalars(select(audit_entries.c.action)))
    engine.dispose()
    return found
