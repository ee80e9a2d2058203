"""SQLite as it must be: durable, forgetful of what was deleted, and honest when it is away."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, insert, select

from sifra.database import (
    Conflict,
    StoreUnavailable,
    create_file,
    file_url,
    forget_deleted,
    open_engine,
    reading,
    snapshot,
    writing,
)
from sifra.tables import metadata, spent
from tests.sifra.conftest import Folder, make_folder

MARK = b"Ali-har-kniv-bak-Askim-stasjon.."
WANTED = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "secure_delete": 1,
    "temp_store": 2,
    "busy_timeout": 5000,
}


def spend(engine: Engine, mark: bytes = MARK) -> None:
    with writing(engine) as connection:
        connection.execute(insert(spent).values(mark=mark, expires=0))


def count(engine: Engine) -> int:
    with reading(engine) as connection:
        return len(connection.execute(select(spent.c.mark)).all())


def impatient(engine: Engine) -> None:
    """Connections made from here on wait a moment for a lock, not five seconds."""

    @event.listens_for(engine, "connect")
    def _(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA busy_timeout=20")


def unavailable(attempt: Callable[[], object]) -> str:
    with pytest.raises(StoreUnavailable) as fault:
        attempt()
    assert fault.value.__suppress_context__
    assert "kniv" not in f"{fault.value} {fault.value!r}"
    assert " " not in str(fault.value)
    return str(fault.value)


@pytest.mark.parametrize("store", ["cases", "erasure"])
def test_every_connection_has_every_setting(folder: Folder, store: str) -> None:
    engine = folder.engine if store == "cases" else folder.erasure._engine
    with engine.connect() as first, engine.connect() as second:
        for connection in (first, second):
            for name, wanted in WANTED.items():
                found = connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                assert (name, found) == (name, wanted)
        assert first.connection.dbapi_connection is not second.connection.dbapi_connection


def test_files_are_their_owners_alone(folder: Folder, tmp_path: Path) -> None:
    spend(folder.engine)
    for file in folder.path.iterdir():
        assert file.stat().st_mode & 0o077 == 0, file.name
    create_file(file_url(tmp_path / "new" / "home" / "x.sqlite"))
    assert (tmp_path / "new" / "home").stat().st_mode & 0o777 == 0o700


def test_a_file_that_is_there_is_left_alone(folder: Folder) -> None:
    spend(folder.engine)
    create_file(folder.url)
    assert count(folder.engine) == 1


def test_names_of_files_are_not_taken_for_addresses(tmp_path: Path) -> None:
    odd = tmp_path / "a b?mode=memory#x%20é@"
    odd.mkdir()
    folder = make_folder(odd)
    spend(folder.engine)
    assert (odd / "cases.sqlite").stat().st_size > 0


def test_a_block_that_fails_leaves_nothing(folder: Folder) -> None:
    def fail() -> None:
        with writing(folder.engine) as connection:
            connection.execute(insert(spent).values(mark=MARK, expires=0))
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert count(folder.engine) == 0


def test_whoever_writes_holds_the_lock_from_the_first_statement(folder: Folder) -> None:
    """Or two could look, both find nothing, and the second fail when it comes to write."""
    other = open_engine(folder.url)
    impatient(other)
    with writing(folder.engine) as connection:
        assert connection.execute(select(spent.c.mark)).all() == []
        unavailable(lambda: spend(other))
        connection.execute(insert(spent).values(mark=MARK, expires=0))
    assert count(other) == 1


def test_the_same_row_twice_is_a_conflict(folder: Folder) -> None:
    spend(folder.engine)
    with pytest.raises(Conflict) as fault:
        spend(folder.engine)
    assert str(fault.value) == ""
    assert fault.value.__suppress_context__


def test_a_snapshot_sees_one_state(folder: Folder) -> None:
    with snapshot(folder.engine) as connection:
        assert connection.execute(select(spent.c.mark)).all() == []
        spend(folder.engine)
        assert connection.execute(select(spent.c.mark)).all() == []
    assert count(folder.engine) == 1


# --- when it is away ---------------------------------------------------------------------------


def both_ways(engine: Engine) -> Iterator[Callable[[], object]]:
    yield lambda: count(engine)
    yield lambda: spend(engine)


def test_a_missing_database_is_never_made_anew(tmp_path: Path) -> None:
    engine = open_engine(file_url(tmp_path / "none.sqlite"))
    for attempt in (*both_ways(engine), lambda: forget_deleted(engine)):
        unavailable(attempt)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("how", ["deleted", "moved", "folder gone", "folder is a file"])
def test_a_vanished_database(folder: Folder, how: str) -> None:
    spend(folder.engine, b"1" * 32)
    if how == "deleted":
        folder.file.unlink()
    elif how == "moved":
        folder.file.rename(folder.path / "elsewhere")
    else:
        folder.path.rename(folder.path.with_name(f"{folder.path.name}-elsewhere"))
        if how == "folder is a file":
            folder.path.touch()
    for attempt in both_ways(folder.engine):
        unavailable(attempt)
    assert not folder.file.exists()


def test_a_database_replaced_by_another_is_used_from_then_on(
    folder: Folder, tmp_path: Path
) -> None:
    """A restored backup: nothing may be written to the file that was moved away."""
    spend(folder.engine, b"1" * 32)
    (tmp_path / "backup").mkdir()
    backup = make_folder(tmp_path / "backup")
    backup.engine.dispose()
    folder.file.rename(folder.path / "old.sqlite")
    for log in folder.path.glob("cases.sqlite-*"):
        log.rename(folder.path / log.name.replace("cases", "old"))
    backup.file.rename(folder.file)
    spend(folder.engine)
    assert count(folder.engine) == 1
    assert count(open_engine(folder.url)) == 1


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100])
def test_a_database_replaced_by_something_else(folder: Folder, content: bytes) -> None:
    """Empty: not migrated. Else: not a database."""
    spend(folder.engine, b"1" * 32)
    for file in folder.path.glob("cases.sqlite*"):
        file.unlink()
    folder.file.write_bytes(content)
    for attempt in both_ways(folder.engine):
        unavailable(attempt)


def test_a_locked_database(folder: Folder) -> None:
    impatient(folder.engine)
    folder.engine.dispose()
    holder = sqlite3.connect(folder.file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        unavailable(lambda: spend(folder.engine))
        assert count(folder.engine) == 0
    finally:
        holder.close()
    spend(folder.engine)


def test_a_full_database(folder: Folder) -> None:
    """SQLite's own SQLITE_FULL, as a full disk gives it; what was there stays readable."""
    spend(folder.engine, b"1" * 32)

    @event.listens_for(folder.engine, "connect")
    def _(connection: sqlite3.Connection, _: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")

    folder.engine.dispose()
    unavailable(lambda: spend(folder.engine, MARK * 1000))
    assert count(folder.engine) == 1
    spend(folder.engine)
    assert count(folder.engine) == 2


@contextmanager
def bound_by_permissions() -> Iterator[None]:
    """Root may write anywhere, so for a while this process is nobody."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def test_a_read_only_database() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = make_folder(Path(name))
        folder.engine.dispose()
        for path, mode in ((folder.path, 0o555), (folder.file, 0o444)):
            path.chmod(mode)
        with bound_by_permissions():
            unavailable(lambda: spend(folder.engine))
        folder.path.chmod(0o700)
        assert count(folder.engine) == 0


def test_a_folder_that_may_not_be_entered() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = make_folder(Path(name))
        spend(folder.engine)
        folder.path.chmod(0o000)
        with bound_by_permissions():
            for attempt in both_ways(folder.engine):
                unavailable(attempt)
        folder.path.chmod(0o700)


def test_many_writers_at_once_all_get_through(folder: Folder) -> None:
    faults: list[BaseException] = []

    def write(first: int) -> None:
        try:
            for number in range(first, first + 10):
                spend(folder.engine, number.to_bytes(32, "big"))
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=write, args=(start,)) for start in range(0, 80, 10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert count(folder.engine) == 80


# --- the tables --------------------------------------------------------------------------------


def test_nothing_tells_the_order_within_the_hour(folder: Folder) -> None:
    """No table has a rowid, in which SQLite would count the rows as they came."""
    for url in (folder.url, file_url(folder.erasure_file)):
        with reading(open_engine(url)) as connection:
            made = connection.exec_driver_sql(
                "SELECT name, sql FROM sqlite_master WHERE type = 'table'"
            ).all()
        assert made
        assert [name for name, sql in made if not sql.rstrip().endswith("WITHOUT ROWID")] == []


def test_every_constraint_is_named() -> None:
    """So that a migration can find it in any database."""
    for table in metadata.tables.values():
        for constraint in (*table.constraints, *table.indexes):
            assert getattr(constraint, "name", None), f"{table.name}: {constraint!r}"
