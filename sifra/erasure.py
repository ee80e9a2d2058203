"""The erasure keys: a small store outside the database. Destroying a key is what deletes a case.

The file is copied, never versioned, and is in no backup beyond the days that the pages name, so
a case deleted today opens from no older copy of the database after that.
"""

from __future__ import annotations

import os
import threading
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
    bindparam,
    delete,
    insert,
    select,
)

from sifra.conversation import Slot
from sifra.database import (
    Prepared,
    create_file,
    driven,
    file_url,
    forget_deleted,
    open_engine,
    reading,
    writing,
)
from sifra.sealing import SealError

_metadata = MetaData()


class _Columns(TypedColumns):
    case_id: Named[str] = Column(String(32), primary_key=True)
    key: Named[bytes] = Column(LargeBinary(32))


_keys = Table("erasure_keys", _metadata, _Columns, sqlite_with_rowid=False)


_FIND = select(_keys.c.case_id, _keys.c.key).where(
    _keys.c.case_id.in_(bindparam("ids", expanding=True))
)
_FIND_ONE = Prepared(select(_keys.c.key).where(_keys.c.case_id == bindparam("case")))
_AT_A_TIME = 32


def _row(slot: Slot) -> dict[str, object]:
    return {"case_id": slot.case, "key": slot.erasure_key}


class ErasureKeys:
    """The store at ``path``. Every call may raise StoreUnavailable."""

    def __init__(self, path: Path) -> None:
        self._url = file_url(path)
        self._engine: Engine = open_engine(self._url)
        self._lock = threading.Lock()
        self._reserved: list[Slot] = []
        self._process = os.getpid()

    def create(self) -> None:
        """Make the empty store; keys that are there stay."""
        create_file(self._url)
        with writing(self._engine) as connection:
            _metadata.create_all(connection)

    def reserve(self) -> Slot:
        """An id and its key for the next case, already durable.

        They are made some at a time, so that a tip costs one durable commit and not two. A key
        that never gets a case opens nothing.
        """
        with self._lock:
            if self._process != os.getpid():
                self._reserved, self._process = [], os.getpid()
            if not self._reserved:
                drawn = [Slot.draw() for _ in range(_AT_A_TIME)]
                with writing(self._engine) as connection:
                    connection.execute(insert(_keys), [_row(slot) for slot in drawn])
                self._reserved = drawn
            return self._reserved.pop()

    def keep(self, slot: Slot) -> None:
        """Durable before the case is: a key without a case opens nothing, the reverse loses."""
        with driven(self._engine) as driver:
            if _FIND_ONE.run(driver, {"case": slot.case}) == [(slot.erasure_key,)]:
                return
        with writing(self._engine) as connection:
            connection.execute(insert(_keys).values(_row(slot)))

    def disconnect(self) -> None:
        """Close what is open, before a fork."""
        self._engine.dispose()

    def find(self, case_ids: Iterable[str]) -> dict[str, bytes]:
        """The keys of those cases that have not been destroyed."""
        with reading(self._engine) as connection:
            rows = connection.execute(_FIND, {"ids": list(case_ids)})
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

    def destroy(self, *case_ids: str) -> None:
        if not case_ids:
            return
        with writing(self._engine) as connection:
            connection.execute(
                delete(_keys).where(_keys.c.case_id == bindparam("case")),
                [{"case": case_id} for case_id in case_ids],
            )
        # A key must not survive anywhere, and the store is small.
        forget_deleted(self._engine, rewrite=True)
