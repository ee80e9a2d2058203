"""An adult's key is in one head. When the passphrase is forgotten, the deputy lets the next key in.

The same holds for a unit's key that nobody holds any more: whoever reads the same cases lets it in.
"""

from __future__ import annotations

import time

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, insert, select, update

from sifra.case_store import State
from sifra.conversation import ReaderView
from sifra.database import Conflict, reading, writing
from sifra.key_cards import KeyCardError
from sifra.key_pins import KeyPins
from sifra.sealing import Kind, PrivateKey, SealError
from tests.triage.example_office import MUNICIPALITY, NOW, Browser, Installation
from tests.triage.example_people import People, allowed, entered, said, without_police
from triage import folders
from triage.folder_store import FolderStore
from triage.folders import FolderKind
from triage.keys import NewAccount, Unlocked
from triage.people import held_keys, opening, passing_on, unit_renewal
from triage.people.unit_renewal import SETTLES_SECONDS, Renewal, Step
from triage.staff_tables import accounts, awaited_keys, key_renewals, unit_keys

ADULT = "youth_contact"
(DEPUTY,) = MUNICIPALITY.deputies(ADULT)
BOTH = tuple(sorted((ADULT, DEPUTY)))


@pytest.fixture
def adult(browser: Browser, people: People, office: Installation) -> NewAccount:
    """The first to hold the adult's key; nobody else does."""
    account = people.joins("voksen", people.invites(browser, office.leader, "voksen", unit=ADULT))
    people.lets_in(browser, office.leader, "voksen", said(people.signed_in(account)))
    assert people.held("voksen") == {(ADULT, 1), ("picture", 1)}
    assert people.held("leder") >= {(DEPUTY, 1)}
    return account


def with_notes(office: Installation, case_id: str, *holders: str) -> None:
    key = office.stored(case_id).sealed.erasure_key
    publics = office.store.public_keys(holders, office.settings.verifier)
    folder = folders.begin(case_id, FolderKind.NOTES, key, publics)
    FolderStore(office.staff).create(folder.add({"what": "note", "text": "ringte skolen"}).sealed)


def forgets(browser: Browser, people: People, office: Installation) -> NewAccount:
    """The passphrase; and makes a new one. Nobody has let them in yet."""
    words = allowed(browser, office, people.id_of("voksen"), "renew")
    return people.joins("voksen", words)


def comes_back(browser: Browser, people: People, office: Installation) -> NewAccount:
    renewed = forgets(browser, people, office)
    people.lets_in(browser, office.leader, "voksen", said(people.signed_in(renewed)))
    return renewed


def lets_new_key_in(browser: Browser, by: NewAccount, status: int = 200, unit: str = ADULT) -> None:
    """A minute after the new card was signed."""
    with time_machine.travel(time.time() + SETTLES_SECONDS + 1):
        browser.get(f"/staff/renewal?unit={unit}")
        browser.post("/staff/renewal/let-in", status, unit=unit, code=browser.office.code(by))


def renewal(office: Installation, unit: str = ADULT) -> Renewal | None:
    return unit_renewal.find(office.staff, unit)


def unlocked(office: Installation, account: NewAccount) -> Unlocked:
    """By the key that the account's own session would open."""
    return Unlocked(account.id, account.private)


def step(office: Installation, who: NewAccount, *helping: str, limit: int = 50) -> Step:
    return unit_renewal.lock_anew(
        office.staff,
        office.store,
        unlocked(office, who),
        ADULT,
        office.settings.verifier,
        int(time.time()) + SETTLES_SECONDS,
        limit,
        helping,
    )


def lose_the_key(office: Installation) -> None:
    """As a forgotten passphrase does, without the pages."""
    office.store.withdraw_card(ADULT)
    with writing(office.staff) as connection:
        connection.execute(delete(unit_keys).where(unit_keys.c.unit == ADULT))


def newly_opened(office: Installation, *tips: tuple[str, ...]) -> tuple[NewAccount, list[str]]:
    """Cases of an adult whose key was lost, and who holds a new one; without the pages."""
    office.store.pins = KeyPins(office.settings.home.key_pins)
    first, account = office.member("forrige"), office.member("voksen")
    for one in (first, account):
        with writing(office.staff) as connection:
            passing_on.await_keys(connection, one.id, [ADULT])
    who, now = unlocked(office, office.leader), int(time.time())
    passing_on.open_anew(office.staff, office.store, who, first.id, ADULT, now)
    cases = [office.tip(readers=tuple(sorted(readers)))[0] for readers in tips]
    lose_the_key(office)
    passing_on.open_anew(office.staff, office.store, who, account.id, ADULT, now)
    return account, cases


