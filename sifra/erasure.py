"""The erasure keys: a small store outside the database. Destroying a key is what deletes a case.

The file is copied, never versioned, and is in no backup beyond the days that the pages name, so
a case deleted today opens from no older copy of the database after that.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import (
    Column,
    Engine,
    LargeBinary,
    MetaData,
    Named,
    String,
    Table,
    TypedColumns,
    delete,
    insert,
    select,
)

from sifra.database import create_file, forget_deleted, open_engine, reading, writing
from sifra.sealing import SealError

_metadata = MetaData()


class _Columns(TypedColumns):
    case_id: Named[str] = Column(String(32), primary_key=True)
    key: Named[bytes] = Column(LargeBinary(32))


_keys = Table("erasure_keys", _metadata, _Columns, sqlite_with_rowid=False)


class ErasureKeys:
    """The store at ``path``. Every call may raise StoreUnavailable."""

    def __init__(self, path: Path) -> None:
        self._url = f"sqlite:///{path}"
        self._engine: Engine = open_engine(self._url)

    def create(self) -> None:
        """Make the empty store; keys that are there stay."""
        create_file(self._url)
        with writing(self._engine) as connection:
            _metadata.create_all(connection)

    def keep(self, case_id: str, key: bytes) -> None:
        """Durable before the case is: a key without a case opens nothing, the reverse loses."""
        with writing(self._engine) as connection:
            connection.execute(insert(_keys).values(case_id=case_id, key=key))

    def find(self, case_ids: Iterable[str]) -> dict[str, bytes]:
        """The keys of those cases that have not been destroyed."""
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(_keys.c.case_id, _keys.c.key).where(_keys.c.case_id.in_(list(case_ids)))
            )
            return {row[0]: row[1] for row in rows}

    def get(self, case_id: str) -> bytes:
        """Raises SealError when the key was destroyed."""
        key = self.find([case_id]).get(case_id)
        if key is None:
            raise SealError
        return key

    def ids(self) -> frozenset[str]:
        """The cases that there is a key for."""
        with reading(self._engine) as connection:
            return frozenset(connection.scalars(select(_keys.c.case_id)))

    def destroy(self, case_id: str) -> None:
        with writing(self._engine) as connection:
            connection.execute(delete(_keys).where(_keys.c.case_id == case_id))
        forget_deleted(self._engine)
