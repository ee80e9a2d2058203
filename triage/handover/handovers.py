"""Hand-overs: proposed, consented to or approved, made, and told.

A hand-over is a row that finds it, a folder that the case's readers hold, and the message of it in
the conversation. The last two lie in different databases, so making it goes in steps, each of
which may be the last before a crash: what was approved is sealed in the folder; the sender is
told, with which the whole conversation goes over where it shall; and then the folder is opened
for the other unit. Pressing again goes on where it stopped, and nobody is told twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from sqlalchemy import insert, select, update

from sifra.database import reading, writing
from sifra.sealing import Kind, PrivateKey, SealError
from triage.audit.audit_log import Action, Deed, append
from triage.cases.case_files import OpenCase
from triage.folder_store import FolderStore, create_in, replace_in
from triage.folders import FolderKind, OpenFolder, SealedFolder, begin, open_folder
from triage.handover import for_sender, handover_words, second_person
from triage.handover.for_sender import ForSender
from triage.handover.handover_rules import CONSENT, Proposal, Standing, State, What, standing
from triage.members import Member
from triage.office import office
from triage.people import second_factor
from triage.permissions import Permission
from triage.staff_tables import handovers, register_arrivals

__all__ = ["Handover", "Row", "State"]


class Row(NamedTuple):
    """As it stands in clear."""

    folder_id: str
    case_id: str
    from_unit: str
    to_unit: str
    whole: bool
    state: str
    proposed_by: str
    proposed: int
    decided_by: str | None
    decided: int | None
    notified: int | None
    read: int | None


@dataclass(frozen=True, slots=True)
class Handover:
    """A hand-over as the readers of the case see it."""

    row: Row
    folder: OpenFolder
    standing: Standing

    @property
    def id(self) -> str:
        return self.row.folder_id

    @property
    def proposal(self) -> Proposal:
        return self.standing.proposal

    @property
    def state(self) -> State:
        return self.standing.state

    @property
    def head(self) -> str:
        """Changes with everything that is added: a form that carries another was about something
        else."""
        return head(self.folder)


def head(folder: OpenFolder) -> str:
    return folder.sealed.head[:8].hex()


@dataclass(frozen=True, slots=True)
class OfCase:
    """The hand-overs of a case that a member may read, newest first."""

    found: tuple[Handover, ...]
    unreadable: int = field(default=0)
    """Those in which something was altered."""


def of_case(member: Member, case: OpenCase) -> OfCase:
    """Raises StoreUnavailable."""
    sealed = case.case.sealed
    with reading(office().staff) as connection:
        query = select(handovers).where(handovers.c.case_id == sealed.id)
        rows = {row.folder_id: Row(*row) for row in connection.execute(query)}
    keys, found, unreadable = member.unit_keys(), [], 0
    for folder in _store().of_case(sealed.id, FolderKind.HANDOVER):
        # The unit that was let in to one does not thereby see the others.
        if not set(folder.holders) & keys.keys():
            continue
        try:
            found.append(_opened(rows.get(folder.id), folder, case, keys))
        except SealError:
            unreadable += 1
    found.sort(key=lambda one: (one.proposal.at, one.id), reverse=True)
    return OfCase(tuple(found), unreadable)


def find(member: Member, case: OpenCase, folder_id: str) -> Handover | None:
    """None when there is none that the member may read on this case. Raises SealError when it was
    altered, and StoreUnavailable."""
    row, folder = row_of(folder_id), _store().find(folder_id)
    keys = member.unit_keys()
    if (
        row is None
        or folder is None
        or folder.kind is not FolderKind.HANDOVER
        or row.case_id != case.case.sealed.id
        or not set(folder.holders) & keys.keys()
    ):
        return None
    return _opened(row, folder, case, keys)


def row_of(folder_id: str) -> Row | None:
    with reading(office().staff) as connection:
        query = select(handovers).where(handovers.c.folder_id == folder_id)
        row = connection.execute(query).first()
    return Row(*row) if row else None


def propose(member: Member, case: OpenCase, proposal: Proposal) -> Handover:
    """Write the proposal down, sealed for the case's readers; nobody else is let in by it. Raises
    KeyCardError and StoreUnavailable."""
    sealed = case.case.sealed
    publics = office().store.public_keys(sealed.readers, office().settings.verifier)
    empty = begin(sealed.id, FolderKind.HANDOVER, sealed.erasure_key, publics)
    said = ForSender(proposal.translation, proposal.translation_language)
    aside = for_sender.closed(case.view.answer_key, empty.sealed.id, said)
    folder = empty.add({**proposal.entry, **aside})
    asks = proposal.ground == CONSENT
    _enter(Action.HANDOVER_PROPOSED, member, case, proposal, folder.sealed.id)
    row = Row(
        folder.sealed.id,
        sealed.id,
        case.unit,
        proposal.to,
        proposal.whole,
        (State.ASKED if asks else State.PROPOSED).value,
        member.id,
        proposal.at,
        *(None,) * 4,
    )
    with writing(office().staff) as connection:
        create_in(connection, folder.sealed)
        connection.execute(insert(handovers).values(row._asdict()))
    return _standing(row, folder, case)


def ask(member: Member, case: OpenCase, handover: Handover) -> None:
    """Put the question to the sender. Conflict: something came first. Raises StoreUnavailable."""
    _enter(Action.CONSENT_ASKED, member, case, handover.proposal, handover.id)
    case.add(Kind.ASKED, handover.proposal.question(handover.id))


def decide(member: Member, case: OpenCase, handover: Handover, what: What, reason: str) -> Handover:
    """What a second person says, or whoever takes a proposal back. Raises NotSecond, Conflict when
    something was added meanwhile, and StoreUnavailable."""
    if what is not What.REFUSAL:
        second_person.check(member, handover.id, handover.proposal, handover.folder.sealed)
    refuses = what in (What.REFUSAL, What.OBJECTION)
    deed = Deed(
        Action.HANDOVER_REFUSED if refuses else Action.HANDOVER_APPROVED,
        member.id,
        case.unit,
        handover.row.case_id,
        {"handover": handover.id},
    )
    append(office().staff, deed)
    now = office().clock.now()
    folder = handover.folder.add(
        {
            "what": what.value,
            "reason": reason,
            "by": case.unit,
            "account": member.id,
            "at": now,
        }
    )
    after = _standing(handover.row, folder, case)
    return _store_after(handover, after, decided_by=member.id, decided=now)


def make(member: Member, case: OpenCase, handover: Handover) -> Handover:
    """Let the other unit in, from wherever it stopped. Conflict: something came first, and nobody
    is let in. Raises KeyCardError and StoreUnavailable."""
    proposal = handover.proposal
    public = office().store.public_keys([proposal.to], office().settings.verifier)
    _enter(Action.HANDED_OVER, member, case, proposal, handover.id)
    if not handover.standing.told:
        notice = proposal.notice(handover.id)
        # One transaction: no unit reads the conversation without the sender being told.
        case.add(Kind.HANDED_OVER, notice, admit=public if proposal.whole else None)
    folder = handover.folder.admit(public)
    told = replace(handover.standing, told=True, admitted=True)
    return _store_after(handover, replace(handover, folder=folder, standing=told))


def _store_after(before: Handover, after: Handover, **values: str | int | None) -> Handover:
    if after.standing.admitted and not before.standing.admitted:
        # The worker told whoever might be the second person; now the unit that is let in.
        values["notified"] = None
    with writing(office().staff) as connection:
        replace_in(connection, before.folder.sealed, after.folder.sealed)
        connection.execute(
            update(handovers)
            .where(handovers.c.folder_id == before.id)
            .values(state=after.state.value, **values)
        )
        if after.proposal.whole and after.standing.admitted and not before.standing.admitted:
            arrival = {"unit": after.proposal.to, "case_id": after.row.case_id}
            known = select(register_arrivals).filter_by(**arrival)
            if connection.execute(known).first() is None:
                connection.execute(insert(register_arrivals).values(arrival))
    return after


def _opened(
    row: Row | None,
    folder: SealedFolder,
    case: OpenCase,
    keys: Mapping[str, Sequence[PrivateKey]],
) -> Handover:
    """Raises SealError."""
    sealed = case.case.sealed
    if row is None or folder.case_id != sealed.id:
        raise SealError
    holder = next(unit for unit in folder.holders if unit in keys)
    return _standing(row, open_folder(folder, sealed.erasure_key, holder, keys[holder]), case)


def _standing(row: Row, folder: OpenFolder, case: OpenCase) -> Handover:
    folder_id, first = folder.sealed.id, folder.entries[0] if folder.entries else {}
    aside = for_sender.opened(case.view.answer_key, folder_id, first)
    found = standing(folder_id, folder.entries, folder.sealed.holders, case.messages, aside)
    if (row.to_unit, row.whole) != (found.proposal.to, found.proposal.whole):
        raise SealError
    return Handover(row, folder, found)


def _enter(
    action: Action, member: Member, case: OpenCase, proposal: Proposal, folder_id: str
) -> None:
    fields: dict[str, int | str] = {
        "handover": folder_id,
        "to": proposal.to,
        "whole": int(proposal.whole),
        "ground": proposal.ground,
    }
    deed = Deed(action, member.id, case.unit, case.case.clear.id, fields)
    append(office().staff, deed)


def _store() -> FolderStore:
    return FolderStore(office().staff)


def shown(member: Member, case: OpenCase) -> Mapping[str, object]:
    """What the case page shows of it."""
    return {
        "handed": of_case(member, case),
        "may_hand_over": member.may(Permission.HAND_OVER),
        "handover_said": handover_words.said,
        "handover_code": second_factor.is_asked(),
    }
