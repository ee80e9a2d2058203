"""Who of the unit has a case, as rows. It opens nothing: whoever has a case reads it by the key of
their unit, as the others do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Engine, Row, delete, insert, select, update

from sifra.database import Conflict, reading, writing
from triage.cases.case_files import OpenCase
from triage.members import Member
from triage.office import office
from triage.permissions import Permission, may
from triage.staff_tables import accounts, assignments, unit_keys


@dataclass(frozen=True, slots=True)
class Team:
    """Who has a case, and who else might. ``holder`` is an account's id, empty when nobody has
    it; ``colleagues`` maps the accounts that the member may give it to, but not the member's own,
    to what they are called."""

    holder: str
    holder_name: str
    is_mine: bool
    can_open: bool
    """The holder still reads the case: they have not left, and their unit may read it."""
    colleagues: Mapping[str, str] = field(default_factory=dict)


def of(case_ids: Collection[str]) -> dict[str, str]:
    """The account that has each of these cases; those that nobody has are left out. Raises
    StoreUnavailable."""
    query = select(assignments.c.case_id, assignments.c.account_id).where(
        assignments.c.case_id.in_(case_ids)
    )
    with reading(office().staff) as connection:
        return {row.case_id: row.account_id for row in connection.execute(query)}


def held_by(engine: Engine, account_id: str) -> list[str]:
    """The cases that an account has, those it has had longest first. Raises StoreUnavailable."""
    query = (
        select(assignments.c.case_id)
        .where(assignments.c.account_id == account_id)
        .order_by(assignments.c.since, assignments.c.case_id)
    )
    with reading(engine) as connection:
        return list(connection.scalars(query))


def assign(engine: Engine, case_id: str, to_account: str | None, was: str | None, now: int) -> None:
    """Give a case to an account, or to nobody. ``was`` is who had it when that was decided;
    ``now`` is Unix seconds (UTC). Conflict: somebody else has it by now. Raises
    StoreUnavailable."""
    here = assignments.c.case_id == case_id
    with writing(engine) as connection:
        if was is not None:
            mine = here & (assignments.c.account_id == was)
            if connection.execute(delete(assignments).where(mine)).rowcount != 1:
                raise Conflict
        # Whose row stands there still was first: writing() makes a Conflict of it.
        if to_account is not None:
            connection.execute(
                insert(assignments).values(case_id=case_id, account_id=to_account, since=now)
            )


def reassign_all(engine: Engine, from_account: str, to_account: str | None) -> int:
    """Give all that one account has to another, or to nobody; how many cases it was. Whoever gets
    them must read all that ``from_account`` reads, which the caller sees to. Raises
    StoreUnavailable."""
    theirs = assignments.c.account_id == from_account
    with writing(engine) as connection:
        if to_account is None:
            return connection.execute(delete(assignments).where(theirs)).rowcount
        changed = update(assignments).where(theirs).values(account_id=to_account)
        return connection.execute(changed).rowcount


def team(member: Member, case: OpenCase) -> Team:
    """Raises StoreUnavailable."""
    case_id, readers = case.case.clear.id, case.case.sealed.readers
    holding = (
        select(accounts.c.id, accounts.c.display)
        .join(assignments, assignments.c.account_id == accounts.c.id)
        .where(assignments.c.case_id == case_id)
    )
    able = (
        select(unit_keys.c.unit, accounts.c.id, accounts.c.display, accounts.c.username)
        .add_columns(accounts.c.role)
        .join(accounts, accounts.c.id == unit_keys.c.account_id)
        .where(unit_keys.c.unit.in_(readers), accounts.c.gone.is_(None))
        .order_by(accounts.c.display, accounts.c.username)
    )
    with reading(office().staff) as connection:
        holder = connection.execute(holding).first()
        rows = [row for row in connection.execute(able) if may(row.role, Permission.ANSWER)]
    mine = {row.unit for row in rows if row.id == member.id}
    others = {row.id: row for row in rows if row.unit in mine and row.id != member.id}
    return Team(
        holder.id if holder else "",
        holder.display if holder else "",
        holder is not None and holder.id == member.id,
        holder is None or any(row.id == holder.id for row in rows),
        _told_apart(others.values()),
    )


def shown(member: Member, case: OpenCase) -> Mapping[str, object]:
    """What the case page shows of it."""
    return {"team": team(member, case)}


def _told_apart(rows: Iterable[Row[tuple[str, str, str, str, str]]]) -> dict[str, str]:
    """Roles may be alike, usernames are not."""
    named = list(rows)
    alike = Counter(row.display for row in named)
    return {
        row.id: f"{row.display} ({row.username})" if alike[row.display] > 1 else row.display
        for row in named
    }
