"""The database is away: nobody is told that a tip was sent, and nobody loses what was written."""

from __future__ import annotations

import logging
import os
import resource
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

import pytest

from sifra.key_cards import SigningKey
from sifra.key_pins import KeyPins
from sifra.sealing import PrivateKey
from sifra.serving.quiet import QuietFormatter
from tests.reporter.conftest import Install
from tests.reporter.installation import SIGNING_KEY, TEAM, TEAM_KEY, Installation, Visitor

TEXT = "Kvisleparken: zulubananer skal deles ut på lørdag."


@dataclass
class Log(logging.Handler):
    """What the operator reads."""

    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.setFormatter(QuietFormatter())

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    __hash__ = logging.Handler.__hash__


@pytest.fixture
def installed(install: Install) -> Installation:
    """A site that does not wait long for another's lock."""
    return install(patience=0.05)


@pytest.fixture
def log(installed: Installation) -> Iterator[Log]:
    handler = Log()
    installed.app.logger.addHandler(handler)
    yield handler
    installed.app.logger.removeHandler(handler)


Fault = Callable[[Installation], AbstractContextManager[None]]


@contextmanager
def locked(installed: Installation) -> Iterator[None]:
    other = sqlite3.connect(installed.database, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    yield
    other.execute("ROLLBACK")
    other.close()


@contextmanager
def vanished(installed: Installation, *parts: str) -> Iterator[None]:
    whole = [installed.database.with_name(installed.database.name + part) for part in ("", *parts)]
    for file in whole:
        file.rename(file.with_name(f"away.{file.name}"))
    yield
    for file in whole:
        file.with_name(f"away.{file.name}").rename(file)


@contextmanager
def keys_vanished(installed: Installation) -> Iterator[None]:
    keys = installed.settings.home.erasure_keys
    keys.rename(keys.with_suffix(".away"))
    yield
    keys.with_suffix(".away").rename(keys)


@contextmanager
def another_file(installed: Installation) -> Iterator[None]:
    """An empty file where the database was: not migrated."""
    with vanished(installed, "-wal", "-shm"):
        installed.database.touch()
        yield


@contextmanager
def no_database(installed: Installation) -> Iterator[None]:
    with vanished(installed, "-wal", "-shm"):
        installed.database.write_bytes(os.urandom(8192))
        yield


@contextmanager
def full_disk(installed: Installation) -> Iterator[None]:
    """No file of this process may grow beyond what the write-ahead log has."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    log = installed.database.with_name(installed.database.name + "-wal")
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def swapped_card(installed: Installation) -> Iterator[None]:
    """Whoever can write to the database gives the unit a key of their own."""
    installed.store.put_card(SigningKey.generate().sign(TEAM, 2, PrivateKey.generate()))
    yield
    installed.store.put_card(SIGNING_KEY.sign(TEAM, 1, TEAM_KEY))


@contextmanager
def moved_card(installed: Installation) -> Iterator[None]:
    """A card that is in order, but of another holder."""
    card = SIGNING_KEY.sign("police", 1, PrivateKey.generate())
    row = {"holder": TEAM, "public": card.public, "signature": card.signature}
    with installed.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM key_cards")
        connection.exec_driver_sql(
            "INSERT INTO key_cards VALUES (:holder, 1, :public, :signature)", row
        )
    yield
    installed.store.put_card(SIGNING_KEY.sign(TEAM, 1, TEAM_KEY))


@contextmanager
def former_card(installed: Installation) -> Iterator[None]:
    """The unit's key was renewed while the site runs, and somebody put the card before it back."""
    pins = KeyPins(installed.settings.home.key_pins)
    pins.write(SIGNING_KEY.sign_pins({TEAM: 2}))
    yield
    installed.store.put_card(SIGNING_KEY.sign(TEAM, 2, TEAM_KEY))


@contextmanager
def no_card(installed: Installation) -> Iterator[None]:
    with installed.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM key_cards")
    yield
    installed.store.put_card(SIGNING_KEY.sign(TEAM, 1, TEAM_KEY))


FAULTS: dict[str, tuple[Fault, str]] = {
    "locked": (locked, "SQLITE_BUSY"),
    "vanished": (vanished, "SQLITE_CANTOPEN"),
    "not migrated": (another_file, "SQLITE_ERROR"),
    "no database": (no_database, "SQLITE_NOTADB"),
    "full disk": (full_disk, "SQLITE_"),
    "swapped card": (swapped_card, TEAM),
    "moved card": (moved_card, TEAM),
    "former card": (former_card, TEAM),
    "no card": (no_card, TEAM),
    "keys vanished": (keys_vanished, "SQLITE_CANTOPEN"),
}
EACH_FAULT = pytest.mark.parametrize(("fault", "kind"), FAULTS.values(), ids=FAULTS)


def check_log(log: Log, kind: str) -> None:
    """It says what is wrong or whose card it is, and nothing of what was sent."""
    assert log.lines
    assert any(kind in line for line in log.lines), log.lines
    for line in log.lines:
        assert not any(word in line for word in ("Kvisle", "zulu", "127.0.0.1", "INSERT", "SELECT"))


@EACH_FAULT
@pytest.mark.parametrize("language", ["nb", "ar"])
def test_a_tip_that_could_not_be_stored_is_kept_in_the_page(
    installed: Installation, visitor: Visitor, log: Log, fault: Fault, kind: str, language: str
) -> None:
    visitor.send("Den første, som kom fram.")
    visitor.write(TEXT, language, danger="no", topic="drugs")
    with fault(installed):
        page = visitor.press("send", 503)
        assert page.language == language
        assert page.one("blockquote").get_text() == TEXT
        kept = dict(page.filled("send"))
        assert (kept["text"], kept["topic"], kept["danger"]) == (TEXT, "drugs", "no")
        assert int(page.response.headers["Retry-After"]) > 0
        assert {"112", "113", "116111"} <= set(page.numbers)
        check_log(log, kind)
    assert len(installed.cases()) == 1
    # The database is back: the same page sends it, and once only.
    visitor.page = page
    code = visitor.press("send").code
    assert visitor.post("/nb/tip", kept | {"step": "send"}).code == code
    assert len(installed.cases()) == 2
    visitor.open(code)


@EACH_FAULT
def test_healthz_says_so(
    installed: Installation, visitor: Visitor, log: Log, fault: Fault, kind: str
) -> None:
    visitor.send(TEXT)
    with fault(installed):
        visitor.get("/healthz", 503)
        check_log(log, kind)
    assert visitor.get("/healthz").response.status_code == 200


def test_asking_for_health_again_and_again_fills_no_table(
    installed: Installation, visitor: Visitor
) -> None:
    for _ in range(20):
        visitor.get("/healthz")
    with installed.engine.connect() as connection:
        (count,) = connection.exec_driver_sql("SELECT count(*) FROM spent").one()
    assert count <= 3


@EACH_FAULT
def test_a_message_that_could_not_be_stored_is_kept(
    installed: Installation, visitor: Visitor, log: Log, fault: Fault, kind: str
) -> None:
    code = visitor.send("Den første, som kom fram.").code
    visitor.open(code, "en")
    with fault(installed):
        page = visitor.press("write", 503, text=TEXT)
        assert page.language == "en"
        assert dict(page.filled("open"))["text"] == TEXT
        assert page.numbers == ["112", "113", "116111"]
        check_log(log, kind)
    assert len(installed.read().messages()) == 1
    visitor.press("open", code=code)
    visitor.press("write")
    assert installed.read().messages()[-1].body["text"] == TEXT


@pytest.mark.parametrize("step", ["open", "withdraw"])
@pytest.mark.parametrize("fault", [vanished, no_database], ids=["vanished", "no database"])
def test_the_mailbox_without_a_database(
    installed: Installation, visitor: Visitor, fault: Fault, step: str
) -> None:
    code = visitor.send(TEXT).code
    visitor.open(code)
    form = {**dict(visitor.page.filled("withdraw")), "code": code, "step": step}
    with fault(installed):
        page = visitor.post("/nb/mailbox", form, 503)
        assert page.numbers == ["112", "113", "116111"]
        # The code is not written back: somebody may be looking, and it may take a while.
        assert code not in page.html
    visitor.open(code)


@pytest.mark.parametrize("fault", [locked, vanished], ids=["locked", "vanished"])
def test_a_code_that_was_kept_is_not_taken_for_a_tip_that_was_lost(
    installed: Installation, visitor: Visitor, fault: Fault
) -> None:
    code = visitor.send(TEXT).code
    form = visitor.page.filled("kept")
    with fault(installed):
        page = visitor.post("/nb/tip", form, 503)
    assert "kommet fram" in page.html
    assert "Ingenting er sendt" not in page.html
    visitor.post("/nb/tip", form)
    visitor.open(code)


@pytest.mark.parametrize("fault", [locked, vanished], ids=["locked", "vanished"])
def test_exit_leads_away_all_the_same(
    installed: Installation, visitor: Visitor, log: Log, fault: Fault
) -> None:
    visitor.write(TEXT)
    with fault(installed):
        response = visitor.exit()
    assert response.status_code == 303
    assert log.lines


def test_a_backup_put_in_the_place_of_the_file_is_used_at_once(
    installed: Installation, visitor: Visitor
) -> None:
    """A pooled connection that went on writing to the old file would lose what it acknowledged."""
    visitor.send("Den første, som kom fram.")
    copy = installed.database.with_suffix(".copy")
    with sqlite3.connect(copy) as target, sqlite3.connect(installed.database) as source:
        source.backup(target)
    for name in ("", "-wal", "-shm"):
        installed.database.with_name(installed.database.name + name).unlink(missing_ok=True)
    copy.rename(installed.database)
    code = visitor.send(TEXT).code
    with sqlite3.connect(installed.database) as now:
        assert now.execute("SELECT count(*) FROM cases").fetchone() == (2,)
    visitor.open(code)


def test_a_short_lock_is_waited_for(install: Install) -> None:
    installed = install()
    visitor = installed.visitor()
    visitor.write(TEXT)
    other = sqlite3.connect(installed.database, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    before = time.monotonic()
    threading.Timer(0.3, lambda: other.execute("ROLLBACK")).start()
    assert visitor.press("send").code
    assert time.monotonic() - before > 0.25
