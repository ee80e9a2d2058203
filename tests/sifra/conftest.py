"""Keys, cases and stores for the tests of the core. Keys are made once: they are never changed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from sifra.case_store import HOUR, CaseStore, Clear, State, StoredCase
from sifra.conversation import Sealed
from sifra.database import create_file, file_url, open_engine, reading, writing
from sifra.erasure import ErasureKeys
from sifra.sealing import PrivateKey
from sifra.tables import cases, metadata
from tests.sifra.example_cases import Example, tip_to, whole_conversation

RECEIVED = 1_790_000_000 // HOUR * HOUR
LATER = RECEIVED + HOUR
LOOKUP = b"lookup-id-of-16b"


@pytest.fixture(scope="session")
def holders() -> Mapping[str, PrivateKey]:
    """Two units that the sender chose."""
    return {"youth_team": PrivateKey.generate(), "police": PrivateKey.generate()}


@pytest.fixture(scope="session")
def stranger() -> PrivateKey:
    """A unit that the sender did not choose."""
    return PrivateKey.generate()


@pytest.fixture(scope="session")
def tip(holders: Mapping[str, PrivateKey]) -> Example:
    return tip_to(holders)


@pytest.fixture(scope="session")
def conversation(holders: Mapping[str, PrivateKey]) -> Example:
    return whole_conversation(holders)


def clear_of(sealed: Sealed) -> Clear:
    return Clear(sealed.id, "tip", State.NEW, RECEIVED, LATER, 180)


@dataclass(frozen=True)
class Folder:
    """A folder with a cases database and an erasure store, as ``sifra init`` leaves it."""

    path: Path
    url: str
    engine: Engine
    erasure: ErasureKeys
    store: CaseStore

    @property
    def file(self) -> Path:
        return self.path / "cases.sqlite"

    @property
    def erasure_file(self) -> Path:
        return self.path / "erasure-keys.sqlite"

    def deposit(self, sealed: Sealed, lookup_id: bytes | None = LOOKUP) -> None:
        self.store.deposit(clear_of(sealed), sealed, lookup_id, os.urandom(32), LATER)

    def stored(self, case_id: str) -> StoredCase:
        found = self.store.find(case_id)
        assert found is not None
        return found

    def ids(self) -> frozenset[str]:
        """Every case there is."""
        with reading(self.engine) as connection:
            return frozenset(connection.scalars(select(cases.c.id)))

    def every_byte(self) -> bytes:
        """What lies in any file of the folder, write-ahead logs included."""
        return b"\n".join(one.read_bytes() for one in sorted(self.path.iterdir()))

    def traces(self, *blobs: bytes) -> int:
        """How many pieces of the blobs lie in any file; a page may hold a part of one."""
        data = self.every_byte()
        pieces = {blob[at : at + 16] for blob in blobs for at in range(0, len(blob) - 15, 64)}
        return sum(piece in data for piece in pieces)


def make_folder(path: Path) -> Folder:
    url = file_url(path / "cases.sqlite")
    create_file(url)
    engine = open_engine(url)
    with writing(engine) as connection:
        metadata.create_all(connection)
    erasure = ErasureKeys(path / "erasure-keys.sqlite")
    erasure.create()
    return Folder(path, url, engine, erasure, CaseStore(engine, erasure))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return make_folder(tmp_path)
