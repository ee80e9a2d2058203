"""An interpreter's own side: the cases that they are let in to, and what they translate."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select

from sifra.database import Conflict, reading
from sifra.key_cards import account_holder
from sifra.sealing import SealError
from triage.folder_store import FolderStore
from triage.folders import FolderKind, OpenFolder, open_folder
from triage.interpreter.interpretation import Work, read, translated
from triage.members import Member
from triage.office import office
from triage.staff_tables import interpreters

_TRIES = 5


@dataclass(frozen=True, slots=True)
class Task:
    """A case for an interpreter, as long as they are let in. ``until`` is Unix seconds (UTC)."""

    folder: OpenFolder
    until: int
    work: Work = field(repr=False)

    @property
    def id(self) -> str:
        return self.folder.sealed.id

    @property
    def case_id(self) -> str:
        return self.folder.sealed.case_id


def tasks(member: Member) -> tuple[list[Task], int]:
    """The member's cases, the one that ends first first; and how many do not open. Raises
    StoreUnavailable."""
    found, closed = [], 0
    for folder_id in _let_in(member):
        try:
            one = task(member, folder_id)
        except SealError:
            closed += 1
        else:
            found += [one] if one else []
    return sorted(found, key=lambda one: (one.until, one.id)), closed


def task(member: Member, folder_id: str) -> Task | None:
    """None when the member is not let in to it, or no longer, or the case is gone. Raises SealError
    when something was altered, and StoreUnavailable."""
    until = _let_in(member).get(folder_id)
    sealed = FolderStore(office().staff).find(folder_id) if until is not None else None
    if until is None or sealed is None or sealed.kind is not FolderKind.INTERPRETER:
        return None
    case, holder = office().store.find(sealed.case_id), account_holder(member.id)
    if case is None or holder not in sealed.wraps:
        return None
    keys = (member.unlocked.private,)
    folder = open_folder(sealed, case.sealed.erasure_key, holder, keys)
    work = read(folder.entries)
    # The row's date stands in clear, where somebody may have moved it.
    if work.grant is None or work.grant.account != member.id:
        raise SealError
    ends = min(until, work.grant.until)
    return Task(folder, ends, work) if office().clock.now() < ends else None


def translate(member: Member, folder_id: str, of: int, text: str) -> bool:
    """Add a translation; the latest counts. False when the member is not let in any more. Raises
    SealError, StoreUnavailable, ValueError when there is no such message, and Conflict."""
    for _ in range(_TRIES):
        here = task(member, folder_id)
        if here is None:
            return False
        original = next((one for one in here.work.originals if one.of == of), None)
        if original is None:
            raise ValueError(of)
        body = translated(of, text, here.work.target(original), office().clock.now())
        try:
            FolderStore(office().staff).replace(here.folder.sealed, here.folder.add(body).sealed)
        except Conflict:
            # A reader has passed on what came meanwhile, or has ended it: look again.
            continue
        return True
    raise Conflict


def _let_in(member: Member) -> dict[str, int]:
    """The ends by folder, as they stand in clear."""
    query = select(interpreters.c.folder_id, interpreters.c.until).where(
        interpreters.c.account_id == member.id,
        interpreters.c.ended.is_(None),
        interpreters.c.until > office().clock.now(),
    )
    with reading(office().staff) as connection:
        return {row.folder_id: row.until for row in connection.execute(query)}
