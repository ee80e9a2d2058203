"""What has been handed over, as the unit that was let in works with it; and what waits for whom.

Both units hold the folder, and write to each other in it. The unit that was let in to a summary
holds nothing else of the case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, select, update

from sifra.database import reading, writing
from sifra.sealing import SealError
from triage.audit.audit_log import Action, Deed, append
from triage.folder_store import FolderStore, replace_in
from triage.folders import Body, FolderKind, OpenFolder, open_folder
from triage.handover.handover_rules import LET_IN, Proposal, State, What
from triage.handover.handovers import Row, head, row_of
from triage.members import Member
from triage.office import office
from triage.permissions import Permission
from triage.staff_tables import folder_keys, handovers, unit_keys

LISTED = 100
"""The newest of each list, and as many as are counted."""


class Gone(Exception):
    """The case was deleted, and what went over with it."""


@dataclass(frozen=True, slots=True)
class Referral:
    """Something handed over, opened for a member of ``unit``: of the unit that was let in, or of
    those that let it in."""

    row: Row
    folder: OpenFolder = field(repr=False)
    proposal: Proposal
    unit: str

    @property
    def receives(self) -> bool:
        return self.unit == self.row.to_unit

    @property
    def head(self) -> str:
        return head(self.folder)

    @property
    def read(self) -> Body | None:
        """What tells that the unit that was let in has read it: it says so, or replies."""
        theirs = (one for one in self.said if one.get("by") == self.row.to_unit)
        return next((one for one in theirs if one.get("what") in (What.READ, What.REPLY)), None)

    @property
    def said(self) -> Sequence[Body]:
        """All that came after the proposal, oldest first."""
        return self.folder.entries[1:]


def find(member: Member, folder_id: str) -> Referral | None:
    """None when there is none that a unit of the member's was let in to or let another in to.
    Raises Gone, SealError when anything was altered, and StoreUnavailable."""
    row = row_of(folder_id)
    folder = FolderStore(office().staff).find(folder_id) if row else None
    if row is None or folder is None or folder.kind is not FolderKind.HANDOVER:
        return None
    keys = member.unit_keys()
    mine = [unit for unit in folder.holders if unit in keys]
    # Whoever works in both answers for the unit that was let in.
    unit = row.to_unit if row.to_unit in mine else next(iter(mine), None)
    if unit is None or row.to_unit not in folder.holders:
        return None
    case = office().store.find(row.case_id)
    if case is None:
        raise Gone
    if folder.case_id != row.case_id:
        raise SealError
    opened = open_folder(folder, case.sealed.erasure_key, unit, keys[unit])
    proposal = Proposal.read(opened.entries)
    if (row.to_unit, row.whole) != (proposal.to, proposal.whole):
        raise SealError
    return Referral(row, opened, proposal, unit)


def look(member: Member, referral: Referral) -> None:
    """To be entered before it is shown. Raises StoreUnavailable."""
    _enter(Action.HANDOVER_LOOK, member, referral)


def say(member: Member, referral: Referral, what: What, text: str = "") -> None:
    """``READ``, or a ``REPLY`` with its text. Conflict: somebody wrote in the same moment. Raises
    StoreUnavailable."""
    _enter(Action.HANDOVER_REPLY, member, referral)
    now = office().clock.now()
    body: dict[str, str | int] = {
        "what": what.value,
        "by": referral.unit,
        "account": member.id,
        "at": now,
    }
    after = referral.folder.add({**body, "text": text} if text else body)
    with writing(office().staff) as connection:
        replace_in(connection, referral.folder.sealed, after.sealed)
        if referral.receives:
            # Who replies has read.
            connection.execute(
                update(handovers)
                .where(handovers.c.folder_id == referral.row.folder_id, handovers.c.read.is_(None))
                .values(read=now)
            )


def _enter(action: Action, member: Member, referral: Referral) -> None:
    row = referral.row
    fields = {"handover": row.folder_id}
    append(office().staff, Deed(action, member.id, referral.unit, row.case_id, fields))


# --- lists ---------------------------------------------------------------------------------------


def waiting(member: Member) -> int:
    """How many hand-overs to the member's units nobody there has said that they have read. Raises
    StoreUnavailable."""
    return _unread(units_of(member))


def shown_on_queue(member: Member) -> Mapping[str, object]:
    """For queue_handovers.html."""
    units = units_of(member)
    return {"handed_over": _unread(units), "to_second": len(_rows(_for_second(member, units)))}


@dataclass(frozen=True, slots=True)
class Lists:
    for_second: list[Row]
    received: list[Row]
    given: list[Row]


def lists(member: Member) -> Lists:
    """What the member's units were let in to and let others in to, and what waits for a second
    person. Nothing is opened. Raises StoreUnavailable."""
    units = units_of(member)
    return Lists(
        _rows(_for_second(member, units)),
        _rows(_received(units)),
        _rows(
            handovers.c.state.in_(LET_IN)
            & handovers.c.from_unit.in_(units)
            & handovers.c.to_unit.not_in(units)
        ),
    )


def units_of(member: Member) -> frozenset[str]:
    """The units that the member holds a key of. Raises StoreUnavailable."""
    if not member.may(Permission.READ):
        return frozenset()
    with reading(office().staff) as connection:
        query = select(unit_keys.c.unit).where(unit_keys.c.account_id == member.id)
        return frozenset(connection.scalars(query))


def _received(units: frozenset[str]) -> ColumnElement[bool]:
    return handovers.c.to_unit.in_(units) & handovers.c.state.in_(LET_IN)


def _unread(units: frozenset[str]) -> int:
    return len(_rows(_received(units) & handovers.c.read.is_(None)))


def _for_second(member: Member, units: frozenset[str]) -> ColumnElement[bool]:
    held = select(folder_keys.c.folder_id).where(
        folder_keys.c.folder_id == handovers.c.folder_id,
        folder_keys.c.holder.in_(units),
        folder_keys.c.holder != handovers.c.to_unit,
    )
    return (
        handovers.c.state.in_([State.PROPOSED, State.UNCONFIRMED])
        & (handovers.c.proposed_by != member.id)
        & held.exists()
    )


def _rows(which: ColumnElement[bool]) -> list[Row]:
    """Those whose case there still is, what nobody has read before the rest, then the newest."""
    query = (
        select(handovers)
        .where(which)
        .order_by(handovers.c.read.is_not(None), handovers.c.proposed.desc(), handovers.c.folder_id)
        .limit(LISTED)
    )
    with reading(office().staff) as connection:
        rows = [Row(*row) for row in connection.execute(query)]
    known = office().store.known({row.case_id for row in rows}) if rows else frozenset()
    return [row for row in rows if row.case_id in known]
