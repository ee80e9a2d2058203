"""Somebody leaves: they open nothing from then on, and nothing that they knew opens anything."""

from __future__ import annotations

import time

import pytest
import time_machine
from sqlalchemy import delete, insert, select, update

from sifra.conversation import ReaderView
from sifra.database import reading, writing
from sifra.key_cards import KeyCardError
from sifra.key_pins import KeyPins
from sifra.sealing import PrivateKey, SealError
from tests.triage.example_office import Browser, Installation
from tests.triage.example_people import People, said
from triage import folders
from triage.folder_store import FolderStore
from triage.folders import FolderKind
from triage.keys import NewAccount, Unlocked
from triage.people import held_keys, unit_renewal
from triage.people import people as people_domain
from triage.staff_tables import (
    accounts,
    assignments,
    audit_entries,
    key_renewals,
    sessions,
    signing_keys,
    unit_keys,
)


def leaves(
    browser: Browser, office: Installation, who: NewAccount, status: int = 200, **more: str
) -> None:
    browser.get(f"/staff/leave?account={who.id}")
    code = office.code(office.leader)
    browser.post("/staff/leave", status, account=who.id, code=code, **more)


def presses(browser: Browser, times: int, unit: str = "youth_team") -> None:
    for _ in range(times):
        browser.get(f"/staff/renewal?unit={unit}")
        browser.post("/staff/renewal/go-on", unit=unit)
        assert "Den gamle er slettet" not in browser.text


def goes_on(browser: Browser, unit: str = "youth_team") -> None:
    """Press the button until all is locked anew: a minute after the card was signed."""
    with time_machine.travel(time.time() + unit_renewal.SETTLES_SECONDS + 1):
        for _ in range(20):
            browser.get(f"/staff/renewal?unit={unit}")
            browser.post("/staff/renewal/go-on", unit=unit)
            if "Den gamle er slettet" in browser.text:
                return
    raise AssertionError("it does not end")


def makes(browser: Browser, by: NewAccount, office: Installation, unit: str = "youth_team") -> None:
    browser.get(f"/staff/renewal?unit={unit}")
    browser.post("/staff/renewal/make", unit=unit, code=office.code(by))


def keys_of(office: Installation, account: NewAccount) -> dict[str, tuple[PrivateKey, ...]]:
    return held_keys.held(office.staff, Unlocked(account.id, account.private))


def test_whoever_leaves_is_out_at_once(
    browser: Browser, people: People, office: Installation
) -> None:
    leaver = office.member("ung", "youth_team")
    stays = office.member("askim", "youth_team")
    case, _ = office.tip()
    open_before = people.signed_in(leaver)
    open_before.get(f"/cases/{case}")
    with writing(office.staff) as connection:
        connection.execute(insert(assignments).values(case_id=case, account_id=leaver.id, since=1))
    leaves(browser, office, leaver, successor=stays.id)
    assert "avsluttet" in browser.text
    assert open_before.client.get(f"/cases/{case}").status_code == 303
    people.stranger().sign_in(leaver, 403)
    with reading(office.staff) as connection:
        for table in (sessions, unit_keys, signing_keys):
            gone = select(table).where(table.c.account_id == leaver.id)
            assert connection.execute(gone).first() is None
        assert connection.scalar(select(assignments.c.account_id)) == stays.id
        deed = select(audit_entries.c.fields).where(audit_entries.c.action == "staff-left")
        assert leaver.id in str(connection.scalar(deed))
        deed = select(audit_entries.c.fields).where(audit_entries.c.action == "assign")
        assert stays.id in str(connection.scalar(deed))


