"""The second person: who reads a case, and says whether another unit may be let in to it."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlalchemy import select

from sifra.clock import Clock
from sifra.database import reading
from triage.audit.audit_log import Action
from triage.folders import SealedFolder
from triage.handover.handover_rules import Proposal, Second, Unfit, unfit
from triage.members import Member
from triage.office import office
from triage.permissions import Permission, may
from triage.staff_tables import accounts, audit_entries, unit_keys


class NotSecond(Exception):
    """Somebody may not be the second person."""

    def __init__(self, why: Unfit) -> None:
        super().__init__(why.value)
        self.why = why


def check(member: Member, folder_id: str, proposal: Proposal, folder: SealedFolder) -> None:
    """Raises NotSecond when the member may not decide, or has not looked at the case since it was
    proposed; and StoreUnavailable."""
    if why := hindrance(member, proposal, folder):
        raise NotSecond(why)
    if not _looked(member.id, folder_id, folder.case_id):
        raise NotSecond(Unfit.NOT_LOOKED)


def hindrance(member: Member, proposal: Proposal, folder: SealedFolder) -> Unfit | None:
    """Why the member may not decide, however long they look. By the machine's real time, as
    accounts are. Raises StoreUnavailable."""
    with reading(office().staff) as connection:
        account = connection.execute(
            select(accounts.c.let_in_by, accounts.c.let_in, accounts.c.made_by).where(
                accounts.c.id == member.id
            )
        ).one()
    units = frozenset(member.unit_keys())
    second = Second(member.id, account.let_in_by, account.let_in, units, account.made_by)
    readers = set(folder.holders) - {proposal.to}
    return unfit(proposal.account, readers, second, Clock().now())


def candidates(proposer: str, readers: Iterable[str]) -> list[str]:
    """What those are called who could be the second person to what ``proposer`` does on a case of
    ``readers``. Raises StoreUnavailable."""
    units = frozenset(readers)
    with reading(office().staff) as connection:
        rows = connection.execute(
            select(
                accounts.c.id,
                accounts.c.display,
                accounts.c.role,
                accounts.c.let_in_by,
                accounts.c.let_in,
                accounts.c.made_by,
                unit_keys.c.unit,
            )
            .join(unit_keys, unit_keys.c.account_id == accounts.c.id)
            .where(unit_keys.c.unit.in_(units), accounts.c.gone.is_(None))
            .order_by(accounts.c.display, accounts.c.id)
        ).all()
    now = Clock().now()
    fit = {
        row.id: row.display
        for row in rows
        if may(row.role, Permission.HAND_OVER)
        and not unfit(
            proposer,
            units,
            Second(row.id, row.let_in_by, row.let_in, frozenset({row.unit}), row.made_by),
            now,
        )
    }
    return list(fit.values())


def _looked(account_id: str, folder_id: str, case_id: str) -> bool:
    """Has the account seen the case since this was proposed? Told by the log alone: where it has
    no such proposal, nobody has."""
    with reading(office().staff) as connection:
        entries = connection.execute(
            select(audit_entries.c.action, audit_entries.c.account_id, audit_entries.c.fields)
            .where(
                audit_entries.c.case_id == case_id,
                audit_entries.c.action.in_([Action.LOOK, Action.HANDOVER_PROPOSED]),
            )
            .order_by(audit_entries.c.sequence)
        ).all()
    proposed = False
    for action, account, fields in entries:
        if action == Action.HANDOVER_PROPOSED:
            proposed = proposed or json.loads(fields).get("handover") == folder_id
        elif proposed and account == account_id:
            return True
    return False
