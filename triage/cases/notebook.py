"""The notes of a case, opened and added to. What staff write here the sender never sees, nor an
interpreter, nor a unit that is let in later: its own notes begin with a folder of their own.

An entry's ``what`` says what it is: ``note`` (``text``), ``label`` and ``label_off`` (``label``),
``level``, ``follow_up``, ``incident`` and ``told``; triage.cases.case_sheet reads them. Each has
``by`` (the unit), ``account`` and ``at`` (Unix seconds, UTC).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import merge

from sifra.sealing import SealError
from triage.cases.case_files import OpenCase
from triage.folder_store import FolderStore
from triage.folders import Body, FolderKind, OpenFolder, begin, open_folder
from triage.members import Member
from triage.office import office


@dataclass(frozen=True, slots=True)
class Notebook:
    """The notes that a member may read on one case, oldest first."""

    case: OpenCase
    opened: tuple[OpenFolder, ...]
    unreadable: int
    """Folders of which something was altered."""
    entries: tuple[Body, ...] = field(repr=False)

    def add(self, member: Member, what: str, **said: str | int) -> None:
        """Seal and store one more. Conflict: somebody wrote in the same moment. Raises
        KeyCardError and StoreUnavailable."""
        body: Body = {
            "what": what,
            **said,
            "by": self.case.unit,
            "account": member.id,
            "at": office().clock.now(),
        }
        store, readers = _store(), self.case.case.sealed.readers
        for folder in reversed(self.opened):
            # Who reads the case has changed: what was written before stays with whom it was for.
            if folder.sealed.holders == readers:
                store.replace(folder.sealed, folder.add(body).sealed)
                return
        publics = office().store.public_keys(readers, office().settings.verifier)
        sealed = self.case.case.sealed
        first = begin(sealed.id, FolderKind.NOTES, sealed.erasure_key, publics)
        store.create(first.add(body).sealed)

    @property
    def next_entry(self) -> int:
        """The place of the next entry, for the audit log."""
        return len(self.entries)


def notebook(member: Member, case: OpenCase) -> Notebook:
    """Raises StoreUnavailable."""
    sealed, keys = case.case.sealed, member.unit_keys()
    opened, unreadable = [], 0
    for folder in _store().of_case(sealed.id, FolderKind.NOTES):
        holder = next((unit for unit in folder.holders if unit in keys), None)
        if holder is None:
            continue
        try:
            opened.append(open_folder(folder, sealed.erasure_key, holder, keys[holder]))
        except SealError:
            unreadable += 1
    opened.sort(key=lambda folder: _begun(folder.entries))
    # Merged, not sorted: within a folder they stand as they were written, whatever the clock did.
    entries = merge(*(folder.entries for folder in opened), key=_at)
    return Notebook(case, tuple(opened), unreadable, tuple(entries))


def _begun(entries: tuple[Body, ...]) -> int:
    return _at(entries[0]) if entries else 0


def _at(body: Body) -> int:
    at = body.get("at")
    return at if isinstance(at, int) else 0


def _store() -> FolderStore:
    return FolderStore(office().staff)