def opens(office: Installation, who: NewAccount, case_id: str) -> bool:
    keys = held_keys.held(office.staff, unlocked(office, who))[ADULT]
    try:
        return bool(ReaderView.open(office.stored(case_id).sealed, ADULT, *keys).messages())
    except SealError:
        return False


# --- from beginning to end ---------------------------------------------------------------------


def test_a_forgotten_passphrase_of_an_adult_loses_no_case(
    browser: Browser, people: People, office: Installation, adult: NewAccount
) -> None:
    case, sender = office.tip("kan jeg snakke med deg", readers=BOTH)
    view = office.reader(case, DEPUTY)
    office.store.add(view.add(Kind.ANSWER, {"text": "kom på torsdag", "hour": NOW}), State.ANSWERED)
    office.writes_more(case, sender, "jeg kommer")
    with_notes(office, case, *BOTH)
    first = people.signed_in(adult)
    first.get(f"/cases/{case}")
    renewed = comes_back(browser, people, office)
    assert "er åpnet. Bare den nye har nøkkelen" in browser.text
    again = people.signed_in(renewed)
    again.get(f"/cases/{case}", 409)
    later_case, _ = office.tip("etterpå", readers=BOTH)
    again.get(f"/cases/{later_case}")
    lets_new_key_in(browser, office.leader)
    assert "Alt er sett over" in browser.text
    again.get(f"/cases/{case}")
    for words in ("snakke med deg", "kom på torsdag", "jeg kommer", "ringte skolen"):
        assert words in again.text
    again.get(f"/cases/{later_case}")
    assert renewal(office) is None
    browser.get(f"/cases/{case}")


def test_what_was_let_in_is_found_by_what_the_sender_said(
    browser: Browser, people: People, office: Installation, adult: NewAccount
) -> None:
    """The adult has searched before, when there was nothing to read of it."""
    case, _ = office.tip(readers=BOTH, topic="weapons")
    again = people.signed_in(comes_back(browser, people, office))
    again.get("/search")
    again.post("/search", topic="weapons")
    assert case not in str(again.page)
    lets_new_key_in(browser, office.leader)
    again.get("/search")
    again.post("/search", topic="weapons")
    assert case in str(again.page)


def test_the_new_key_has_a_higher_serial_and_the_former_card_is_pinned(
    browser: Browser, people: People, office: Installation, adult: NewAccount
) -> None:
    former = office.store.card(ADULT)
    comes_back(browser, people, office)
    assert people.held("voksen") == {(ADULT, 2), ("picture", 1)}
    assert former is not None
    office.store.put_card(former)
    office.store.pins = KeyPins(office.settings.home.key_pins)
    with pytest.raises(KeyCardError, match="former"):
        office.tip(readers=BOTH)


def test_where_nothing_was_sent_there_is_nothing_to_let_in(
    browser: Browser, people: People, office: Installation, adult: NewAccount
) -> None:
    comes_back(browser, people, office)
    assert renewal(office) is None


def test_the_next_to_take_the_post_goes_on_in_the_same_cases(
    browser: Browser, people: People, office: Installation, adult: NewAccount
) -> None:
    """Let in while the first was there, and given nothing before the first left."""
    case, _ = office.tip("hei", readers=BOTH)
    heir = people.joins("arving", people.invites(browser, office.leader, "arving", unit=ADULT))
    people.lets_in(browser, office.leader, "arving", said(people.signed_in(heir)))
    assert "må gi dem nøkkelen" in browser.text
    browser.get("/staff")
    assert "Åpne en ny nøkkel" not in browser.text
    left = people.id_of("voksen")
    browser.get(f"/staff/open-key?account={heir.id}&unit={ADULT}", 404)
    browser.get(f"/staff/leave?account={left}")
    assert "stedfortrederen" in browser.text
    browser.post("/staff/leave", account=left, code=office.code(office.leader))
    browser.get("/staff")
    assert "arving · Ungdomskontakten · ingen har den lenger" in browser.text
    browser.get(f"/staff/open-key?account={heir.id}&unit={ADULT}")
    assert "før stedfortrederen slipper inn" in browser.text
    browser.post("/staff/open-key", account=heir.id, unit=ADULT, code=office.code(office.leader))
    assert "har fått en ny nøkkel til Ungdomskontakten" in browser.text
    assert "Andre som leser sakene, må slippe inn den nye nøkkelen" in browser.text
    after = people.signed_in(heir)
    after.get(f"/cases/{case}", 409)
    after.get(f"/staff/renewal?unit={ADULT}")
    after.post("/staff/renewal/go-on", unit=ADULT)
    assert "venter på at en annen slipper inn nøkkelen: 1" in after.text
    lets_new_key_in(browser, office.leader)
    assert "nå er sluppet inn i: 1" in browser.text
    after.get(f"/cases/{case}")
    browser.get(f"/staff/open-key?account={heir.id}&unit={ADULT}", 404)


