"""`sifra purge` in the staff database: what staff wrote on a case goes with the case."""

from __future__ import annotations

import secrets
import sqlite3
import time
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from sifra import conversation
from sifra.case_store import HOUR, Clear, State, hour_of
from sifra.database import reading, writing
from sifra.sealing import new_key
from tests.commands.conftest import Installation
from triage import purging, staff_tables
from triage.folder_store import FolderStore
from triage.folders import FolderKind, begin

NOW = hour_of(time.time())
DAY = 24 * HOUR
OF_A_CASE = ("folders", "handovers", "interpreters", "assignments", "register_arrivals")
BELOW = ("folder_keys", "folder_entries")


def worked_on(there: Installation, case_id: str, erasure_key: bytes = b"e" * 32) -> None:
    """A case on which staff have done everything that leaves a row."""
    public = {"youth_team": there.founding.units["youth_team"].public()}
    folder = begin(case_id, FolderKind.NOTES, erasure_key, public).add({"text": "et notat"})
    FolderStore(there.staff).create(folder.sealed)
    of_case = {"folder_id": folder.sealed.id, "case_id": case_id}
    rows: dict[str, dict[str, object]] = {
        "handovers": {
            **of_case,
            "from_unit": "youth_team",
            "to_unit": "police",
            "whole": False,
            "state": "made",
            "proposed_by": there.founding.leader.id,
            "proposed": NOW,
        },
        "interpreters": {**of_case, "account_id": there.founding.leader.id, "until": NOW},
        "assignments": {
            "case_id": case_id,
            "account_id": there.founding.leader.id,
            "since": NOW,
        },
        "register_arrivals": {"case_id": case_id, "unit": "police"},
    }
    with writing(there.staff) as connection:
        for table, row in rows.items():
            connection.execute(insert(staff_tables.metadata.tables[table]).values(row))


def alive(there: Installation, received: int = NOW) -> str:
    public = {unit: key.public() for unit, key in there.founding.units.items()}
    sealed = conversation.begin({"text": "x"}, {}, public, None)
    clear = Clear(sealed.id, "tip", State.NEW, received, None, 180)
    there.store.deposit(clear, sealed, None, new_key(), NOW)
    return sealed.id


def count(there: Installation, table: str) -> int:
    with reading(there.staff) as connection:
        found = select(func.count()).select_from(staff_tables.metadata.tables[table])
        return int(connection.execute(found).scalar_one())


def test_every_table_with_a_case_is_looked_at() -> None:
    with_case = {
        name
        for name, table in staff_tables.metadata.tables.items()
        if "case_id" in table.columns and name != "audit_entries"
    }
    assert with_case == set(OF_A_CASE)


@pytest.mark.parametrize("table", [*OF_A_CASE, *BELOW])
def test_what_was_written_on_a_deleted_case_goes_and_the_rest_stays(
    installation: Installation, table: str
) -> None:
    worked_on(installation, alive(installation))
    worked_on(installation, secrets.token_hex(16))
    assert count(installation, table) == 2
    assert purging.purge(installation.store, installation.staff, NOW).left == 1
    assert count(installation, table) == 1
    assert purging.purge(installation.store, installation.staff, NOW).left == 0


def test_a_case_whose_days_are_over_takes_it_along_the_same_night(
    installation: Installation,
) -> None:
    case_id = alive(installation, NOW - 200 * DAY)
    worked_on(installation, case_id)
    with sqlite3.connect(installation.home.public / "cases.sqlite") as connection:
        connection.execute("UPDATE cases SET state = 'closed'")
    gone = purging.purge(installation.store, installation.staff, NOW)
    assert (gone.cases, gone.left) == (1, 1)
    assert [count(installation, table) for table in OF_A_CASE] == [0] * len(OF_A_CASE)
    staff = installation.home.office
    assert case_id.encode() not in b"".join(
        path.read_bytes() for path in Path(staff).iterdir() if path.is_file()
    )


def test_many_are_gone_through_some_at_a_time(installation: Installation) -> None:
    kept = {alive(installation) for _ in range(3)}
    ids = [*kept, *(secrets.token_hex(16) for _ in range(450))]
    with writing(installation.staff) as connection:
        rows = [{"case_id": one, "unit": unit} for one in ids for unit in ("police", "slt")]
        connection.execute(insert(staff_tables.register_arrivals), rows)
    assert purging.purge(installation.store, installation.staff, NOW).left == 450
    with reading(installation.staff) as connection:
        left = set(connection.scalars(select(staff_tables.register_arrivals.c.case_id)))
    assert left == kept


def test_invitations_that_have_expired_go(installation: Installation) -> None:
    with writing(installation.staff) as connection:
        for number, expires in enumerate((NOW - 1, NOW, NOW + 1)):
            connection.execute(
                insert(staff_tables.invitations).values(
                    secret_hash=bytes([number]) * 32,
                    purpose="join",
                    account_id=None,
                    username=f"ny{number}",
                    display="Ungdomskontakt",
                    role="reader",
                    unit="youth_team",
                    language="nb",
                    languages="",
                    made_by=installation.founding.leader.id,
                    expires=expires,
                )
            )
    assert purging.purge(installation.store, installation.staff, NOW).invitations == 2
    assert count(installation, "invitations") == 1


def test_sessions_that_are_over_go(installation: Installation) -> None:
    """Nobody may sign in for weeks, which is when else they would go."""
    times = [(NOW - HOUR, NOW - 1800), (NOW - 10 * HOUR, NOW), (NOW - 9 * HOUR, NOW - 1799)]
    with writing(installation.staff) as connection:
        for number, (created, seen) in enumerate(times):
            connection.execute(
                insert(staff_tables.sessions).values(
                    id_hash=bytes([number]) * 32,
                    account_id=installation.founding.leader.id,
                    sealed=b"",
                    created=created,
                    seen=seen,
                )
            )
    assert purging.purge(installation.store, installation.staff, NOW).sessions == 2
    assert count(installation, "sessions") == 1
