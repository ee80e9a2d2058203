"""Each tree leads to exactly the tables that the code knows, and back, with rows in them."""

from __future__ import annotations

import stat
import warnings
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    func,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SAWarning
from sqlalchemy.schema import CreateIndex

from sifra.database import StoreUnavailable, create_file, open_engine, reading, writing
from sifra.migrate import Tree, UnknownRevision, go_back, migrate, newest, revision_of
from sifra.tables import cases, steps
from tests.migrations.conftest import Ground


def test_migrating_gives_exactly_the_tables_of_the_code(ground: Ground, engine: Engine) -> None:
    migrate(ground.url, ground.tree)
    with reading(engine) as connection, warnings.catch_warnings():
        # SQLite cannot reflect an index over an expression; the next tests compare its text.
        warnings.filterwarnings("ignore", "Skipped unsupported reflection", SAWarning)
        warnings.filterwarnings("ignore", "autogenerate skipping .* expression-based", UserWarning)
        context = MigrationContext.configure(
            connection,
            opts={
                "version_table": ground.tree.version_table,
                "compare_type": True,
                "compare_server_default": True,
            },
        )
        assert compare_metadata(context, ground.metadata) == []


def test_migrating_gives_the_same_sql_as_the_tables_of_the_code(
    ground: Ground, engine: Engine, tmp_path: Path
) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("only SQLite keeps the text")
    migrate(ground.url, ground.tree)
    url = f"sqlite:///{tmp_path / 'made-by-metadata.sqlite'}"
    create_file(url)
    other = open_engine(url)
    with writing(other) as connection:
        ground.metadata.create_all(connection)
    expected = _sql(other)
    other.dispose()
    assert {name: sql for name, sql in _sql(engine).items() if "alembic" not in name} == expected


def test_indexes_over_expressions_are_there(ground: Ground, engine: Engine) -> None:
    migrate(ground.url, ground.tree)
    over_expressions = [
        index
        for table in ground.metadata.tables.values()
        for index in table.indexes
        if _is_over_expression(index)
    ]
    assert bool(over_expressions) == (ground.tree is Tree.CASES)
    for index in over_expressions:
        assert _plain(str(CreateIndex(index).compile(engine))) in _sql(engine).values()


def test_up_and_down_with_rows_in_every_table(ground: Ground, engine: Engine) -> None:
    assert revision_of(_made(ground.url), ground.tree) is None
    assert migrate(ground.url, ground.tree)
    assert revision_of(ground.url, ground.tree) == newest(ground.tree)
    _fill(engine, ground)
    assert not migrate(ground.url, ground.tree)
    assert set(_counts(engine, ground).values()) == {1}

    assert go_back(ground.url, ground.tree, "base")
    engine.dispose()
    assert not set(inspect(engine).get_table_names()) & set(ground.metadata.tables)
    assert revision_of(ground.url, ground.tree) is None

    assert migrate(ground.url, ground.tree)
    assert set(_counts(engine, ground).values()) == {0}
    _fill(engine, ground)
    assert set(_counts(engine, ground).values()) == {1}


def test_a_case_of_the_first_issue_lives_through_the_promise_and_back(
    url: str, engine: Engine
) -> None:
    """A case stored before there were promises: nothing was promised, and nothing else changes."""
    migrate(url, Tree.CASES)
    go_back(url, Tree.CASES, "cases_0001")
    assert revision_of(url, Tree.CASES) == "cases_0001"
    engine.dispose()
    with writing(engine) as connection:
        before = _fill_as_it_is(connection)
    assert {"cases", "messages", "wraps"} <= set(before)
    assert not {"steps", "promise_counts"} & set(before)

    assert migrate(url, Tree.CASES)
    engine.dispose()
    with writing(engine) as connection:
        after = _rows(connection)
        assert after["cases"] == [{**before["cases"][0], "promised": None}]
        assert {name: after[name] for name in before if name != "cases"} == {
            name: rows for name, rows in before.items() if name != "cases"
        }
        connection.execute(update(cases).values(promised=3600))
        connection.execute(
            insert(steps).values(case_id="seven", sequence=0, unit="police", due=3600)
        )

    go_back(url, Tree.CASES, "cases_0001")
    engine.dispose()
    with reading(engine) as connection:
        assert _rows(connection) == before