def test_a_unit_gets_a_new_key_and_every_case_and_folder_is_locked_for_it(
    browser: Browser, people: People, office: Installation
) -> None:
    leaver, stays = office.member("ung", "youth_team"), office.member("askim", "youth_team")
    stolen = office.founding.units["youth_team"]
    tips = [office.tip(f"tips {number}") for number in range(3)]
    tips.append(office.tip("begge", readers=("police", "youth_team")))
    browser.get(f"/cases/{tips[0][0]}")
    browser.act(tips[0][0], "close")
    folder = folders.begin(
        tips[1][0],
        FolderKind.NOTES,
        office.stored(tips[1][0]).sealed.erasure_key,
        office.store.public_keys(["youth_team"], office.settings.verifier),
    ).add({"text": "et notat"})
    FolderStore(office.staff).create(folder.sealed)
    leaves(browser, office, leaver)
    makes(browser, office.leader, office)
    assert "Nøkkelen er signert" in browser.text
    # What comes from now on, and what is not yet locked anew, is both open meanwhile.
    during, during_key = office.tip("mens nøkkelen byttes")
    office.writes_more(*tips[2], "mer mens nøkkelen byttes")
    colleague = people.signed_in(stays)
    for case in (tips[2][0], during):
        colleague.get(f"/cases/{case}")
        assert "mens nøkkelen byttes" in colleague.text
    presses(browser, 4)
    goes_on(colleague)
    assert people.held("askim") == {("youth_team", 2)}
    (new,) = keys_of(office, stays)["youth_team"]
    for case, _ in (*tips, (during, during_key)):
        sealed = office.stored(case).sealed
        assert ReaderView.open(sealed, "youth_team", new).messages()
        with pytest.raises(SealError):
            ReaderView.open(sealed, "youth_team", stolen)
        assert ReaderView.open(sealed, "youth_team", new).is_locked_for_the_first
        people.signed_in(stays).get(f"/cases/{case}")
    (kept,) = FolderStore(office.staff).of_case(tips[1][0])
    key = office.stored(tips[1][0]).sealed.erasure_key
    assert folders.open_folder(kept, key, "youth_team", [new]).entries == ({"text": "et notat"},)
    with pytest.raises(SealError):
        folders.open_folder(kept, key, "youth_team", [stolen])
    assert office.reader(tips[3][0], "police").messages()


def test_the_old_key_is_kept_until_whoever_sealed_meanwhile_has_stored(
    browser: Browser, people: People, office: Installation
) -> None:
    """The public site had fetched the former card just before the next one was signed."""
    leaver, stays = office.member("ung", "youth_team"), office.member("askim", "youth_team")
    leaves(browser, office, leaver)
    makes(browser, office.leader, office)
    former = office.store.card("youth_team")
    presses(browser, 6)
    assert people.held("askim") == {("youth_team", 1), ("youth_team", 2)}
    assert former is not None
    late, _ = late_tip(office)
    goes_on(people.signed_in(stays))
    assert people.held("askim") == {("youth_team", 2)}
    people.signed_in(stays).get(f"/cases/{late}")


def test_what_comes_late_behind_a_round_is_found_by_the_next(
    browser: Browser, people: People, office: Installation
) -> None:
    leaver, stays = office.member("ung", "youth_team"), office.member("askim", "youth_team")
    ids = sorted(office.tip()[0] for _ in range(4))
    leaves(browser, office, leaver)
    makes(browser, office.leader, office)
    who, verifier = Unlocked(stays.id, stays.private), office.settings.verifier
    now = int(time.time())

    def step(moment: int) -> unit_renewal.Step:
        return unit_renewal.lock_anew(
            office.staff, office.store, who, "youth_team", verifier, moment, limit=1
        )

    for _ in ids[:3]:
        step(now)
    late = next(case for case in iter(lambda: late_tip(office)[0], "") if case < ids[2])
    later = now + unit_renewal.SETTLES_SECONDS
    for _ in range(60):
        if step(later).finished:
            break
    assert people.held("askim") == {("youth_team", 2)}
    (new,) = keys_of(office, stays)["youth_team"]
    assert ReaderView.open(office.stored(late).sealed, "youth_team", new).messages()


def late_tip(office: Installation) -> tuple[str, bytes]:
    """Sealed for the former card."""
    store = office.store
    now = store.card("youth_team")
    assert now is not None
    store.put_card(
        office.founding.signing.sign("youth_team", 1, office.founding.units["youth_team"])
    )
    sent = office.tip("kom litt for sent")
    store.put_card(now)
    return sent


