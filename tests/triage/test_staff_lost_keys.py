"""A key that nobody holds any more: who may let the next one in, who may not, and what two do at
once."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import delete, insert, update

from sifra.conversation import ReaderView
from sifra.database import Conflict, writing
from sifra.key_cards import KeyCardError
from sifra.key_pins import KeyPins
from sifra.sealing import PrivateKey, SealError
from tests.triage.example_adults import (
    ADULT,
    BOTH,
    DEPUTY,
    lets_new_key_in,
    newly_opened,
    opens,
    renewal,
    step,
    unlocked,
    with_notes,
)
from tests.triage.example_office import Browser, Installation
from tests.triage.example_people import People, allowed, entered, said, without_police
from triage.people import opening, passing_on
from triage.people.unit_renewal import SETTLES_SECONDS
from triage.staff_tables import accounts, awaited_keys, key_renewals, unit_keys

# --- who may let it in -------------------------------------------------------------------------


def test_who_is_no_deputy_lets_nothing_in_though_they_read_the_case(
    people: People, office: Installation
) -> None:
    account, (case,) = newly_opened(office, (*BOTH, "police"))
    police = office.member("politi", "police")
    member = people.signed_in(police)
    member.get(f"/cases/{case}")
    member.get(f"/staff/renewal?unit={ADULT}")
    assert "Slipp inn den nye nøkkelen" not in member.text
    assert "du leser ikke de samme sakene" in member.text
    member.post("/staff/renewal/let-in", 404, unit=ADULT, code=office.code(police))
    with pytest.raises(Conflict):
        step(office, police)
    assert not opens(office, account, case)


def test_what_the_deputy_does_not_read_is_counted_and_not_let_in(
    browser: Browser, office: Installation
) -> None:
    account, (case, other) = newly_opened(office, BOTH, (ADULT, "police"))
    lets_new_key_in(browser, office.leader)
    assert "Så mange åpner ikke for deg: 1" in browser.text
    assert "nå er sluppet inn i: 1" in browser.text
    lets_new_key_in(browser, office.leader)
    lets_new_key_in(browser, office.leader)
    assert renewal(office) is not None
    assert opens(office, account, case)
    assert not opens(office, account, other)


def test_what_nobody_opens_any_more_is_said_and_keeps_nobody_waiting(
    office: Installation,
) -> None:
    account, (case, _) = newly_opened(office, BOTH, (ADULT,))
    with_notes(office, case, *BOTH)
    assert step(office, account).lost == 1
    helped = step(office, office.leader, DEPUTY)
    assert (helped.done, helped.waits, helped.lost, helped.finished) == (2, 1, 0, False)
    # Only who holds the new key can tell that the other opens for nobody.
    assert renewal(office) is not None
    seen = step(office, account)
    assert (seen.waits, seen.lost, seen.finished) == (0, 1, True)
    assert opens(office, account, case)


def test_for_a_unit_whoever_reads_the_same_case_lets_it_in(
    browser: Browser, people: People, office: Installation
) -> None:
    police = office.member("politi", "police")
    without_police(office)
    case, _ = office.tip(readers=("police", "youth_team"))
    words = allowed(browser, office, police.id, "renew", sure="1")
    again = people.signed_in(people.joins("politi", words))
    browser.get(f"/staff/let-in?account={police.id}")
    assert "før andre som leser de samme sakene, slipper inn" in browser.text
    people.lets_in(browser, office.leader, "politi", said(again))
    assert people.held("politi") >= {("police", 2)}
    again.get(f"/cases/{case}", 409)
    lets_new_key_in(browser, office.leader, unit="police")
    assert "Alt er sett over" in browser.text
    again.get(f"/cases/{case}")


# --- what an attacker tries ------------------------------------------------------------------


def test_an_attackers_card_gets_no_case(office: Installation) -> None:
    account, (case,) = newly_opened(office, BOTH)
    mine = PrivateKey.generate()
    card = office.store.card(ADULT)
    assert card is not None
    with writing(office.staff) as connection:
        connection.execute(update(key_renewals).values(public=mine.public()))
    for forged in (
        type(card)(ADULT, card.serial, mine.public(), card.signature),
        type(card)(ADULT, card.serial + 1, mine.public(), card.signature),
    ):
        office.store.put_card(forged)
        with pytest.raises(KeyCardError):
            step(office, office.leader, DEPUTY)
    before = office.stored(case).sealed.wraps
    with pytest.raises(SealError):
        ReaderView.open(office.stored(case).sealed, ADULT, mine)
    assert office.stored(case).sealed.wraps == before
    assert not opens(office, account, case)


def test_the_lost_keys_card_put_back_gets_no_case(office: Installation) -> None:
    """Somebody else may know the key that was lost: it was in a stolen copy."""
    office.store.pins = KeyPins(office.settings.home.key_pins)
    former = []
    put = office.store.withdraw_card

    def remember(holder: str) -> None:
        former.append(office.store.card(holder))
        put(holder)

    office.store.withdraw_card = remember  # type: ignore[method-assign]
    newly_opened(office, BOTH)
    (card,) = former
    assert card is not None
    office.store.put_card(card)
    with pytest.raises(KeyCardError, match="former"):
        step(office, office.leader, DEPUTY)


def test_an_accomplice_whose_own_card_does_not_stand_gets_no_new_key(
    browser: Browser, office: Installation
) -> None:
    account = office.member("voksen")
    with writing(office.staff) as connection:
        passing_on.await_keys(connection, account.id, [ADULT])
        connection.execute(
            update(accounts)
            .where(accounts.c.id == account.id)
            .values(public_key=PrivateKey.generate().public())
        )
    browser.get(f"/staff/open-key?account={account.id}&unit={ADULT}")
    code = office.code(office.leader)
    browser.post("/staff/open-key", 409, account=account.id, unit=ADULT, code=code)
    assert "nøkkelkort som gjelder" in browser.text
    assert office.store.card(ADULT) is None


def test_whoever_takes_the_keys_away_gets_a_new_one_only_by_a_leader_who_was_warned(
    browser: Browser, people: People, office: Installation
) -> None:
    """And then nothing from before: its members would have to let the new key in."""
    accomplice = office.member("medhjelper")
    without_police(office)
    case, _ = office.tip(readers=("police",))
    with writing(office.staff) as connection:
        connection.execute(delete(unit_keys).where(unit_keys.c.unit == "police"))
        connection.execute(insert(awaited_keys).values(account_id=accomplice.id, unit="police"))
    asked = {"account": accomplice.id, "unit": "police"}
    browser.get(f"/staff/open-key?account={accomplice.id}&unit=police")
    assert "Nøkkelkortet står her ennå" in browser.text
    browser.post("/staff/open-key", 422, **asked, code=office.code(office.leader))
    assert "Kryss av" in browser.text
    assert not people.held("medhjelper")
    signed = entered(office, "key-card-signed")
    browser.post("/staff/open-key", **asked, sure="1", code=office.code(office.leader))
    assert entered(office, "key-card-signed") == signed + 1
    assert people.held("medhjelper") == {("police", 2)}
    people.signed_in(accomplice).get(f"/cases/{case}", 409)


def test_while_somebody_holds_the_key_or_nobody_awaits_it_none_is_opened(
    office: Installation,
) -> None:
    holder, waits = office.member("politi", "police"), office.member("ny")
    without_police(office)
    with writing(office.staff) as connection:
        passing_on.await_keys(connection, waits.id, ["police", "picture"])
    who, now = unlocked(office, office.leader), int(time.time())
    signed = entered(office, "key-card-signed")
    for unit in ("police", "picture", "youth_team", "slt"):
        with pytest.raises(Conflict):
            passing_on.open_anew(office.staff, office.store, who, waits.id, unit, now)
    with pytest.raises(SealError):
        passing_on.open_anew(
            office.staff, office.store, unlocked(office, holder), waits.id, "police", now
        )
    card = office.store.card("police")
    assert card is not None
    assert card.serial == 1
    assert entered(office, "key-card-signed") == signed


# --- twice, and by two at once ------------------------------------------------------------------


def test_two_who_open_at_once_make_one_key(office: Installation) -> None:
    account, _ = newly_opened(office, BOTH)
    with writing(office.staff) as connection:
        connection.execute(insert(awaited_keys).values(account_id=account.id, unit=ADULT))
    signing = office.founding.signing
    to = (account.id, "reader", account.private.public())
    with pytest.raises(Conflict):
        opening.open_unit(
            office.staff, office.store, unlocked(office, office.leader), signing, to, ADULT, 1
        )
    card = office.store.card(ADULT)
    assert card is not None
    assert card.serial == 2


def test_two_deputies_at_once_and_twice_over_lose_nothing(office: Installation) -> None:
    account, cases = newly_opened(office, *[BOTH] * 5)
    with_notes(office, cases[0], *BOTH)
    both = (office.leader, office.member("askim", DEPUTY))
    for turn in range(9):
        assert not opens(office, account, max(cases)) or turn > 2
        if step(office, both[turn % 2], DEPUTY, limit=2).finished:
            break
    assert renewal(office) is None
    assert all(opens(office, account, case) for case in cases)
    assert all(office.reader(case, DEPUTY).messages() for case in cases)
    with pytest.raises(Conflict):
        step(office, office.leader, DEPUTY)


def test_the_adult_and_the_deputy_at_once_lose_nothing(office: Installation) -> None:
    account, cases = newly_opened(office, *[BOTH] * 4)
    who = ((office.leader, DEPUTY), (account,))
    for turn in range(20):
        if step(office, *who[turn % 2], limit=1).finished:
            break
    assert renewal(office) is None or not all(opens(office, account, case) for case in cases)
    while renewal(office) is not None:
        step(office, office.leader, DEPUTY)
    assert all(opens(office, account, case) for case in cases)


def test_what_was_being_sealed_for_the_former_card_is_found(office: Installation) -> None:
    """The public site had fetched the card just before the next one was signed."""
    account, (case,) = newly_opened(office, BOTH)
    first = step(office, office.leader, DEPUTY, after=SETTLES_SECONDS - 1)
    assert (first.done, first.around, first.finished) == (1, True, False)
    assert step(office, office.leader, DEPUTY).finished
    assert opens(office, account, case)
