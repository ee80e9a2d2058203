"""Brings a database to the tables that the code knows: one Alembic tree for each database."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from alembic import command, context
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from sifra.database import StoreUnavailable, create_file, open_engine, reading, writing

_TREES = Path(__file__).resolve().parent.parent / "migrations"


class Tree(StrEnum):
    """A folder of ``migrations/``, and the database that it is for."""

    CASES = "cases"
    STAFF = "staff"

    @property
    def version_table(self) -> str:
        return f"alembic_version_{self.value}"


class UnknownRevision(Exception):
    """The database stands at a revision that this code does not know: it is from a newer one."""


def migrate(url: str, tree: Tree, revision: str = "head") -> bool:
    """Bring the database of ``url`` up to ``revision``; was there anything to do?

    A missing SQLite file is made, readable by its owner alone. All or nothing. Raises
    StoreUnavailable and UnknownRevision.
    """
    create_file(url)
    return _run(url, tree, lambda config: command.upgrade(config, revision))


def go_back(url: str, tree: Tree, revision: str) -> bool:
    """Take the database back to ``revision``, ``base`` for none. Raises as :func:`migrate`."""
    return _run(url, tree, lambda config: command.downgrade(config, revision))


def revision_of(url: str, tree: Tree) -> str | None:
    """Where the database stands; None when nothing has been migrated. Raises StoreUnavailable."""
    engine = open_engine(url)
    try:
        with reading(engine) as connection:
            return _revision(connection, tree)
    finally:
        engine.dispose()


def newest(tree: Tree) -> str | None:
    """The revision that the code wants."""
    return ScriptDirectory.from_config(_config(tree)).get_current_head()


def run_env(tree: Tree) -> None:
    """What each tree's ``env.py`` does. The connection comes from :func:`migrate`."""
    connection: Connection | None = context.config.attributes.get("connection")
    if connection is None:
        raise CommandError("run `sifra migrate`: the address of the database comes from there")
    context.configure(
        connection=connection,
        version_table=tree.version_table,
    )
    with context.begin_transaction():
        context.run_migrations()


def _run(url: str, tree: Tree, step: Callable[[Config], None]) -> bool:
    engine = open_engine(url)
    try:
        with writing(engine) as connection:
            before = _revision(connection, tree)
            step(_config(tree, connection))
            return _revision(connection, tree) != before
    except CommandError:
        raise UnknownRevision(tree.value) from None
    except (SQLAlchemyError, sqlite3.Error) as fault:
        raise StoreUnavailable(type(fault).__name__) from None
    finally:
        engine.dispose()


def _config(tree: Tree, connection: Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_TREES / tree.value).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _revision(connection: Connection, tree: Tree) -> str | None:
    return MigrationContext.configure(
        connection, opts={"version_table": tree.version_table}
    ).get_current_revision()
