"""Folders as rows of the staff database: written and read back. It opens nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import Connection, Engine, Row, bindparam, delete, insert, select, update

from sifra.database import Conflict, forget_deleted, snapshot, writing
from triage.folders import FolderKind, SealedFolder
from triage.staff_tables import folder_entries, folder_keys, folders

_OF_CASE = select(folders).where(folders.c.case_id == bindparam("case")).order_by(folders.c.id)
_ONE = select(folders).where(folders.c.id == bindparam("folder"))
_KEYS = select(folder_keys).where(folder_keys.c.folder_id.in_(bindparam("ids", expanding=True)))
_ENTRIES = (
    select(folder_entries)
    .where(folder_entries.c.folder_id.in_(bindparam("ids", expanding=True)))
    .order_by(folder_entries.c.folder_id, folder_entries.c.sequence)
)


class FolderStore:
    """Every call may raise StoreUnavailable; those that write may raise Conflict."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of_case(self, case_id: str, kind: FolderKind | None = None) -> list[SealedFolder]:
        """The case's folders, of one kind or of all."""
        with snapshot(self._engine) as connection:
            rows = connection.execute(_OF_CASE, {"case": case_id}).all()
            return _read(connection, [row for row in rows if kind in (None, row.kind)])

    def find(self, folder_id: str) -> SealedFolder | None:
        with snapshot(self._engine) as connection:
            rows = connection.execute(_ONE, {"folder": folder_id}).all()
            return next(iter(_read(connection, rows)), None)

    def held_by(self, holder: str, after: str = "", limit: int = 100) -> list[str]:
        """Some ids of the folders that ``holder`` has a key to, in their order."""
        query = (
            select(folder_keys.c.folder_id)
            .where(folder_keys.c.holder == holder, folder_keys.c.folder_id > after)
            .order_by(folder_keys.c.folder_id)
            .limit(limit)
        )
        with snapshot(self._engine) as connection:
            return list(connection.scalars(query))

    def create(self, folder: SealedFolder) -> None:
        """Store a new folder, with what is in it already."""
        with writing(self._engine) as connection:
            create_in(connection, folder)

    def replace(self, before: SealedFolder, after: SealedFolder) -> None:
        """Store what has changed. Conflict: the folder is no longer as it was ``before``."""
        with writing(self._engine) as connection:
            replace_in(connection, before, after)
        if before.wraps != after.wraps:
            forget_deleted(self._engine)

    def destroy(self, case_ids: Iterable[str]) -> int:
        """Delete the folders of cases that are no more; how many they were."""
        gone = list(case_ids)
        with writing(self._engine) as connection:
            count = connection.execute(delete(folders).where(folders.c.case_id.in_(gone))).rowcount
        if count:
            forget_deleted(self._engine)
        return count


def create_in(connection: Connection, folder: SealedFolder) -> None:
    """For a folder that is stored together with something else."""
    connection.execute(
        insert(folders).values(
            id=folder.id, case_id=folder.case_id, kind=folder.kind.value, head=folder.head
        )
    )
    replace_in(connection, replace(folder, wraps={}, entries=()), folder)


def replace_in(connection: Connection, before: SealedFolder, after: SealedFolder) -> None:
    """Entries are only ever added; wraps may come, change and go."""
    moved = connection.execute(
        update(folders)
        .where(folders.c.id == before.id, folders.c.head == before.head)
        .values(head=after.head)
    )
    if moved.rowcount != 1:
        raise Conflict
    new = [
        {"folder_id": after.id, "sequence": sequence, "sealed": blob}
        for sequence, blob in enumerate(after.entries)
        if sequence >= len(before.entries)
    ]
    if new:
        connection.execute(insert(folder_entries), new)
    changed = {holder for holder, blob in before.wraps.items() if after.wraps.get(holder) != blob}
    if changed:
        connection.execute(
            delete(folder_keys).where(
                folder_keys.c.folder_id == after.id, folder_keys.c.holder.in_(changed)
            )
        )
    keys = [
        {"folder_id": after.id, "holder": holder, "sealed": blob}
        for holder, blob in after.wraps.items()
        if before.wraps.get(holder) != blob
    ]
    if keys:
        connection.execute(insert(folder_keys), keys)


def _read(connection: Connection, rows: Sequence[Row[tuple[object, ...]]]) -> list[SealedFolder]:
    ids = {"ids": [row.id for row in rows]}
    wraps: dict[str, dict[str, bytes]] = {row.id: {} for row in rows}
    for key in connection.execute(_KEYS, ids):
        wraps[key.folder_id][key.holder] = key.sealed
    entries: dict[str, list[bytes]] = {row.id: [] for row in rows}
    for entry in connection.execute(_ENTRIES, ids):
        entries[entry.folder_id].append(entry.sealed)
    return [
        SealedFolder(
            row.id,
            row.case_id,
            FolderKind(row.kind),
            row.head,
            wraps[row.id],
            tuple(entries[row.id]),
        )
        for row in rows
    ]
