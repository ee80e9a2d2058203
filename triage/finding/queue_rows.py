"""What a row of the queue, or of a search, says beside the case itself."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from sifra.database import reading
from triage.office import office
from triage.staff_tables import accounts, assignments


def holder_names(case_ids: Collection[str]) -> dict[str, str]:
    """What the account is called that has each of these cases; those that nobody has are left
    out. Raises StoreUnavailable."""
    query = (
        select(assignments.c.case_id, accounts.c.display)
        .join(accounts, accounts.c.id == assignments.c.account_id)
        .where(assignments.c.case_id.in_(case_ids))
    )
    with reading(office().staff) as connection:
        return {row.case_id: row.display for row in connection.execute(query)}
