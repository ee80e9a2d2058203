"""An adult's key that is lost, and opened anew: with the pages, and without them."""

from __future__ import annotations

import time

import time_machine
from sqlalchemy import delete

from sifra.conversation import ReaderView
from sifra.database import Conflict, writing
from sifra.key_pins import KeyPins
from sifra.sealing import SealError
from tests.triage.example_office import MUNICIPALITY, Browser, Installation
from tests.triage.example_people import People, allowed, said
from triage import folders
from triage.folder_store import FolderStore
from triage.folders import FolderKind
from triage.keys import NewAccount, Unlocked
from triage.people import held_keys, passing_on, unit_renewal
from triage.people.unit_renewal import SETTLES_SECONDS, Renewal, Step
from triage.staff_tables import unit_keys

ADULT = "youth_contact"
(DEPUTY,) = MUNICIPALITY.deputies(ADULT)
BOTH = tuple(sorted((ADULT, DEPUTY)))


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


def step(
    office: Installation,
    who: NewAccount,
    *helping: str,
    limit: int = 50,
    after: int = SETTLES_SECONDS,
) -> Step:
    """``after`` are the seconds since the new card was signed."""
    found = renewal(office)
    if found is None or found.signed is None:
        raise Conflict
    return unit_renewal.lock_anew(
        office.staff,
        office.store,
        unlocked(office, who),
        ADULT,
        office.settings.verifier,
        found.signed + after,
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
