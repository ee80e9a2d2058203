"""`sifra audit verify`: prints the head to note down, and finds what was done to the log."""

from __future__ import annotations

import json

import pytest

from sifra.database import writing
from tests.commands.conftest import Installation, Sifra, code_of
from triage.audit import audit_log


def _sql(installation: Installation, statement: str) -> None:
    with writing(installation.staff) as connection:
        connection.exec_driver_sql(statement)


def test_a_new_installation_has_signed_cards_and_nothing_else(
    sifra: Sifra, installation: Installation
) -> None:
    said = sifra("audit", "verify", "--json")
    assert said.exit_code == 0
    cards = len(installation.founding.units)
    end = audit_log.end(installation.staff)
    assert json.loads(said.stdout) == {"entries": cards, "head": str(end), "finding": None}


def test_who_let_somebody_in_stands_in_the_log_and_so_does_who_tried(
    sifra: Sifra, installation: Installation
) -> None:
    leader = installation.founding.leader
    before = audit_log.end(installation.staff)
    add = ("staff", "add", "--username", "ny", "--display", "Ungdomskontakt")
    assert sifra(*add, answers="feil\n123456\n").exit_code == 1
    assert sifra(*add, answers=f"{leader.passphrase}\n{code_of(leader)}\n").exit_code == 0
    with installation.staff.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT action, account_id, unit, fields FROM audit_entries ORDER BY sequence"
        ).all()[before.entries :]
        new = connection.exec_driver_sql("SELECT id FROM accounts WHERE username = 'ny'").scalar()
    assert rows == [
        ("sign-in-refused", leader.id, "", "{}"),
        ("account-card-signed", leader.id, "", f'{{"account":"{new}","serial":1}}'),
        ("staff-added", leader.id, "picture", f'{{"added":"{new}","role":"reader"}}'),
        ("staff-added", leader.id, "youth_team", f'{{"added":"{new}","role":"reader"}}'),
    ]


def test_the_head_that_was_printed_is_found_later(sifra: Sifra, installation: Installation) -> None:
    head = json.loads(sifra("audit", "verify", "--json").stdout)["head"]
    assert head in sifra("audit", "verify").stdout
    leader = installation.founding.leader
    for _ in range(3):
        audit_log.append(installation.staff, audit_log.Deed(audit_log.Action.SIGN_IN, leader.id))
    for noted in (head, head.partition(":")[2]):
        assert sifra("audit", "verify", "--head", noted).exit_code == 0


@pytest.mark.parametrize(
    ("statement", "sequence"),
    [
        ("UPDATE audit_entries SET account_id = 'somebody' WHERE sequence = 3", 3),
        ("DELETE FROM audit_entries WHERE sequence = 2", 2),
        ("DELETE FROM audit_entries WHERE sequence > 3", 4),
        ("DELETE FROM audit_entries", 1),
    ],
    ids=["changed", "removed", "cut", "emptied"],
)
def test_a_finding_is_named(
    sifra: Sifra, installation: Installation, statement: str, sequence: int
) -> None:
    deed = audit_log.Deed(audit_log.Action.SIGN_IN, installation.founding.leader.id)
    audit_log.append(installation.staff, *[deed] * 5)
    head = str(audit_log.end(installation.staff))
    _sql(installation, statement)
    said = sifra("audit", "verify", "--head", head)
    assert said.exit_code == 1
    assert f"entry {sequence}:" in said.stdout
    told = sifra("audit", "verify", "--head", head, "--json")
    assert json.loads(told.stdout)["finding"]["sequence"] == sequence
    assert told.exit_code == 1


def test_a_bare_head_that_is_nowhere_is_a_finding(sifra: Sifra, installation: Installation) -> None:
    said = sifra("audit", "verify", "--head", "f" * 64)
    assert said.exit_code == 1
    assert "nowhere" in said.stdout


@pytest.mark.parametrize("written", ["", "12", "1:xyz", "f" * 63])
def test_what_is_no_head_is_wrong_use(
    sifra: Sifra, installation: Installation, written: str
) -> None:
    assert sifra("audit", "verify", "--head", written).exit_code == 2


def test_without_an_installation(sifra: Sifra) -> None:
    said = sifra("audit", "verify")
    assert said.exit_code in (1, 2)
    assert "Traceback" not in said.output
    assert said.exception is None or isinstance(said.exception, SystemExit)
