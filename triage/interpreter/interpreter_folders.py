"""The folders of a case's interpreters, as its readers open, fill and end them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import select, update

from sifra.database import Conflict, forget_deleted, reading, writing
from sifra.key_cards import KeyCardError, account_holder
from sifra.sealing import SealError
from triage.audit.audit_log import Action
from triage.cases.case_files import OpenCase
from triage.cases.case_log import enter
from triage.folder_store import FolderStore, replace_in
from triage.folders import FolderKind, OpenFolder, open_folder
from triage.interpreter.interpretation import Grant, copied, is_granted, originals, read
from triage.members import Member
from triage.office import office
from triage.staff_tables import accounts, interpreters

ROLE = "interpreter"
_TRIES = 5
_ACCOUNTS = account_holder("")
_NOBODY = "0" * 32


@dataclass(frozen=True, slots=True)
class _Row:
    """What stands in clear of an interpreter in a case. ``gone``: the account is no interpreter's
    any more, or no leader answers for its key now."""

    account: str
    display: str
    ended: bool
    gone: bool


@dataclass(frozen=True, slots=True)
class InterpreterFolder:
    """A folder that a reader of the case has opened."""

    open: OpenFolder
    row: _Row | None

    @property
    def display(self) -> str:
        return self.row.display if self.row else ""

    @property
    def is_in(self) -> bool:
        """There is something to end: an interpreter's wrap, or a row that says so."""
        return any(self._wraps) or (self.row is not None and not self.row.ended)

    def running(self, case: OpenCase) -> Grant | None:
        """The grant by which it may be written to now; None when it may not."""
        given = read(self.open.entries[:1]).grant
        if given is None or self.row is None or self.row.ended or self.row.gone:
            return None
        runs = (
            self.row.account == given.account
            and self._wraps == [given.holder]
            and office().clock.now() < given.until
            and is_granted(case.view.answer_key, self.open.sealed.id, given)
        )
        return given if runs else None

    def passed_on(self, case: OpenCase, given: Grant) -> InterpreterFolder:
        """With what was written since, and for the units that read the case by now. Conflict: it
        was changed meanwhile, or ended: nothing comes to it after that."""
        there = {original.of for original in read(self.open.entries).originals}
        after = self.open
        for original in originals(case.messages, given.language):
            if original.of not in there:
                after = after.add(copied(original))
        new = set(case.case.sealed.readers) - set(self.open.sealed.holders)
        if new:
            with suppress(KeyCardError):
                after = after.admit(office().store.public_keys(new, office().settings.verifier))
        if after is not self.open:
            FolderStore(office().staff).replace(self.open.sealed, after.sealed)
        return InterpreterFolder(after, self.row)

    def ended(self, member: Member, case: OpenCase, *, enter_it: bool = True) -> InterpreterFolder:
        """Without the interpreter. Conflict: it was changed meanwhile."""
        after = self.open
        for holder in self._wraps:
            after = after.without(holder)
        if enter_it:
            # Without a row somebody has written to the database: whose it was, nobody can tell.
            account = self.row.account if self.row else _NOBODY
            enter(Action.INTERPRETER_ENDED, member, case, interpreter=account)
        with writing(office().staff) as connection:
            replace_in(connection, self.open.sealed, after.sealed)
            connection.execute(
                update(interpreters)
                .where(interpreters.c.folder_id == after.sealed.id, interpreters.c.ended.is_(None))
                .values(ended=office().clock.now())
            )
        forget_deleted(office().staff)
        return InterpreterFolder(after, None)

    @property
    def _wraps(self) -> list[str]:
        return [holder for holder in self.open.sealed.holders if holder.startswith(_ACCOUNTS)]


def opened(member: Member, case: OpenCase) -> tuple[list[InterpreterFolder], int]:
    """The case's folders that open for the member, the oldest first; and how many should have and
    did not. Raises StoreUnavailable."""
    sealed = case.case.sealed
    found = FolderStore(office().staff).of_case(sealed.id, FolderKind.INTERPRETER)
    if not found:
        return [], 0
    keys, rows = member.unit_keys(), _rows(sealed.id)
    folders, unreadable = [], 0
    for folder in found:
        holder = next((unit for unit in folder.holders if unit in keys), None)
        if holder is None:
            continue
        try:
            one = open_folder(folder, sealed.erasure_key, holder, keys[holder])
        except SealError:
            unreadable += 1
        else:
            folders.append(InterpreterFolder(one, rows.get(folder.id)))
    return sorted(folders, key=_begun), unreadable


def settled(
    member: Member, case: OpenCase, folder: InterpreterFolder
) -> tuple[InterpreterFolder, Grant | None]:
    """The folder brought up to date, and its grant when that still runs: what came meanwhile is
    passed on, and whose time is over is put out. What somebody else stores in the same moment is
    left to the next look."""
    given = folder.running(case)
    with suppress(Conflict):
        if given is not None:
            return folder.passed_on(case, given), given
        if folder.is_in:
            return folder.ended(member, case), None
    return folder, given


def end(member: Member, case: OpenCase, folder_id: str) -> bool:
    """Put an interpreter out of the case, now; False when there is none to be put out. Raises
    StoreUnavailable and Conflict."""
    for attempt in range(_TRIES):
        here = [one for one in opened(member, case)[0] if one.open.sealed.id == folder_id]
        if not here or not here[0].is_in:
            return False
        with suppress(Conflict):
            here[0].ended(member, case, enter_it=not attempt)
            return True
    raise Conflict


def _rows(case_id: str) -> dict[str, _Row]:
    query = (
        select(
            interpreters.c.folder_id,
            interpreters.c.account_id,
            interpreters.c.ended,
            accounts.c.display,
            accounts.c.role,
            accounts.c.gone,
            accounts.c.card_signature,
        )
        .join(accounts, accounts.c.id == interpreters.c.account_id)
        .where(interpreters.c.case_id == case_id)
    )
    with reading(office().staff) as connection:
        return {
            row.folder_id: _Row(
                row.account_id,
                row.display,
                row.ended is not None,
                row.gone is not None or row.role != ROLE or row.card_signature is None,
            )
            for row in connection.execute(query)
        }


def _begun(folder: InterpreterFolder) -> int:
    at = folder.open.entries[0].get("at") if folder.open.entries else None
    return at if isinstance(at, int) else 0