def test_a_former_card_is_pinned_and_cannot_be_put_back(
    browser: Browser, office: Installation
) -> None:
    former = office.store.card("youth_team")
    leaves(browser, office, office.member("ung", "youth_team"))
    makes(browser, office.leader, office)
    office.store.pins = KeyPins(office.settings.home.key_pins)
    office.store.public_keys(["youth_team"], office.settings.verifier)
    assert former is not None
    office.store.put_card(former)
    with pytest.raises(KeyCardError, match="former"):
        office.store.public_keys(["youth_team"], office.settings.verifier)


def test_a_unit_that_the_leader_does_not_read_as_renews_its_key_with_the_leader(
    browser: Browser, people: People, office: Installation
) -> None:
    leaver, stays = office.member("pensjon", "police"), office.member("politi", "police")
    with writing(office.staff) as connection:
        mine = (unit_keys.c.account_id == office.leader.id) & (unit_keys.c.unit == "police")
        connection.execute(delete(unit_keys).where(mine))
    case, _ = office.tip(readers=("police",))
    leaves(browser, office, leaver)
    browser.get("/staff/renewal?unit=police")
    assert "Noen i enheten må gjøre det" in browser.text
    browser.post("/staff/renewal/make", unit="police", code=office.code(office.leader))
    assert people.held("politi") == {("police", 1)}
    member = people.signed_in(stays)
    makes(member, stays, office, "police")
    member.get("/staff/renewal?unit=police")
    words = said(member)
    member.post("/staff/renewal/sign", 403, unit="police", words=words, code=office.code(stays))
    browser.get("/staff/renewal?unit=police")
    assert words not in browser.text
    browser.post("/staff/renewal/sign", unit="police", words=words, code=office.code(office.leader))
    browser.get("/staff/renewal?unit=police")
    browser.post("/staff/renewal/go-on", unit="police")
    goes_on(member, "police")
    assert people.held("politi") == {("police", 2)}
    assert not any(unit == "police" for unit, _ in people.held("leder"))
    people.signed_in(stays).get(f"/cases/{case}")


def test_a_new_key_that_a_thief_put_in_the_units_place_is_not_signed(
    browser: Browser, people: People, office: Installation
) -> None:
    leaver, stays = office.member("pensjon", "police"), office.member("politi", "police")
    leaves(browser, office, leaver)
    member = people.signed_in(stays)
    makes(member, stays, office, "police")
    with writing(office.staff) as connection:
        connection.execute(
            update(key_renewals)
            .where(key_renewals.c.unit == "police")
            .values(public=PrivateKey.generate().public())
        )
    member.get("/staff/renewal?unit=police")
    words = said(member)
    code = office.code(office.leader)
    browser.get("/staff/renewal?unit=police")
    browser.post("/staff/renewal/sign", 409, unit="police", words=words, code=code)
    card = office.store.card("police")
    assert card is not None
    assert card.serial == 1


def test_two_who_go_on_at_once_and_one_who_was_broken_off_lose_nothing(
    browser: Browser, people: People, office: Installation
) -> None:
    leaver, stays = office.member("ung", "youth_team"), office.member("askim", "youth_team")
    tips = [office.tip()[0] for _ in range(7)]
    leaves(browser, office, leaver)
    makes(browser, office.leader, office)
    verifier, now = office.settings.verifier, int(time.time())
    both = [Unlocked(one.id, one.private) for one in (office.leader, stays)]
    for turn in range(6):
        step = unit_renewal.lock_anew(
            office.staff, office.store, both[turn % 2], "youth_team", verifier, now, limit=2
        )
        assert not step.finished
    later = now + unit_renewal.SETTLES_SECONDS
    for turn in range(30):
        step = unit_renewal.lock_anew(
            office.staff, office.store, both[turn % 2], "youth_team", verifier, later, limit=2
        )
        if step.finished:
            break
    assert step.finished
    (new,) = keys_of(office, stays)["youth_team"]
    assert all(
        ReaderView.open(office.stored(case).sealed, "youth_team", new).messages() for case in tips
    )


