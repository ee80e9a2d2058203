"""The trees and empty databases to try them on. Another kind of database is one more url."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, MetaData

from sifra import tables
from sifra.database import open_engine
from sifra.migrate import Tree
from triage import staff_tables

METADATA = {Tree.CASES: tables.metadata, Tree.STAFF: staff_tables.metadata}


@dataclass(frozen=True)
class Ground:
    """A tree, the tables it must lead to, and an address to migrate."""

    tree: Tree
    url: str
    metadata: MetaData


@pytest.fixture(params=["sqlite"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'some folder 50%' / 'some.sqlite'}"


@pytest.fixture(params=list(Tree))
def ground(request: pytest.FixtureRequest, url: str) -> Ground:
    return Ground(request.param, url, METADATA[request.param])


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """Opens the file when first used: migrate first."""
    made = open_engine(url)
    yield made
    made.dispose()
