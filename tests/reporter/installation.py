"""A running public site with its back office's keys, and a visitor who checks every page."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, delete, insert, select
from werkzeug.test import TestResponse

from reporter import create_app
from reporter.site import Site
from sifra import tables
from sifra.case_store import CaseStore, State, StoredCase
from sifra.conversation import ReaderView
from sifra.database import reading, writing
from sifra.duty_store import WORKER
from sifra.erasure import ErasureKeys
from sifra.key_cards import SigningKey
from sifra.sealing import Kind, PrivateKey
from sifra.settings import ReporterSettings
from tests.compiled import Compiled
from tests.reporter.pages import Page, check_page, fields

SIGNING_KEY = SigningKey.generate()
TEAM_KEY = PrivateKey.generate()
TEAM = "youth_team"
HOUR = 3600


def live_worker(engine: Engine, now: float | None = None) -> None:
    """A sign of life, good for some minutes: without one, nothing is promised."""
    at = int(time.time() if now is None else now)
    with writing(engine) as connection:
        connection.execute(delete(tables.signals).where(tables.signals.c.name == WORKER))
        connection.execute(insert(tables.signals).values(name=WORKER, at=at))


@dataclass
class Installation:
    """A home with its databases, the running public site, and the back office's side of it."""

    settings: ReporterSettings
    engine: Engine
    erasure: ErasureKeys
    has_worker: bool = True

    @cached_property
    def store(self) -> CaseStore:
        return CaseStore(self.engine, self.erasure)

    @cached_property
    def app(self) -> Flask:
        app = create_app(self.settings)
        app.jinja_env.bytecode_cache = Compiled()
        return app

    @property
    def site(self) -> Site:
        found = self.app.extensions["sifra"]
        assert isinstance(found, Site)
        return found

    @property
    def database(self) -> Path:
        return self.settings.home.public / "cases.sqlite"

    def lose_worker(self) -> None:
        """Nobody would notify anybody: no promise can be made."""
        self.has_worker = False
        with writing(self.engine) as connection:
            connection.execute(delete(tables.signals).where(tables.signals.c.name == WORKER))

    def visitor(self, address: str = "127.0.0.1", **environ: str) -> Visitor:
        return Visitor(self.app.test_client(), {"REMOTE_ADDR": address, **environ})

    def cases(self) -> list[StoredCase]:
        """Every case there is, open or closed."""
        with reading(self.engine) as connection:
            ids = list(connection.scalars(select(tables.cases.c.id)))
        found = [self.store.find(case_id) for case_id in ids]
        return [case for case in found if case is not None]

    def only_case(self) -> StoredCase:
        (case,) = self.cases()
        return case

    def read(self, case: StoredCase | None = None) -> ReaderView:
        """The youth team's view of a case: of the only one, when none is named."""
        return ReaderView.open((case or self.only_case()).sealed, TEAM, TEAM_KEY)

    def staff(self, kind: Kind, state: State, **body: str | int) -> None:
        """Somebody of the youth team reads, answers, closes or reopens the only case."""
        whole = {"by": TEAM, "hour": self.only_case().clear.received, **body}
        self.store.add(self.read().add(kind, whole), state)

    def taps(self, path: str, form: Mapping[str, str], times: int) -> list[TestResponse]:
        """The same form, sent by several threads in the same moment."""
        start = threading.Barrier(times)

        def tap(_: int) -> TestResponse:
            client = self.app.test_client()
            start.wait()
            return client.post(path, data=form)

        with ThreadPoolExecutor(times) as threads:
            return list(threads.map(tap, range(times)))

    def answers(self, text: str, language: str = "nb") -> None:
        self.staff(Kind.ANSWER, State.ANSWERED, text=text, language=language)


@dataclass
class Visitor:
    """A browser without script: it fetches, fills in and presses, and checks every page."""

    client: FlaskClient
    environ: Mapping[str, str]
    page: Page = field(init=False)
    words: set[str] = field(default_factory=set)

    def get(self, path: str, status: int = 200, **headers: str) -> Page:
        return self._look(
            self.client.get(path, environ_overrides=dict(self.environ), headers=headers), status
        )

    def post(
        self, path: str, given: Iterable[tuple[str, str]] | Mapping[str, str], status: int = 200
    ) -> Page:
        pairs = list(given.items() if isinstance(given, Mapping) else given)
        data: dict[str, list[str]] = {}
        for name, value in pairs:
            data.setdefault(name, []).append(value)
        for value in data.get("text", []):
            self.words.update(re.findall(r"\w{5,}", value)[:20])
        response = self.client.post(path, data=data, environ_overrides=dict(self.environ))
        return self._look(response, status)

    def raw(self, path: str, body: bytes, content_type: str, status: int) -> Page:
        """Post these very bytes."""
        response = self.client.post(
            path, data=body, content_type=content_type, environ_overrides=dict(self.environ)
        )
        return self._look(response, status)

    def press(self, step: str, status: int = 200, /, **changed: str) -> Page:
        """Fill in the form of the page at hand and press the button ``step``."""
        given = [(n, v) for n, v in self.page.filled(step) if n not in changed]
        path = str(self.page.form(step)["action"])
        return self.post(path, [*given, *changed.items()], status)

    def switch(self, language: str, status: int = 200, /, **changed: str) -> Page:
        """Press the button for another language, below the form of the page at hand."""
        button = self.page.one(f".langs button[lang={language}]")
        form = self.page.one(f"form#{button['form']}")
        kept = [(name, value) for name, value in fields(form) if name not in changed]
        pressed = (str(button["name"]), str(button["value"]))
        return self.post(str(button["formaction"]), [*kept, *changed.items(), pressed], status)

    def write(self, text: str, language: str = "nb", **ticked: str) -> Page:
        """From an empty form to the review."""
        self.get(f"/{language}/tip")
        return self.press("review", text=text, **ticked)

    def send(self, text: str, language: str = "nb", **ticked: str) -> Page:
        """The whole way to the page with the code."""
        self.write(text, language, **ticked)
        return self.press("send")

    def open(self, code: str, language: str = "nb", status: int = 200) -> Page:
        self.get(f"/{language}/mailbox")
        return self.press("open", status, code=code)

    def exit(self) -> TestResponse:
        """Press the way out of the page at hand."""
        given = {str(i["name"]): str(i["value"]) for i in self.page.soup.select("form.exit input")}
        return self.client.post("/exit", data=given, environ_overrides=dict(self.environ))

    def _look(self, response: TestResponse, status: int) -> Page:
        page = Page(response)
        assert response.status_code == status, (response.status, page.html[-2000:])
        check_page(page, self.words)
        self.page = page
        return page
