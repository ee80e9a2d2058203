"""Both sites as they are run: an installation in a folder, served by gunicorn on the loopback."""

from __future__ import annotations

import datetime as dt
import http.client
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sifra import conversation, municipality, return_code
from sifra.case_store import CaseStore, Clear, State, hour_of
from sifra.conversation import ReaderView
from sifra.database import open_engine
from sifra.erasure import ErasureKeys
from sifra.sealing import Kind
from sifra.settings import Home, InstallationSettings
from tests.reporter.installation import TEAM, live_worker
from triage import installing, keys
from triage.keys import KeyCost, NewAccount
from triage.people import held_keys
from triage.people.held_keys import Founding

ROOT = Path(__file__).resolve().parents[2]
CHEAP = KeyCost(memory_kib=64, iterations=1)
NEUTRAL = "/healthz"
"""Where exit leads: a page of ours that says nothing, so that no other host is needed."""
_PATIENCE = 30.0


@dataclass(frozen=True)
class Place:
    """A new installation, as `sifra init` leaves it, but with cheap passphrases."""

    settings: InstallationSettings
    founding: Founding
    file: Path

    def member(self, display: str = "Ungdomskontakt", language: str = "nb") -> NewAccount:
        """A new member of the youth team: a one-time code works once, so each test needs one."""
        engine = open_engine(self.settings.staff_database_url)
        try:
            account = keys.new_account(
                engine,
                username=f"m-{secrets.token_hex(4)}",
                display=display,
                role="reader",
                language=language,
                cost=CHEAP,
            )
            public, now = account.private.public(), int(time.time())
            signing, leader = self.founding.signing, self.founding.leader.id
            held_keys.sign_account(engine, signing, account.id, public, leader, now)
            for unit, private in self.founding.units.items():
                held_keys.give_unit_key(engine, account.id, public, unit, 1, private)
        finally:
            engine.dispose()
        return account

    def tip(
        self, text: str, answer: str = "", *, urgent: bool = False, promised: int | None = None
    ) -> str:
        """A case that was sent, and answered if ``answer`` is given: its code, in digits."""
        secret = return_code.drawn_from(secrets.token_bytes(32))
        pepper = bytes.fromhex(self.settings.home.pepper.read_text("ascii"))
        code = return_code.keys(secret, pepper)
        hour = hour_of(time.time())
        facts = {"danger": "yes" if urgent else "no", "topic": "", "urgency": "", "place": ""}
        spoken = {**facts, "language": "nb"}
        engine = open_engine(self.settings.database_url)
        store = CaseStore(engine, ErasureKeys(self.settings.home.erasure_keys))
        sealed = conversation.begin(
            {**spoken, "text": text, "hour": hour},
            {**spoken, "excerpt": text[:80], "code": "yes"},
            store.public_keys([TEAM], self.founding.verifier),
            code.sender_key,
        )
        read_by = hour if urgent else promised
        clear = Clear(sealed.id, "tip", State.NEW, hour, read_by, 180, promised)
        store.deposit(clear, sealed, code.lookup_id, secrets.token_bytes(32), hour)
        if answer:
            said: dict[str, str | int] = {
                "text": answer,
                "language": "nb",
                "hour": hour,
                "by": TEAM,
            }
            view = ReaderView.open(sealed, TEAM, self.founding.units[TEAM])
            store.add(view.add(Kind.ANSWER, said), State.ANSWERED)
        engine.dispose()
        return return_code.as_digits(secret)

    def live_worker(self, moment: dt.datetime | None = None) -> None:
        """A sign of life, good for some minutes from ``moment``, or from now, on."""
        engine = open_engine(self.settings.database_url)
        live_worker(engine, moment.timestamp() if moment else None)
        engine.dispose()

    def environment(self, **more: str) -> dict[str, str]:
        """Nothing of the machine's own settings for Sifra or gunicorn comes along."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("SIFRA_", "GUNICORN_", "WEB_CONCURRENCY", "FORWARDED_"))
        }
        return {
            **kept,
            "SIFRA_HOME": str(self.settings.home.path),
            "SIFRA_MUNICIPALITY": str(self.file),
            "SIFRA_PLAIN_HTTP": "1",
            "SIFRA_SHOW_UNREVIEWED": "1",
            **more,
        }

    @contextmanager
    def cases_database_away(self) -> Iterator[None]:
        """For a while the cases database is not where it was."""
        here = self.settings.home.public / "cases.sqlite"
        there = here.with_name("away.sqlite")
        here.rename(there)
        try:
            yield
        finally:
            there.rename(here)


def install(folder: Path) -> Place:
    """Make an installation in ``folder``; its municipality is the shipped one but for exit."""
    shipped = municipality.shipped_path().read_text("utf-8")
    text, count = re.subn(r'(?m)^exit_url = ".*"$', f'exit_url = "{NEUTRAL}"', shipped)
    assert count == 1
    file = folder / "municipality.toml"
    file.write_text(text, "utf-8")
    home = Home(folder / "home")
    settings = InstallationSettings(
        home=home,
        database_url=home.default_database_url,
        staff_database_url=home.default_staff_database_url,
        municipality=municipality.load(file),
    )
    founding = installing.install(settings, username="leder", display="Leder", cost=CHEAP)
    place = Place(settings, founding, file)
    place.live_worker()
    return place


@dataclass
class Server:
    """One site under gunicorn, in a process group of its own."""

    site: str
    port: int
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def kill(self) -> None:
        """SIGKILL to gunicorn and all its workers: nothing of it runs another instruction."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def start_again(self) -> None:
        self.process = _started(self.site, self.port, self.environment, self.log)
        self.wait_until_healthy()

    def wait_until_healthy(self) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not self._is_healthy():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"{self.site} does not start:\n{self.log.read_text()}")
            time.sleep(0.03)

    def _is_healthy(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


def serve(site: str, place: Place, **environment: str) -> Server:
    """Start ``reporter`` or ``triage`` on a free port. It may not be healthy yet."""
    log = place.settings.home.path.parent / f"{site}.log"
    port, variables = free_port(), place.environment(**environment)
    return Server(site, port, variables, log, _started(site, port, variables, log))


def free_port() -> int:
    """A port below the range that outgoing connections are given, so that it stays free."""
    while True:
        port = 15_000 + secrets.randbelow(15_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def _started(
    site: str, port: int, environment: Mapping[str, str], log: Path
) -> subprocess.Popen[bytes]:
    config = ROOT / "deploy" / "gunicorn.conf.py"
    address = f"127.0.0.1:{port}"
    command = [sys.executable, "-m", "gunicorn", "-c", str(config), "--bind", address]
    with log.open("ab") as said:
        return subprocess.Popen(
            [*command, f"wsgi:{site}()"],
            cwd=ROOT,
            env=dict(environment),
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
