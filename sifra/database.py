"""Engines, transactions and the settings that keep SQLite from losing or keeping too much."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import ClauseElement, Connection, Dialect, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError, IntegrityError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection, QueuePool
from sqlalchemy.sql.compiler import SQLCompiler

_BUSY_SECONDS = 5.0

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    # FULL: an acknowledged commit survives a power cut, not just a crash.
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
    # A sort or a temporary index must not write rows to /tmp.
    "PRAGMA temp_store=MEMORY",
    # KiB, for each connection: each thread has two.
    "PRAGMA cache_size=-64",
)


class StoreUnavailable(Exception):
    """The database cannot be used now: full disk, locked, vanished, not migrated.

    It says no more than the kind of fault: a database error's own text may quote a row.
    """


class Conflict(Exception):
    """Somebody else wrote the same row first."""


def file_url(path: Path) -> str:
    """The address of the SQLite file at ``path``, whatever signs stand in its name."""
    return URL.create("sqlite", database=str(path.absolute())).render_as_string()


def open_engine(url: str) -> Engine:
    """An engine for ``url``. A missing SQLite file is an error when used, never made anew.

    ``?timeout=`` says how many seconds to wait for another's lock on a SQLite file.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return create_engine(parsed, hide_parameters=True, pool_pre_ping=True)
    path = Path(parsed.database).absolute()
    patience = float(str(parsed.query.get("timeout", _BUSY_SECONDS)))
    engine = create_engine(
        "sqlite://",
        creator=lambda: _connect(path, patience),
        hide_parameters=True,
        poolclass=QueuePool,
    )

    @event.listens_for(engine, "connect")
    def _remember_file(_: object, record: ConnectionPoolEntry) -> None:
        record.info["inode"] = path.stat().st_ino

    # A pooled connection to a file that was moved or deleted would go on writing to nowhere,
    # and an acknowledged tip would be lost.
    @event.listens_for(engine, "checkout")
    def _same_file(_: object, record: ConnectionPoolEntry, __: object) -> None:
        try:
            moved = path.stat().st_ino != record.info["inode"]
        except OSError:
            moved = True
        if moved:
            raise DisconnectionError("the database file was replaced")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        begins = connection.get_execution_options().get("begins")
        if begins:
            connection.exec_driver_sql(begins)

    os.register_at_fork(after_in_child=lambda: engine.dispose(close=False))
    return engine


def create_file(url: str) -> None:
    """Make the empty SQLite file of ``url``, readable by its owner alone; else do nothing."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        path = Path(parsed.database)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=True)


def _connect(path: Path, patience: float) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.as_uri()}?mode=rw",
        uri=True,
        timeout=patience,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        for pragma in _PRAGMAS:
            connection.execute(pragma)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


class Prepared:
    """A statement compiled once for each kind of database and run by its driver.

    For the few that every tip runs: SQLAlchemy's own way there costs more than the statement.
    Its errors are the driver's, so it runs inside :func:`driven` or :func:`writing`.
    """

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._compiled: dict[str, tuple[str, tuple[str, ...] | None]] = {}

    def run(self, connection: Driven, *rows: Mapping[str, object]) -> list[tuple[Any, ...]]:
        """Run it once for each of ``rows`` of named values; what the last one gave."""
        sql, order = self._for(connection.dialect)
        cursor = connection.driver.cursor()
        try:
            for row in rows:
                cursor.execute(sql, [row[name] for name in order] if order else row)
            return list(cursor.fetchall()) if cursor.description else []
        finally:
            cursor.close()

    def _for(self, dialect: Dialect) -> tuple[str, tuple[str, ...] | None]:
        found = self._compiled.get(dialect.name)
        if found is None:
            compiled = self._statement.compile(dialect=dialect)
            assert isinstance(compiled, SQLCompiler)  # noqa: S101 (narrows the type)
            order = tuple(compiled.positiontup) if compiled.positiontup else None
            found = self._compiled[dialect.name] = (str(compiled), order)
        return found


class Driven(NamedTuple):
    """The driver's connection, and the kind of database it leads to."""

    driver: PoolProxiedConnection
    dialect: Dialect


@contextmanager
def driven(engine: Engine) -> Iterator[Driven]:
    """For prepared statements that only read. Raises StoreUnavailable."""
    with _faults(engine):
        connection = engine.raw_connection()
        try:
            yield Driven(connection, engine.dialect)
        finally:
            connection.close()


@contextmanager
def driven_writing(engine: Engine) -> Iterator[Driven]:
    """A transaction of prepared statements alone: :func:`writing`, for what every tip writes.
    Raises Conflict and StoreUnavailable."""
    with driven(engine) as driver:
        if engine.dialect.name == "sqlite":
            driver.driver.cursor().execute("BEGIN IMMEDIATE")
        yield driver
        # Without it, what was begun is rolled back when the connection is given back.
        driver.driver.commit()


def driver_of(connection: Connection) -> Driven:
    """For prepared statements inside a transaction of :func:`writing`."""
    return Driven(connection.connection, connection.dialect)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """For one statement. Raises StoreUnavailable."""
    with _faults(engine), engine.connect() as connection:
        yield connection


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """For several statements that must see one state. Raises StoreUnavailable."""
    with (
        _faults(engine),
        engine.connect().execution_options(begins="BEGIN") as connection,
    ):
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that commits when the block ends. Raises Conflict and StoreUnavailable."""
    with (
        _faults(engine),
        engine.connect().execution_options(begins="BEGIN IMMEDIATE") as connection,
        connection.begin(),
    ):
        yield connection


def forget_deleted(engine: Engine, *, rewrite: bool = False) -> None:
    """Truncate SQLite's write-ahead log, which keeps the pages of deleted rows until then.

    Readers may hold it open; the next deletion or checkpoint takes it then. ``secure_delete``
    overwrites a deleted row, but not the copy that splitting or joining pages may once have left
    in the free part of another: only ``rewrite``, which writes the whole file anew under the
    writers' lock, is sure to.
    """
    if engine.dialect.name != "sqlite":
        return
    with _faults(engine):
        connection = engine.raw_connection()
        try:
            cursor = connection.cursor()
            if rewrite:
                cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()


@contextmanager
def _faults(engine: Engine) -> Iterator[None]:
    driver = engine.dialect.loaded_dbapi
    try:
        yield
    except (IntegrityError, driver.IntegrityError):
        raise Conflict from None
    except (SQLAlchemyError, driver.Error, OSError) as fault:
        raise StoreUnavailable(_kind(fault)) from None


def _kind(fault: Exception) -> str:
    """SQLite's name for what went wrong (SQLITE_FULL, SQLITE_BUSY …), or the exception's."""
    cause = fault.orig if isinstance(fault, DBAPIError) else fault
    return str(getattr(cause, "sqlite_errorname", type(fault).__name__))
