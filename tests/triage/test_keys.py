"""What a passphrase and a code open, and what they do not."""

from __future__ import annotations

import time

import pyotp
import pytest
from sqlalchemy import select, update

from sifra.database import Conflict, reading, writing
from sifra.key_cards import KeyCardError
from sifra.return_code import word_list
from sifra.sealing import SealError
from tests.triage.example_office import CHEAP, Installation
from triage import keys
from triage.keys import STEP_SECONDS, NewAccount, SignInRefused
from triage.people import held_keys
from triage.staff_tables import accounts, unit_keys

NOON = 1_800_000_000.0


def code_at(account: NewAccount, moment: float) -> str:
    return pyotp.TOTP(account.totp_secret).at(int(moment))


def unlock(office: Installation, moment: float = NOON, **changed: str) -> keys.Unlocked:
    leader = office.leader
    given = {
        "username": leader.username,
        "passphrase": leader.passphrase,
        "code": code_at(leader, moment),
        **changed,
    }
    return keys.unlock(office.staff, given["username"], given["passphrase"], given["code"], moment)


def test_passphrase_and_code_open_every_key(office: Installation) -> None:
    who = unlock(office)
    assert who.private == office.leader.private
    newest = {holder: found[0] for holder, found in held_keys.held(office.staff, who).items()}
    assert newest == office.founding.units
    assert held_keys.signing_key(office.staff, who) == office.founding.signing


def test_every_unit_has_a_card_that_the_verifier_signs(office: Installation) -> None:
    cards = office.store.public_keys(office.founding.units, office.settings.verifier)
    assert cards == {unit: key.public() for unit, key in office.founding.units.items()}
    with pytest.raises(KeyCardError):
        office.store.public_keys(["youth_team"], bytes(32))


def test_a_passphrase_is_six_words_of_the_list_drawn_anew() -> None:
    drawn = {keys.draw_passphrase() for _ in range(20)}
    assert len(drawn) == 20
    assert all(len(one.split()) == 6 for one in drawn)
    assert all(word in word_list("nb") for one in drawn for word in one.split())


@pytest.mark.parametrize(
    "changed",
    [
        {"username": "ingen"},
        {"passphrase": "en to tre fire fem seks"},
        {"passphrase": ""},
        {"passphrase": "\ud800"},
        {"code": "000000"},
        {"code": ""},
        {"code": "١٢٣٤٥٦"},
    ],
)
def test_whatever_is_wrong_it_is_refused_without_a_reason(
    office: Installation, changed: dict[str, str]
) -> None:
    with pytest.raises(SignInRefused) as refused:
        unlock(office, NOON, **changed)
    assert refused.value.args == ()


def test_case_spaces_and_hyphens_of_the_passphrase_do_not_matter(office: Installation) -> None:
    unlock(
        office,
        username=" LEDER ",
        passphrase=f"  {office.leader.passphrase.upper().replace(' ', '-')} ",
    )


def test_a_code_is_taken_once(office: Installation) -> None:
    unlock(office)
    with pytest.raises(SignInRefused):
        unlock(office)
    with pytest.raises(SignInRefused):
        unlock(office, NOON, code=code_at(office.leader, NOON - STEP_SECONDS))
    unlock(office, NOON + STEP_SECONDS)


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_a_clock_may_be_one_step_off(office: Installation, steps: int, taken: bool) -> None:
    code = code_at(office.leader, NOON + steps * STEP_SECONDS)
    if taken:
        unlock(office, NOON, code=code)
    else:
        with pytest.raises(SignInRefused):
            unlock(office, NOON, code=code)


def test_a_wrong_passphrase_spends_no_code(office: Installation) -> None:
    with pytest.raises(SignInRefused):
        unlock(office, passphrase="feil")
    unlock(office)


def test_a_username_that_nobody_has_costs_the_same(
    office: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    costs = []
    stretched = keys.stretched

    def noted(passphrase: str, salt: bytes, cost: keys.KeyCost) -> bytes:
        costs.append(cost)
        return stretched(passphrase, salt, cost)

    monkeypatch.setattr(keys, "stretched", noted)
    unlock(office)
    with pytest.raises(SignInRefused):
        unlock(office, username="ingen")
    assert costs == [CHEAP, CHEAP]


def test_a_member_reads_only_as_the_units_they_were_let_into(office: Installation) -> None:
    member = office.member("ung", "youth_team")
    who = keys.unlock(
        office.staff, "ung", member.passphrase, code_at(member, time.time()), time.time()
    )
    assert set(held_keys.held(office.staff, who)) == {"youth_team"}
    with pytest.raises(SealError):
        held_keys.signing_key(office.staff, who)


def test_a_key_wrapped_for_one_opens_for_nobody_else(office: Installation) -> None:
    """Somebody who can write to the database moves the leader's row to their own account."""
    member = office.member("ung")
    with writing(office.staff) as connection:
        connection.execute(update(unit_keys).values(account_id=member.id))
    with pytest.raises(SealError):
        held_keys.held(office.staff, keys.Unlocked(member.id, member.private))


def test_a_private_key_moved_to_another_account_does_not_open(office: Installation) -> None:
    member = office.member("ung")
    with reading(office.staff) as connection:
        row = connection.execute(select(accounts).where(accounts.c.id == office.leader.id)).one()
    with writing(office.staff) as connection:
        connection.execute(
            update(accounts)
            .where(accounts.c.id == member.id)
            .values(salt=row.salt, private_key=row.private_key, totp_secret=row.totp_secret)
        )
    with pytest.raises(SignInRefused):
        unlock(office, username="ung")


def test_only_a_leader_is_given_the_signing_key(office: Installation) -> None:
    member = office.member("ung")
    with pytest.raises(ValueError, match="reader"):
        held_keys.give_signing_key(
            office.staff, member.id, member.private.public(), office.founding.signing
        )


def test_a_username_belongs_to_one(office: Installation) -> None:
    with pytest.raises(Conflict):
        office.member("LEDER ")


def test_no_secret_shows_in_a_repr(office: Installation) -> None:
    shown = repr((office.founding, office.leader, unlock(office)))
    assert office.leader.passphrase not in shown
    assert office.leader.totp_secret not in shown
    assert "raw=" not in shown