def test_a_migration_that_fails_leaves_nothing_behind(ground: Ground, engine: Engine) -> None:
    in_the_way = list(ground.metadata.tables)[-1]
    with writing(open_engine(_made(ground.url))) as connection:
        connection.execute(text(f"CREATE TABLE {in_the_way} (x INTEGER)"))
    with pytest.raises(StoreUnavailable):
        migrate(ground.url, ground.tree)
    assert revision_of(ground.url, ground.tree) is None
    assert set(inspect(engine).get_table_names()) & set(ground.metadata.tables) == {in_the_way}


def test_a_database_of_a_newer_sifra_is_left_alone(ground: Ground, engine: Engine) -> None:
    migrate(ground.url, ground.tree)
    with writing(engine) as connection:
        versions = Table(ground.tree.version_table, MetaData(), autoload_with=connection)
        connection.execute(update(versions).values(version_num="later"))
    with pytest.raises(UnknownRevision):
        migrate(ground.url, ground.tree)


def test_the_file_is_the_owners_alone_and_has_a_write_ahead_log(url: str, engine: Engine) -> None:
    path = Path(make_url(url).database or "")
    migrate(url, Tree.CASES)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    with reading(engine) as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        for beside in path.parent.iterdir():
            assert stat.S_IMODE(beside.stat().st_mode) == 0o600


def test_no_row_of_a_case_tells_when_it_was_written(url: str, engine: Engine) -> None:
    """A hidden row number would give away the order within the hour."""
    migrate(url, Tree.CASES)
    with reading(engine) as connection:
        for name in inspect(connection).get_table_names():
            if name != Tree.CASES.version_table:
                with pytest.raises(Exception, match="no such column"):
                    connection.execute(text(f"SELECT rowid FROM {name}"))  # noqa: S608


def test_a_missing_database_says_so_and_is_not_made_by_looking(url: str) -> None:
    with pytest.raises(StoreUnavailable):
        revision_of(url, Tree.CASES)
    assert not Path(make_url(url).database or "").exists()


def _made(url: str) -> str:
    create_file(url)
    return url


def _is_over_expression(index: Index) -> bool:
    return any(not isinstance(one, Column) for one in index.expressions)


def _sql(engine: Engine) -> dict[str, str]:
    with reading(engine) as connection:
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql > ''"))
        return {name: _plain(sql) for name, sql in rows}


def _plain(sql: str) -> str:
    return " ".join(sql.split())


def _fill(engine: Engine, ground: Ground) -> None:
    with writing(engine) as connection:
        for table in ground.metadata.sorted_tables:
            connection.execute(insert(table).values(_row(table)))


def _fill_as_it_is(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """A row in each table of the database as it stands."""
    found = MetaData()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Skipped unsupported reflection", SAWarning)
        found.reflect(connection)
    for table in found.sorted_tables:
        if table.name != Tree.CASES.version_table:
            connection.execute(insert(table).values(_row(table)))
    return _rows(connection)


def _rows(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    names = set(inspect(connection).get_table_names()) - {Tree.CASES.version_table}
    return {
        name: [
            dict(row)
            for row in connection.execute(text(f"SELECT * FROM {name}")).mappings()  # noqa: S608
        ]
        for name in sorted(names)
    }


def _row(table: Table) -> dict[str, Any]:
    """The same value in every column of a kind, so that rows refer to each other."""
    kinds = {Boolean: True, Integer: 7, LargeBinary: b"\x07" * 16}
    return {
        column.name: next(
            (value for kind, value in kinds.items() if isinstance(column.type, kind)), "seven"
        )
        for column in table.columns
    }


def _counts(engine: Engine, ground: Ground) -> dict[str, int]:
    with reading(engine) as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in ground.metadata.tables.items()
        }