def test_a_colleague_whose_card_does_not_stand_gets_no_new_key_until_it_does(
    browser: Browser, people: People, office: Installation
) -> None:
    leaver, other = office.member("ung", "youth_team"), office.member("askim", "youth_team")
    with writing(office.staff) as connection:
        connection.execute(
            update(accounts)
            .where(accounts.c.id == other.id)
            .values(public_key=PrivateKey.generate().public())
        )
    leaves(browser, office, leaver)
    makes(browser, office.leader, office)
    assert people.held("askim") == {("youth_team", 1)}
    browser.get("/staff")
    assert "Mangler en nøkkel" in browser.text


def test_the_last_leader_cannot_leave(
    browser: Browser, people: People, office: Installation
) -> None:
    admin = office.member("drift", role="administrator")
    leaves(browser, office, office.leader, 422, sure="1")
    assert "siste lederen" in browser.text
    other = people.signed_in(admin)
    other.get("/staff")
    given = {"account": office.leader.id, "sure": "1", "code": office.code(admin)}
    other.post("/staff/leave", 422, **given)
    people.signed_in(office.leader)


def test_the_only_one_who_reads_as_a_unit_leaves_only_knowingly(
    browser: Browser, people: People, office: Installation
) -> None:
    police = office.member("politi", "police")
    with writing(office.staff) as connection:
        mine = (unit_keys.c.account_id == office.leader.id) & (unit_keys.c.unit == "police")
        connection.execute(delete(unit_keys).where(mine))
    leaves(browser, office, police, 422)
    assert "Kryss av" in browser.text
    people.signed_in(police)
    leaves(browser, office, police, sure="1")
    assert office.store.card("police") is None
    browser.get("/staff")
    assert "Nøkler som skal byttes" not in browser.text


def test_a_leaver_who_is_put_back_by_a_thief_gets_no_key(
    browser: Browser, people: People, office: Installation
) -> None:
    """Somebody who can write to the staff database takes away the mark that they left."""
    leaver = office.member("ung", "youth_team")
    leaves(browser, office, leaver)
    makes(browser, office.leader, office)
    with writing(office.staff) as connection:
        connection.execute(update(accounts).where(accounts.c.id == leaver.id).values(gone=None))
    pins = KeyPins(office.settings.home.key_pins)
    with pytest.raises(KeyCardError, match="former"):
        held_keys.account_public(office.staff, leaver.id, office.settings.verifier, pins)
    back = people.signed_in(leaver)
    case, _ = office.tip()
    back.get(f"/cases/{case}", 404)


def test_the_deed_itself_refuses_the_last_leader(office: Installation) -> None:
    with pytest.raises(people_domain.LastLeader):
        people_domain.leave(office.staff, office.store, office.leader.id, office.leader.id, 1)
    assert keys_of(office, office.leader)


def test_the_card_of_who_has_left_stands_no_more_also_without_pins(office: Installation) -> None:
    leaver, verifier = office.member("ung", "youth_team"), office.settings.verifier
    held_keys.account_public(office.staff, leaver.id, verifier)
    people_domain.leave(office.staff, office.store, leaver.id, office.leader.id, 1)
    with pytest.raises(KeyCardError):
        held_keys.account_public(office.staff, leaver.id, verifier)


def test_only_who_opens_all_that_the_leaver_did_takes_their_cases_over(
    browser: Browser, office: Installation
) -> None:
    leaver = office.member("ung", "youth_team", "police")
    half, whole = office.member("politi", "police"), office.member("begge", "youth_team", "police")
    browser.get(f"/staff/leave?account={leaver.id}")
    offered = {str(one["value"]) for one in browser.page.select("select[name=successor] option")}
    assert offered == {"", whole.id, office.leader.id}
    for successor in (half.id, leaver.id, "x"):
        leaves(browser, office, leaver, 422, successor=successor)
        assert browser.page.find(id="successor-error")
    leaves(browser, office, leaver, successor=whole.id)
