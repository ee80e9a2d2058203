"""What an adult says of themselves: saved, looked at, approved by a leader, and public then."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import text, update

from sifra.adults import Profile
from sifra.database import reading, writing
from sifra.key_pins import KeyPins
from sifra.tables import profiles
from tests.triage.example_cards import ADULT, FILLED, adult, decides, hidden, saves
from tests.triage.example_office import Browser, Installation
from tests.triage.example_people import People, entered
from triage.adults import drafts
from triage.adults.drafts import Draft
from triage.keys import NewAccount
from triage.people import held_keys
from triage.staff_tables import profile_drafts


@pytest.fixture
def nurse(office: Installation) -> NewAccount:
    return adult(office)


@pytest.fixture
def card(people: People, nurse: NewAccount) -> Browser:
    """The nurse, signed in."""
    return people.signed_in(nurse)


@pytest.fixture
def leader(people: People, office: Installation) -> Browser:
    return people.signed_in(office.leader)


def public(office: Installation) -> dict[str, Profile]:
    """As the public site reads it."""
    store = office.store
    store.pins = KeyPins(office.settings.home.key_pins)
    return store.profiles(office.settings.verifier)[0]


def signed(card: Browser, leader: Browser, office: Installation, **changed: str) -> None:
    """Saved by the adult, and approved by the leader."""
    saves(card, **changed)
    decides(leader, office, "approve")


def test_what_an_adult_writes_is_public_once_a_leader_has_read_it(
    card: Browser, leader: Browser, office: Installation
) -> None:
    saves(card)
    assert "Utkastet er lagret" in card.text
    assert public(office) == {}
    leader.get("/staff/cards")
    assert "Venter på deg siden" in leader.text
    leader.get(f"/staff/cards/{ADULT}")
    for said in ("Jeg ringer ikke hjem", "Rommet mitt ved kantina: tir., tor. 11:00–11:30"):
        assert said in leader.text
    decides(leader, office, "approve")
    assert "Kortet til Helsesykepleieren er godkjent" in leader.text
    found = public(office)[ADULT]
    assert found.called == {"nb": FILLED["called-nb"]}
    assert [one.days for one in found.hours] == [("mon", "tue", "wed", "thu", "fri")]
    assert found.hours[0].closes == dt.time(15)
    assert found.drop_in[0].hours[0].days == ("tue", "thu")
    assert found.found_at == ("askim_videregaende",)
    card.get("/profile/card")
    assert "Ingen endring venter" in card.text
    for action in ("profile-saved", "profile-approved"):
        assert entered(office, action) == 1


def test_the_form_comes_back_as_it_was_saved(card: Browser) -> None:
    saves(card, **{"mon-2-from": "17:00", "mon-2-to": "24:00", "about-en": "Ask me anything."})
    fields = {
        one["name"]: one.get("value", "") for one in card.page.select("input[type!=checkbox]")
    }
    assert (fields["mon-1-from"], fields["mon-1-to"]) == ("08:00", "15:00")
    assert (fields["mon-2-from"], fields["mon-2-to"]) == ("17:00", "24:00")
    assert (fields["drop-1-from"], fields["drop-1-to"]) == ("11:00", "11:30")
    ticked = {one["value"] for one in card.page.select("[name=drop-1-days][checked]")}
    assert ticked == {"tue", "thu"}
    assert {one["value"] for one in card.page.select("[name=languages][checked]")} == {"nb", "en"}
    english = card.page.find(id="about-en")
    assert english is not None
    assert english.get_text() == "Ask me anything."


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("about-nb", "  ", "Skriv noen ord om deg selv"),
        ("about-nb", "x" * 301, "301 tegn. Høyst 300."),
        ("called-nb", "x" * 61, "61 tegn. Høyst 60."),
        ("mon-1-from", "", "Skriv et klokkeslett"),
        ("mon-1-to", "kvart på", "Skriv et klokkeslett"),
        ("mon-1-to", "07:00", "Slutter før det begynner"),
        ("mon-1-to", "08:00", "Slutter før det begynner"),
        ("drop-1-where", "", "Skriv hvor"),
        ("drop-1-where", "x" * 81, "81 tegn. Høyst 80."),
        ("drop-1-to", "", "Skriv et klokkeslett"),
    ],
    ids=[
        *("no words", "too many words", "too long a name", "no beginning", "no time"),
        *("swapped", "ends as it begins", "nowhere", "too long a place", "no end"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_all_is_kept(
    card: Browser, office: Installation, field: str, value: str, said: str
) -> None:
    saves(card, 422, **{field: value, "drop-2-where": "Klubben <b>"})
    error = card.page.find(id=f"{field}-error")
    assert error is not None
    assert said in error.get_text()
    kept = card.page.find(id=field)
    assert kept is not None
    assert (kept.get_text() or str(kept.get("value", ""))).strip() == value.strip()
    other = card.page.find(id="drop-2-where")
    assert other is not None
    assert other["value"] == "Klubben <b>"
    assert card.page.find(id="drop-2-days-error") is not None
    assert entered(office, "profile-saved") == 0


@pytest.mark.parametrize("field", ["languages", "drop-1-days"])
def test_nothing_ticked_is_said_too(card: Browser, field: str) -> None:
    saves(card, 422, **{field: []})
    assert card.page.find(id=f"{field}-error") is not None


def test_two_times_of_a_day_may_not_overlap(card: Browser) -> None:
    saves(card, 422, **{"mon-2-from": "14:00", "mon-2-to": "16:00"})
    error = card.page.find(id="mon-2-from-error")
    assert error is not None
    assert "overlapper" in error.get_text()


def test_values_that_no_page_offers_are_not_taken(card: Browser, office: Installation) -> None:
    saves(card, 422, languages=["xx", "tlh"])
    saves(card, found_at=["askim_videregaende", "nowhere", "__proto__"])
    with reading(office.staff) as connection:
        text = connection.scalar(profile_drafts.select().with_only_columns(profile_drafts.c.text))
    assert text is not None
    assert "nowhere" not in text


def test_a_leader_signs_nothing_but_what_they_saw(
    card: Browser, leader: Browser, office: Installation
) -> None:
    saves(card)
    leader.get(f"/staff/cards/{ADULT}")
    seen = hidden(leader, "seen")
    saves(card, **{"about-nb": "Noe helt annet."})
    decides(leader, office, "approve", 409, seen=seen)
    assert "Noe helt annet." in leader.text
    assert public(office) == {}
    decides(leader, office, "approve")
    assert public(office)[ADULT].about == {"nb": "Noe helt annet."}


@pytest.mark.parametrize("end", [',"always": true}', ',"languages":["nb","en"]}', "} "], ids=repr)
def test_a_draft_that_somebody_wrote_into_the_database_is_not_signed(
    card: Browser, leader: Browser, office: Installation, end: str
) -> None:
    """What a leader reads must be all that they sign: here a part that the page would not show."""
    saves(card)
    with writing(office.staff) as connection:
        row = connection.execute(profile_drafts.select()).one()
        connection.execute(update(profile_drafts).values(text=row.text[:-1] + end))
    leader.get(f"/staff/cards/{ADULT}")
    assert "endret utenfor Sifra" in leader.text
    decides(leader, office, "approve", 422)
    assert public(office) == {}
    decides(leader, office, "refuse")
    assert entered(office, "profile-refused") == 1


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE profile_drafts SET text = x'00ff'",
        "UPDATE profile_drafts SET text = '[[['",
        "UPDATE profile_drafts SET text = '', at = 'x'",
        "UPDATE profile_drafts SET text = '{}', at = 1000000000000000",
    ],
)
def test_a_draft_of_any_shape_can_be_looked_at_and_refused(
    card: Browser, leader: Browser, office: Installation, attack: str
) -> None:
    saves(card)
    with writing(office.staff) as connection:
        connection.execute(text(attack))
    card.get("/profile/card")
    assert "Utkastet lar seg ikke lese." in card.text
    leader.get("/staff/cards")
    leader.get(f"/staff/cards/{ADULT}")
    decides(leader, office, "approve", 422)
    decides(leader, office, "refuse")
    assert drafts.waiting(office.staff) == []


def test_a_draft_that_was_saved_meanwhile_is_not_taken_for_the_one_that_was_read(
    office: Installation,
) -> None:
    read, newer = (Draft(ADULT, text, office.leader.id, 0) for text in ("read", "newer"))
    drafts.save(office.staff, newer)
    with writing(office.staff) as connection:
        assert not drafts.take(connection, read)
    assert drafts.find(office.staff, ADULT) == newer
    with writing(office.staff) as connection:
        assert drafts.take(connection, newer)
    assert drafts.find(office.staff, ADULT) is None


def test_refused_is_deleted_and_nothing_changes(
    card: Browser, leader: Browser, office: Installation
) -> None:
    signed(card, leader, office)
    saves(card, **{"about-nb": "Ring meg på 99 99 99 99."})
    decides(leader, office, "refuse")
    assert "er slettet. Si til dem hvorfor" in leader.text
    assert public(office)[ADULT].about == {"nb": FILLED["about-nb"]}
    card.get("/profile/card")
    assert "Ingen endring venter" in card.text


def test_without_a_good_code_nothing_is_signed(
    card: Browser, people: People, office: Installation
) -> None:
    saves(card)
    leader = people.signed_in(office.leader)
    with leader.client.session_transaction() as session:
        session["confirmed"] = 0
    decides(leader, office, "approve", 422, code="000000")
    assert public(office) == {}


def test_a_former_card_is_not_put_back_by_whoever_kept_the_row(
    card: Browser, leader: Browser, office: Installation
) -> None:
    signed(card, leader, office)
    with reading(office.cases) as connection:
        former = connection.execute(profiles.select()).one()._asdict()
    signed(card, leader, office, **{"about-nb": "Nytt."})
    with reading(office.cases) as connection:
        newest = connection.execute(profiles.select()).one()._asdict()
    # The former after a newer one; the newest after it was taken down.
    for row in (former, newest):
        office.store.put_profile(*row.values())
        assert public(office) == {}
        assert office.store.profiles(office.settings.verifier)[1] == [ADULT]
        decides(leader, office, "withdraw")
    # Not for ever: what comes next counts on from there.
    signed(card, leader, office)
    assert public(office)[ADULT].about == {"nb": FILLED["about-nb"]}


def test_nobody_but_a_leader_gets_words_onto_the_pages(
    card: Browser, leader: Browser, office: Installation
) -> None:
    signed(card, leader, office)
    with writing(office.cases) as connection:
        altered = connection.execute(profiles.select()).one().text.replace("alt", "ingenting")
        connection.execute(update(profiles).values(text=altered))
    assert public(office) == {}
    leader.get("/staff/cards")
    assert "ikke signert" in leader.text


def _other_leader(office: Installation) -> NewAccount:
    account = office.member("leder2", "youth_team", role="leader")
    public_key = account.private.public()
    held_keys.give_signing_key(office.staff, account.id, public_key, office.founding.signing)
    return account


@pytest.mark.parametrize("alone", [True, False])
def test_a_leader_approves_their_own_card_only_when_there_is_no_other(
    people: People, office: Installation, alone: bool
) -> None:
    adult(office, "annen")
    leader = people.signed_in(office.leader)
    # The leader is the adult too.
    key = office.founding.units["youth_team"]
    held_keys.give_unit_key(
        office.staff, office.leader.id, office.leader.private.public(), ADULT, 1, key
    )
    if not alone:
        _other_leader(office)
    saves(leader)
    leader.get(f"/staff/cards/{ADULT}")
    assert ("Du er eneste leder" in leader.text) == alone
    decides(leader, office, "approve", 200 if alone else 422)
    assert (ADULT in public(office)) == alone
    if not alone:
        assert "En annen leder må godkjenne" in leader.text


def test_two_who_save_at_once_see_each_other(
    card: Browser, people: People, nurse: NewAccount
) -> None:
    other = people.signed_in(nurse)
    other.get("/profile/card")
    was = hidden(other, "was")
    saves(card)
    mine = {**FILLED, "about-nb": "Min utgave."}
    other.post("/profile/card", 409, was=was, **mine)
    assert "endret i mellomtiden" in other.text
    kept = other.page.find(id="about-nb")
    assert kept is not None
    assert kept.get_text() == "Min utgave."
    other.post("/profile/card", was=hidden(other, "was"), **mine)
    assert "Utkastet er lagret" in other.text


def test_what_is_public_already_waits_for_nobody(
    card: Browser, leader: Browser, office: Installation
) -> None:
    signed(card, leader, office)
    saves(card, **{"about-nb": "Nytt."})
    saves(card)
    assert "Ingen endring venter" in card.text


def test_whoever_leaves_takes_their_card_along(
    card: Browser, leader: Browser, office: Installation, nurse: NewAccount
) -> None:
    signed(card, leader, office)
    saves(card, **{"about-nb": "Nytt."})
    leader.get(f"/staff/leave?account={nurse.id}")
    code = office.code(office.leader)
    leader.post("/staff/leave", account=nurse.id, sure="1", code=code)
    assert public(office) == {}
    leader.get(f"/staff/cards/{ADULT}")
    assert "Ingen endring venter" in leader.text


def test_a_session_that_ends_meanwhile_loses_nothing(
    card: Browser, people: People, office: Installation, nurse: NewAccount
) -> None:
    card.get("/profile/card")
    was = hidden(card, "was")
    card.client.delete_cookie("sifra")
    card.post("/profile/card", 401, was=was, **FILLED)
    assert str(FILLED["about-nb"]) in card.text
    kept: dict[str, list[str]] = {}
    for one in card.page.select("main input[name], main textarea[name]"):
        kept.setdefault(str(one["name"]), []).append(str(one.get("value") or one.get_text()))
    again = people.signed_in(nurse)
    again.get("/profile/card")
    kept.pop("csrf_token")
    again.post("/profile/card", **kept)
    assert "Utkastet er lagret" in again.text
    ticked = [one["value"] for one in again.page.select("[name=drop-1-days][checked]")]
    assert ticked == ["tue", "thu"]


@pytest.mark.parametrize("action", ["approve", "refuse", "withdraw"])
def test_where_there_is_nothing_to_decide_nothing_is_said_to_be_done(
    leader: Browser, office: Installation, action: str
) -> None:
    shown = office.settings.municipality.adult(ADULT)
    assert shown is not None
    leader.get("/staff/cards")
    given = {"seen": drafts.seen(shown, None), "code": office.code(office.leader)}
    leader.post(f"/staff/cards/{ADULT}/{action}", 409, **given)
    for entry in ("profile-approved", "profile-refused", "profile-withdrawn"):
        assert entered(office, entry) == 0