def test_without_the_second_factor_nothing_is_let_in(
    browser: Browser, people: People, office: Installation, adult: NewAccount
) -> None:
    case, _ = office.tip(readers=BOTH)
    renewed = comes_back(browser, people, office)
    other = people.signed_in(office.member("askim", DEPUTY))
    other.get(f"/staff/renewal?unit={ADULT}")
    assert "Ungdomskontakt, Askim (voksen)" in other.text
    other.post("/staff/renewal/let-in", 422, unit=ADULT, code="")
    assert "Skriv de seks sifrene" in other.text
    people.signed_in(renewed).get(f"/cases/{case}", 409)


def test_only_a_leader_opens_and_only_with_the_second_factor(
    browser: Browser, people: People, office: Installation
) -> None:
    account = office.member("voksen")
    with writing(office.staff) as connection:
        passing_on.await_keys(connection, account.id, [ADULT])
    browser.get(f"/staff/open-key?account={account.id}&unit={ADULT}")
    other = people.signed_in(office.member("askim", DEPUTY))
    other.get(f"/staff/open-key?account={account.id}&unit={ADULT}", 403)
    assert not people.held("voksen")


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


def test_while_somebody_holds_the_key_or_nobody_awaits_it_none_is_opened(office: Installation) -> None:
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


# --- what the pages say of it ------------------------------------------------------------------


def test_an_adult_with_a_deputy_need_not_know_that_cases_are_lost(
    browser: Browser, people: People, office: Installation, adult: NewAccount
) -> None:
    browser.get("/staff")
    assert "Bare én kan åpne sakene til Ungdomskontakten" not in browser.text
    browser.get(f"/staff/renew?account={people.id_of('voksen')}")
    assert "sakene er tapt" not in browser.text
    assert "Etterpå åpner stedfortrederen det som er sendt" in browser.text


def test_an_adult_whose_deputy_nobody_reads_as_loses_cases(
    browser: Browser, people: People, office: Installation, adult: NewAccount
) -> None:
    with writing(office.staff) as connection:
        connection.execute(delete(unit_keys).where(unit_keys.c.unit == DEPUTY))
    browser.get(f"/staff/renew?account={people.id_of('voksen')}")
    assert "sakene er tapt" in browser.text
    words = {"account": people.id_of("voksen"), "code": office.code(office.leader)}
    browser.post("/staff/renew", 422, **words)


def test_who_is_the_deputy_too_loses_cases_alone(
    browser: Browser, people: People, office: Installation
) -> None:
    other = office.member("drift", role="administrator")
    who, now = unlocked(office, office.leader), int(time.time())
    with writing(office.staff) as connection:
        passing_on.await_keys(connection, office.leader.id, [ADULT])
    passing_on.open_anew(office.staff, office.store, who, office.leader.id, ADULT, now)
    member = people.signed_in(other)
    member.get(f"/staff/renew?account={office.leader.id}")
    lost = member.page.find(class_="error")
    assert lost is not None
    assert "Ungdomskontakten" in lost.get_text()
    assert "Etterpå åpner stedfortrederen" not in member.text


def test_the_adults_role_stands_on_the_pages_and_not_the_id(
    browser: Browser, app: Flask, office: Installation, adult: NewAccount
) -> None:
    browser.get("/staff")
    groups = [heading.get_text() for heading in browser.page.find_all("h2")]
    assert "Ungdomskontakten" in groups
    assert ADULT not in browser.text


def test_the_log_alone_still_knows_the_serials_that_were(office: Installation) -> None:
    """Before anything was pinned, with card and keys gone."""
    assert office.store.pins is None
    office.store.withdraw_card("police")
    with writing(office.staff) as connection:
        connection.execute(delete(unit_keys).where(unit_keys.c.unit == "police"))
    verifier = office.settings.verifier
    assert opening.next_serial(office.staff, office.store, "police", verifier) == 2
    assert opening.next_serial(office.staff, office.store, "slt", verifier) == 1
    with reading(office.staff) as connection:
        assert connection.execute(select(key_renewals)).first() is None
