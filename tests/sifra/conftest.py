"""Keys, cases and stores for the tests of the core. Keys are made once: they are never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine

from sifra.case_store import CaseStore
from sifra.database import create_file, open_engine, writing
from sifra.erasure import ErasureKeys
from sifra.sealing import PrivateKey
from sifra.tables import metadata
from tests.sifra.example_cases import Example, tip_to, whole_conversation


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

    def every_byte(self) -> bytes:
        """What lies in any file of the folder, write-ahead logs included."""
        return b"\n".join(one.read_bytes() for one in sorted(self.path.iterdir()))


def make_folder(path: Path) -> Folder:
    url = f"sqlite:///{path / 'cases.sqlite'}"
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
