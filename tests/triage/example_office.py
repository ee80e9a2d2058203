"""A back office on real SQLite files, senders of tips, and a browser that checks every page."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from dataclasses import dataclass, field
from pathlib import Path

import html5lib
import pyotp
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, insert, update
from werkzeug.test import TestResponse

from sifra import conversation, municipality, tables
from sifra.case_store import Asked, CaseStore, Clear, State, StoredCase, hour_of
from sifra.conversation import ReaderView, SenderView
from sifra.database import create_file, open_engine, writing
from sifra.duty_store import WORKER
from sifra.erasure import ErasureKeys
from sifra.promise_rows import Promise
from sifra.sealing import Kind, new_key
from sifra.settings import Home, TriageSettings
from tests.compiled import Compiled
from triage import create_app, keys, staff_tables
from triage.keys import KeyCost, NewAccount
from triage.people import held_keys
from triage.people.held_keys import Founding

CHEAP = KeyCost(memory_kib=64, iterations=1)
NOW = hour_of(time.time())
HOUR = 3600
MUNICIPALITY = municipality.load(municipality.shipped_path())


@dataclass(frozen=True)
class Installation:
    """Both databases, the first leader and the youth team's key."""

    settings: TriageSettings
    staff: Engine
    cases: Engine
    store: CaseStore
    founding: Founding

    @property
    def leader(self) -> NewAccount:
        return self.founding.leader

    def member(self, username: str, *units: str, role: str = "reader") -> NewAccount:
        account = keys.new_account(
            self.staff, username=username, display="Ungdomskontakt", role=role, cost=CHEAP
        )
        public = account.private.public()
        held_keys.sign_account(
            self.staff, self.founding.signing, account.id, public, self.leader.id, NOW
        )
        for unit in units:
            held_keys.give_unit_key(
                self.staff, account.id, public, unit, 1, self.founding.units[unit]
            )
        return account

    def code(self, account: NewAccount) -> str:
        """A code that is good now, as if half a minute had passed since the last one."""
        with writing(self.staff) as connection:
            connection.execute(update(staff_tables.accounts).values(totp_step=0))
        return pyotp.TOTP(account.totp_secret).now()

    def tip(
        self,
        text: str = "noen skal tas på fredag",
        *,
        received: int = NOW,
        read_by: int | None = NOW + 20 * HOUR,
        promised: int | None = None,
        asked: tuple[Asked, ...] = (),
        readers: tuple[str, ...] = ("youth_team",),
        with_code: bool = True,
        language: str = "nb",
        lane: str = "tip",
        number: str = "",
        when: str = "",
        **facts: str,
    ) -> tuple[str, bytes]:
        """Send a tip, or what ``lane`` says; its id and the sender's key."""
        told = {"danger": "no", "topic": "", "urgency": "", "place": "", "lane": lane, **facts}
        sender_key = new_key()
        slot = self.store.reserve() if number else None
        sealed = conversation.begin(
            {**told, "text": text, "when": when, "language": language, "hour": received},
            {
                **told,
                "language": language,
                "excerpt": text[:80],
                "code": "yes" if with_code else "no",
            },
            self.store.public_keys(readers, self.settings.verifier),
            sender_key if with_code else None,
            contact=(number, slot) if slot else None,
        )
        promised = read_by if promised is None and read_by != received else promised
        clear = Clear(sealed.id, lane, State.NEW, received, read_by, 180, promised)
        lookup_id = new_key()[:16] if with_code else None
        self.store.deposit(clear, sealed, lookup_id, new_key(), NOW, asked, contact=slot)
        return sealed.id, sender_key

    def stored(self, case_id: str) -> StoredCase:
        found = self.store.find(case_id)
        assert found is not None
        return found

    def sender(self, case_id: str, sender_key: bytes) -> SenderView:
        return SenderView.open(self.stored(case_id).sealed, sender_key)

    def reader(self, case_id: str, unit: str = "youth_team") -> ReaderView:
        return ReaderView.open(self.stored(case_id).sealed, unit, self.founding.units[unit])

    def writes_more(
        self,
        case_id: str,
        sender_key: bytes,
        text: str,
        promise: Promise | None = None,
        language: str = "nb",
    ) -> None:
        view = self.sender(case_id, sender_key)
        publics = self.store.public_keys(view.sealed.readers, self.settings.verifier)
        body: dict[str, str | int] = {"text": text, "language": language, "hour": NOW}
        unread = self.stored(case_id).clear.state is State.NEW
        state = State.NEW if unread else State.MORE
        self.store.add(view.more(body, publics), state, promise=promise)

    def picks(self, case_id: str, sender_key: bytes, offered: int, time: str) -> None:
        """What the sender says to an offer; no time when none suits."""
        body: dict[str, str | int] = {"offered": offered, "time": time, "hour": NOW}
        addition = self.sender(case_id, sender_key).says(Kind.PICKED, body)
        self.store.add(addition, State.MORE)

    def withdraws(self, case_id: str, sender_key: bytes) -> None:
        self.store.end_access(self.sender(case_id, sender_key).withdrawn({"hour": NOW}), 14, NOW)


