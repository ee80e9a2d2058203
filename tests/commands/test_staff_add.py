"""`sifra staff add`: a leader lets a member into a unit, with passphrase and one-time code."""

from __future__ import annotations

import re
import time

import pyotp
import pytest
from click.testing import Result
from sqlalchemy import select, update

from sifra.database import reading, writing
from sifra.key_cards import PICTURE
from tests.commands.conftest import CHEAP, Installation, Sifra, code_of
from triage import keys
from triage.people import held_keys
from triage.staff_tables import accounts, unit_keys

DISPLAY = "Ungdomskontakt, Askim ungdomsskole"


def _add(
    sifra: Sifra, leader: str, passphrase: str, code: str, *more: str, username: str = "askim"
) -> Result:
    return sifra(
        *("staff", "add", "--username", username, "--display", DISPLAY, "--leader", leader),
        *more,
        answers=f"{passphrase}\n{code}\n",
    )


def holders(installation: Installation, unit: str) -> set[str]:
    with reading(installation.staff) as connection:
        return set(
            connection.scalars(
                select(accounts.c.username)
                .join(unit_keys, unit_keys.c.account_id == accounts.c.id)
                .where(unit_keys.c.unit == unit)
            )
        )


def forget_codes(installation: Installation) -> None:
    """As if half a minute had passed since the last one-time code."""
    with writing(installation.staff) as connection:
        connection.execute(update(accounts).values(totp_step=0))


def _usernames(installation: Installation) -> set[str]:
    with reading(installation.staff) as connection:
        return set(connection.scalars(select(accounts.c.username)))


def test_the_new_member_reads_as_the_unit(sifra: Sifra, installation: Installation) -> None:
    leader = installation.founding.leader
    added = _add(sifra, "leder", leader.passphrase, code_of(leader))
    assert added.exit_code == 0, added.output
    assert leader.passphrase not in added.output
    said = dict(re.findall(r"^  (\w[\w ]*?)  +(.+)$", added.output, re.MULTILINE))
    code = pyotp.TOTP(said["code secret"]).now()
    member = keys.unlock(installation.staff, "askim", said["passphrase"], code, time.time())
    held = held_keys.held(installation.staff, member)
    assert {holder: found[0] for holder, found in held.items()} == installation.founding.units


@pytest.mark.parametrize("wrong", ["passphrase", "code", "leader"])
def test_nobody_is_let_in_by_somebody_who_is_not_the_leader(
    sifra: Sifra, installation: Installation, wrong: str
) -> None:
    leader = installation.founding.leader
    code = code_of(leader)
    other = str((int(code) + 1) % 1_000_000).zfill(6)
    refused = _add(
        sifra,
        "leser" if wrong == "leader" else "leder",
        "feil " + leader.passphrase if wrong == "passphrase" else leader.passphrase,
        other if wrong == "code" else code,
    )
    assert refused.exit_code == 1
    assert "wrong username, passphrase or code" in refused.output
    assert _usernames(installation) == {"leder"}


def test_a_member_who_does_not_lead_lets_nobody_in(
    sifra: Sifra, installation: Installation
) -> None:
    reader = keys.new_account(
        installation.staff, username="leser", display=DISPLAY, role="reader", cost=CHEAP
    )
    refused = _add(sifra, "leser", reader.passphrase, code_of(reader))
    assert refused.exit_code == 1
    assert "only a leader" in refused.output
    assert _usernames(installation) == {"leder", "leser"}


def test_the_first_member_of_a_unit_gets_a_key_that_the_leader_does_not(
    sifra: Sifra, installation: Installation
) -> None:
    leader = installation.founding.leader
    added = _add(sifra, "leder", leader.passphrase, code_of(leader), "--unit", "police")
    assert added.exit_code == 0, added.output
    assert "police: opened. Only askim holds its key" in added.output
    assert holders(installation, "police") == {"askim"}
    card = installation.store.card("police")
    assert card is not None
    assert card.serial == 1
    card.check(installation.founding.verifier, "police")


def test_an_adult_gets_a_key_of_their_own_and_the_deputy_is_named(
    sifra: Sifra, installation: Installation
) -> None:
    leader = installation.founding.leader
    code = code_of(leader)
    added = _add(sifra, "leder", leader.passphrase, code, "--unit", "school_nurse")
    assert added.exit_code == 0, added.output
    assert "school_nurse: opened. Only askim holds its key" in added.output
    assert "a new one is let in by youth_team" in added.output
    assert holders(installation, "school_nurse") == {"askim"}


def test_a_key_that_the_leader_does_not_hold_is_passed_on_by_the_unit(
    sifra: Sifra, installation: Installation
) -> None:
    leader = installation.founding.leader
    _add(sifra, "leder", leader.passphrase, code_of(leader), "--unit", "police")
    forget_codes(installation)
    added = _add(
        sifra, "leder", leader.passphrase, code_of(leader), "--unit", "police", username="mysen"
    )
    assert added.exit_code == 0, added.output
    assert "police: somebody of it must pass the key on" in added.output
    assert holders(installation, "police") == {"askim"}


@pytest.mark.parametrize(
    ("role", "held"),
    [
        ("leader", {"youth_team", PICTURE}),
        ("interpreter", set()),
        ("auditor", set()),
        ("administrator", set()),
    ],
)
def test_a_role_that_reads_nothing_gets_a_card_and_no_key(
    sifra: Sifra, installation: Installation, role: str, held: set[str]
) -> None:
    leader = installation.founding.leader
    added = _add(sifra, "leder", leader.passphrase, code_of(leader), "--role", role)
    assert added.exit_code == 0, added.output
    with reading(installation.staff) as connection:
        account_id = connection.scalar(select(accounts.c.id).where(accounts.c.username == "askim"))
        found = connection.scalars(
            select(unit_keys.c.unit).where(unit_keys.c.account_id == account_id)
        )
        assert set(found) == held
    assert account_id
    held_keys.account_public(installation.staff, account_id, installation.founding.verifier)


def test_a_taken_username_and_an_unknown_unit_are_wrong_use(
    sifra: Sifra, installation: Installation
) -> None:
    leader = installation.founding.leader
    taken = _add(sifra, "leder", leader.passphrase, code_of(leader), username="Leder")
    assert taken.exit_code == 2
    assert "leder is taken" in taken.output
    wrong = _add(sifra, "leder", "", "", "--unit", "yuoth_team")
    assert wrong.exit_code == 2
    assert "youth_team" in wrong.output
    assert "school_nurse" in wrong.output
