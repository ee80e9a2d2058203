"""What a unit itself may read in the notes of a case, when nobody has the case open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import merge

from sqlalchemy import select

from sifra.conversation import Sealed
from sifra.database import reading
from sifra.sealing import PrivateKey, SealError
from triage.cases.case_sheet import Sheet, sheet
from triage.folder_store import FolderStore
from triage.folders import Body, FolderKind, open_folder
from triage.office import office
from triage.staff_tables import folders


def with_notes(case_ids: Iterable[str]) -> frozenset[str]:
    """Those of ``case_ids`` that somebody has written notes on. Raises StoreUnavailable."""
    query = select(folders.c.case_id).where(
        folders.c.case_id.in_(list(case_ids)), folders.c.kind == FolderKind.NOTES.value
    )
    with reading(office().staff) as connection:
        return frozenset(connection.scalars(query))


def sheet_for(case: Sealed, unit: str, privates: Sequence[PrivateKey]) -> Sheet:
    """From the folders of notes that ``unit`` holds a key to; one that was altered tells nothing.
    Raises StoreUnavailable."""
    read: list[tuple[Body, ...]] = []
    for folder in FolderStore(office().staff).of_case(case.id, FolderKind.NOTES):
        try:
            read.append(open_folder(folder, case.erasure_key, unit, privates).entries)
        except SealError:
            continue
    read.sort(key=lambda entries: _at(entries[0]) if entries else 0)
    return sheet(merge(*read, key=_at))


def _at(body: Body) -> int:
    at = body.get("at")
    return at if isinstance(at, int) else 0
