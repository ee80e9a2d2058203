"""An installation from before there were account cards and a picture, as its migration leaves it:
nobody holds the picture's key, and no account has a card."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, func, select, update

from sifra.database import reading, writing
from sifra.key_cards import PICTURE, KeyCardError, account_holder, fingerprint
from sifra.return_code import as_words
from tests.triage.example_office import NOW, Browser, Installation
from tests.triage.example_people import People, entered
from triage.keys import NewAccount
from triage.people import held_keys
from triage.staff_tables import accounts, audit_entries, unit_keys

YEAR = 365 * 24 * 3600


@pytest.fixture
def member(office: Installation) -> NewAccount:
    """Somebody who reads as the youth team."""
    found = office.member("ung", "youth_team")
    with writing(office.staff) as connection:
        for table in (unit_keys, audit_entries):
            connection.execute(delete(table).where(table.c.unit == PICTURE))
        connection.execute(
            update(accounts).values(
                card_serial=None, card_signature=None, let_in_by=None, let_in=NOW - YEAR
            )
        )
    office.store.withdraw_card(PICTURE)
    return found


@pytest.fixture
def leader(member: NewAccount, people: People, office: Installation) -> Browser:
    return people.signed_in(office.leader)


def words_of(account: NewAccount) -> str:
    return as_words(fingerprint(account_holder(account.id), account.private.public()), "nb")


def makes_the_key(leader: Browser, office: Installation, status: int = 200) -> None:
    leader.get("/staff/picture")
    leader.post("/staff/picture", status, code=office.code(office.leader))


def test_who_was_there_before_reads_on_and_is_told_of_to_leaders_alone(
    leader: Browser, member: NewAccount, people: People, office: Installation
) -> None:
    case_id, _ = office.tip("noe fra i dag")
    browser = people.signed_in(member)
    assert "noe fra i dag" in browser.get(f"/cases/{case_id}").get_text()
    assert "Du har ikke nøkkelen" in browser.get("/picture").get_text()
    browser.get("/staff")
    assert "Mangler nøkkelkort" not in browser.text
    leader.get("/staff")
    assert "Mangler nøkkelkort" in leader.text
    assert "Venter på å bli sluppet inn" not in leader.text
    links = [str(link["href"]) for link in leader.page.find_all("a", href=True)]
    assert [link for link in links if "let-in" in link] == [f"/staff/let-in?account={member.id}"]


def test_a_leader_makes_the_pictures_key_and_gives_it_to_all_who_read(
    leader: Browser, member: NewAccount, people: People, office: Installation
) -> None:
    leader.get("/staff")
    assert leader.page.find("a", {"href": "/staff/picture"})
    makes_the_key(leader, office)
    assert people.held("leder") >= {(PICTURE, 1)}
    assert (PICTURE, 1) not in people.held("ung")
    office.tip()
    assert "Du har ikke nøkkelen" not in leader.get("/picture").get_text()
    leader.get("/staff")
    assert not leader.page.find("a", {"href": "/staff/picture"})
    people.lets_in(leader, office.leader, "ung", words_of(member))
    assert "har fått nøkkelkort" in leader.text
    assert people.held("ung") == {("youth_team", 1), (PICTURE, 1)}
    browser = people.signed_in(member)
    assert "Du har ikke nøkkelen" not in browser.get("/picture").get_text()
    leader.get("/staff")
    assert "Mangler" not in leader.text


def test_who_has_a_card_and_not_the_pictures_key_is_given_it(
    leader: Browser, member: NewAccount, people: People, office: Installation
) -> None:
    held_keys.sign_account(
        office.staff, office.founding.signing, member.id, member.private.public(), None, NOW
    )
    makes_the_key(leader, office)
    path = f"/staff/pass-on?account={member.id}&unit=picture"
    leader.get("/staff")
    assert leader.page.find("a", {"href": path})
    leader.get(path)
    leader.post("/staff/pass-on", account=member.id, unit="picture")
    assert (PICTURE, 1) in people.held("ung")


def test_another_key_than_the_one_read_out_gets_no_card(
    leader: Browser, member: NewAccount, people: People, office: Installation
) -> None:
    people.lets_in(leader, office.leader, "ung", words_of(office.leader), 409)
    with pytest.raises(KeyCardError):
        held_keys.account_public(office.staff, member.id, office.settings.verifier)


def test_a_card_makes_nobody_newly_let_in(
    leader: Browser, member: NewAccount, people: People, office: Installation
) -> None:
    """A leader and a member of a year could else not be two people for a month."""
    browser = people.signed_in(member)
    browser.get("/profile")
    assert words_of(member) in browser.text
    people.lets_in(leader, office.leader, "ung", words_of(member))
    with reading(office.staff) as connection:
        found = connection.execute(
            select(accounts.c.let_in, accounts.c.let_in_by).where(accounts.c.id == member.id)
        ).one()
    assert tuple(found) == (NOW - YEAR, None)
    assert entered(office, "account-card-signed") == 2  # the leader's own too


def test_the_pictures_key_is_made_once(
    leader: Browser, people: People, office: Installation
) -> None:
    second = people.signed_in(office.leader)
    second.get("/staff/picture")
    makes_the_key(leader, office)
    second.post("/staff/picture", code=office.code(office.leader))
    assert "En annen var først" in second.text
    leader.get("/staff/picture", 404)
    with reading(office.staff) as connection:
        keys = select(func.count()).where(unit_keys.c.unit == PICTURE)
        assert connection.execute(keys).scalar_one() == 1


def test_it_takes_a_one_time_code_and_a_leader(
    leader: Browser, member: NewAccount, people: People, office: Installation
) -> None:
    leader.get("/staff/picture")
    leader.post("/staff/picture", 422, code="000000")
    assert leader.page.find(id="code-error")
    browser = people.signed_in(member)
    browser.get("/profile")
    browser.post("/staff/picture", 403, code=office.code(member))
    assert office.store.card(PICTURE) is None


def test_when_nobody_holds_it_any_more_counting_begins_anew(
    leader: Browser, member: NewAccount, people: People, office: Installation
) -> None:
    """The counts were sealed under a key that is lost."""
    makes_the_key(leader, office)
    office.tip()
    leader.get("/picture")
    people.lets_in(leader, office.leader, "ung", words_of(member))
    with writing(office.staff) as connection:
        connection.execute(
            delete(unit_keys).where(
                unit_keys.c.unit == PICTURE, unit_keys.c.account_id == office.leader.id
            )
        )
    leader.get(f"/staff/leave?account={member.id}")
    leader.post("/staff/leave", account=member.id, code=office.code(office.leader))
    assert office.store.card(PICTURE) is None
    makes_the_key(leader, office)
    assert "kan ikke åpnes" not in leader.get("/picture").get_text()
    assert (PICTURE, 2) in people.held("leder")