def build(home: Path) -> Founding:
    """A whole installation under ``home``; it can be copied as it lies."""
    place = Home(home)
    engines = []
    for url, metadata in (
        (place.default_database_url, tables.metadata),
        (place.default_staff_database_url, staff_tables.metadata),
    ):
        create_file(url)
        engines.append(open_engine(url))
        with writing(engines[-1]) as connection:
            metadata.create_all(connection)
    with writing(engines[0]) as connection:
        # A worker that lives now: what is said without one has tests of its own.
        connection.execute(insert(tables.signals).values(name=WORKER, at=int(time.time())))
    erasure = ErasureKeys(place.erasure_keys)
    erasure.create()
    cases, staff = engines
    founding = held_keys.found_installation(
        staff,
        CaseStore(cases, erasure),
        ["youth_team", "police"],
        username="leder",
        display="Leder",
        cost=CHEAP,
    )
    for engine in engines:
        engine.dispose()
    return founding


def started(settings: TriageSettings) -> Flask:
    """The back office, running."""
    app = create_app(settings)
    app.testing = True
    app.jinja_env.bytecode_cache = Compiled()
    return app


def installation(home: Path, founding: Founding, *, plain_http: bool = True) -> Installation:
    """What was built, where it lies now."""
    place = Home(home)
    cases, staff = place.default_database_url, place.default_staff_database_url
    engine = open_engine(cases)
    with writing(engine) as connection:
        # It was built when the tests began, and a worker is taken for dead after some minutes.
        connection.execute(update(tables.signals).values(at=int(time.time())))
    return Installation(
        TriageSettings(
            home=place,
            database_url=cases,
            staff_database_url=staff,
            municipality=MUNICIPALITY,
            verifier=founding.verifier,
            plain_http=plain_http,
        ),
        open_engine(staff),
        engine,
        CaseStore(engine, ErasureKeys(place.erasure_keys)),
        founding,
    )


@dataclass
class Browser:
    """A client that looks at every page it gets: valid HTML, one h1, told apart ids."""

    client: FlaskClient
    office: Installation
    page: BeautifulSoup = field(default_factory=lambda: BeautifulSoup("", "html.parser"))

    def get(self, path: str, status: int = 200) -> BeautifulSoup:
        return self._look(self.client.get(path), status)

    def post(self, path: str, status: int = 200, /, **fields: str | list[str]) -> BeautifulSoup:
        """Post with the token of the page at hand."""
        token = self.page.find("input", {"name": "csrf_token"})
        given = {"csrf_token": token["value"]} if token else {}
        return self._look(
            self.client.post(path, data={**given, **fields}, follow_redirects=True), status
        )

    def act(
        self, case_id: str, action: str, status: int = 200, **fields: str | list[str]
    ) -> BeautifulSoup:
        """Press a button of the case page at hand."""
        seen = self.page.find("input", {"name": "seen"})
        assert seen is not None
        path = f"/cases/{case_id}/{action}"
        return self.post(path, status, **{"seen": seen["value"], **fields})

    def sign_in(self, account: NewAccount, status: int = 200) -> BeautifulSoup:
        self.get("/sign-in")
        return self.post(
            "/sign-in",
            status,
            username=account.username,
            passphrase=account.passphrase,
            code=self.office.code(account),
        )

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", self.page.get_text(" "))

    def _look(self, response: TestResponse, status: int) -> BeautifulSoup:
        assert response.status_code == status, response.status
        html = response.get_data(as_text=True)
        if response.mimetype == "text/html" and html and status != 303:
            html5lib.HTMLParser(strict=True).parse(html)
            self.page = BeautifulSoup(html, "html.parser")
            assert len(self.page.find_all("h1")) == 1
            assert self.page.find("script") is None
            for style in self.page.find_all("style"):
                digest = hashlib.sha256(style.get_text().encode()).digest()
                allowed = response.headers["Content-Security-Policy"]
                assert f"'sha256-{base64.b64encode(digest).decode()}'" in allowed
            ids = [tag["id"] for tag in self.page.find_all(id=True)]
            assert len(ids) == len(set(ids))
        return self.page
