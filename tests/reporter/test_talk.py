"""Talks with an adult: who is shown, who reads, and what is sealed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from reporter.talk import _routing
from sifra import tables
from sifra.case_store import State
from sifra.database import writing
from sifra.duty_store import DutyStore
from sifra.municipality import Municipality
from sifra.routing import Facts
from sifra.sealing import Kind
from tests.reporter.choosing import SHIPPED
from tests.reporter.conftest import Install
from tests.reporter.installation import TEAM, Installation, Visitor
from tests.reporter.moments import FRIDAY_EVENING, TUESDAY_MORNING, local, set_clock
from tests.reporter.pages import LANGUAGES
from tests.reporter.talking import ABOUT, CALLED, COACH, NURSE, ROOM, approve, give_key, read_as

TEXT = "kan jeg snakke med en voksen som ikke ringer hjem? ikke krise"
WHEN = "Torsdag i storefri, ved Kvisleparken."


def with_deputy(deputy: str, adult: str = NURSE) -> Municipality:
    adults = tuple(
        replace(one, deputy=deputy) if one.id == adult else one for one in SHIPPED.adults
    )
    return replace(SHIPPED, adults=adults)


@pytest.fixture
def nurse(installed: Installation) -> Installation:
    """On Tuesday morning, with a nurse who has a key and an approved profile."""
    give_key(installed, NURSE)
    approve(installed)
    set_clock(installed, TUESDAY_MORNING)
    return installed


# --- who is shown --------------------------------------------------------------------------------


@LANGUAGES
def test_every_adult_and_the_team_can_be_asked(
    nurse: Installation, visitor: Visitor, tag: str
) -> None:
    page = visitor.get(f"/{tag}/talk")
    led_to = [str(a["href"]) for a in page.main.select("a[href*='/talk/']")]
    assert led_to == [f"/{tag}/talk/{one.id}" for one in SHIPPED.adults] + [f"/{tag}/talk/{TEAM}"]
    for address in led_to:
        visitor.get(address)
        assert visitor.page.steps()[0] == "review"
        # A title stands in the browser's history.
        assert CALLED not in visitor.page.one("title").get_text()


def test_an_adult_is_shown_as_they_say_and_a_leader_approved(
    nurse: Installation, visitor: Visitor
) -> None:
    visitor.get("/nb/talk")
    assert CALLED in visitor.page.said
    visitor.get(f"/nb/talk/{NURSE}")
    assert visitor.page.one("h1").get_text() == CALLED
    for words in (
        ABOUT,
        ROOM,
        "tir., tor. 11:00–13:00",
        "Askim videregående skole",
        "norsk · العربية",
    ):
        assert words in visitor.page.said, words
    assert "På jobb nå, til kl. 15" in visitor.page.said


def test_a_name_is_written_as_they_write_it(nurse: Installation, visitor: Visitor) -> None:
    """A word alone is no name elsewhere: "ungdomsteamet"."""
    approve(nurse, called={"nb": "Trygg"})
    set_clock(nurse, TUESDAY_MORNING + dt.timedelta(minutes=1))
    visitor.get(f"/nb/talk/{NURSE}")
    assert "Bare Trygg og ungdomsteamet kan lese" in visitor.page.said


def test_what_nobody_approved_is_not_shown(installed: Installation, visitor: Visitor) -> None:
    with writing(installed.engine) as connection:
        connection.execute(
            tables.profiles.insert().values(
                adult=NURSE,
                serial=1,
                text='{"languages":["nb"],"called":{"nb":"En fremmed"}}',
                signature=bytes(64),
            )
        )
    visitor.get("/nb/talk")
    assert "En fremmed" not in visitor.page.html
    assert "Helsesykepleieren" in visitor.page.said


def test_there_is_a_way_back_from_an_adult_who_is_not_there(visitor: Visitor) -> None:
    page = visitor.get("/nb/talk/nobody", 404)
    assert page.has("main a[href='/nb/talk']")
    page = visitor.post("/nb/talk/nobody", {"step": "send", "text": TEXT}, 404)
    # It was not sent to others instead, and it is not lost.
    assert page.one("blockquote").get_text() == TEXT
    visitor.get("/nb/talk/slt", 404)


# --- who reads, and what happens while the adult is away -----------------------------------------


def test_the_page_names_who_reads_before_and_after_it_is_sent(
    nurse: Installation, visitor: Visitor
) -> None:
    visitor.get(f"/nb/talk/{NURSE}")
    both = f"Bare {CALLED} og ungdomsteamet kan lese det du skriver."
    assert both in visitor.page.said
    assert f"Er {CALLED} borte, leser ungdomsteamet." in visitor.page.said
    assert "Det er ikke politiet som leser." in visitor.page.said
    assert "Leses innen i morgen kl. 12." in visitor.page.said
    visitor.press("review")
    assert both in visitor.page.said
    assert f"Er {CALLED} borte, leser ungdomsteamet." in visitor.page.said
    visitor.press("send")
    assert f"{CALLED} og ungdomsteamet leser det du skriver." in visitor.page.said
    assert nurse.only_case().sealed.readers == (NURSE, TEAM)


def test_a_named_deputy_reads_in_the_place_of_the_team(install: Install) -> None:
    installed = install(municipality=with_deputy(COACH))
    give_key(installed, NURSE, COACH)
    visitor = installed.visitor()
    visitor.get(f"/nb/talk/{NURSE}")
    names = "Bare helsesykepleieren og De voksne på ungdomsklubben kan lese det du skriver."
    assert names in visitor.page.said
    visitor.press("review")
    visitor.press("send")
    assert installed.only_case().sealed.readers == (NURSE, COACH)
    read_as(installed, COACH)


def test_a_deputy_without_a_key_leaves_it_to_the_team(install: Install) -> None:
    installed = install(municipality=with_deputy(COACH))
    give_key(installed, NURSE)
    visitor = installed.visitor()
    visitor.get(f"/nb/talk/{NURSE}")
    assert "Bare helsesykepleieren og ungdomsteamet kan lese" in visitor.page.said
    visitor.press("review")
    visitor.press("send")
    assert installed.only_case().sealed.readers == (NURSE, TEAM)


def test_an_adult_without_a_key_is_told_of_by_the_team(
    installed: Installation, visitor: Visitor
) -> None:
    set_clock(installed, TUESDAY_MORNING)
    visitor.get(f"/nb/talk/{NURSE}")
    assert "Bare ungdomsteamet kan lese" in visitor.page.said
    assert "Helsesykepleieren kan ikke lese her ennå." in visitor.page.said
    visitor.press("review")
    assert "Helsesykepleieren kan ikke lese her ennå." in visitor.page.said
    visitor.press("send")
    assert installed.only_case().sealed.readers == (TEAM,)
    (first,) = installed.read().messages()
    assert first.body["adult"] == NURSE


def test_somebody_in_the_team_no_matter_who(installed: Installation, visitor: Visitor) -> None:
    visitor.get(f"/nb/talk/{TEAM}")
    assert "Bare ungdomsteamet kan lese" in visitor.page.said
    visitor.press("review")
    visitor.press("send")
    (first,) = installed.read().messages()
    assert (first.body["adult"], installed.only_case().clear.lane) == (TEAM, "talk")


def test_an_adult_who_is_away_is_said_to_be_before_it_is_sent(
    nurse: Installation, visitor: Visitor
) -> None:
    start = int(local(2026, 11, 23, 0).timestamp())
    days_off(nurse, NURSE, dt.date(2026, 11, 23), dt.date(2026, 12, 4), start)
    set_clock(nurse, TUESDAY_MORNING + dt.timedelta(minutes=1))
    back = "er borte nå, og er tilbake mandag 7. desember kl. 8. Imens leser ungdomsteamet."
    visitor.get("/nb/talk")
    assert "Borte nå. Tilbake mandag 7. desember kl. 8" in visitor.page.said
    visitor.get(f"/nb/talk/{NURSE}")
    assert f"{CALLED} {back}" in visitor.page.said
    # The deputy's time is promised, and no step waits for the adult.
    assert "Leses innen i morgen kl. 12." in visitor.page.said
    visitor.press("review")
    assert f"{CALLED} {back}" in visitor.page.said
    visitor.press("send")
    assert nurse.only_case().clear.promised == int(local(2026, 11, 25, 12).timestamp())


def days_off(installed: Installation, unit: str, first: dt.date, last: dt.date, now: int) -> None:
    DutyStore(installed.engine).close(unit, first, last, now)


def test_the_adults_own_hours_may_be_what_the_promise_rests_on(
    nurse: Installation, visitor: Visitor
) -> None:
    """A talk has no usual readers that it could be faster than."""
    DutyStore(nurse.engine).close(
        TEAM, dt.date(2026, 11, 23), dt.date(2026, 12, 4), int(TUESDAY_MORNING.timestamp())
    )
    set_clock(nurse, TUESDAY_MORNING + dt.timedelta(minutes=1))
    visitor.get(f"/nb/talk/{NURSE}")
    assert "Leses innen i morgen kl. 12." in visitor.page.said
    visitor.press("review")
    assert "Leses innen i morgen kl. 12." in visitor.page.said
    code = visitor.press("send").code
    assert nurse.only_case().clear.promised == int(local(2026, 11, 25, 12).timestamp())
    # Nor has what is written later.
    nurse.staff(Kind.READ, State.READ)
    visitor.open(code)
    assert "Skriver du nå, blir det lest innen i morgen kl. 12" in visitor.page.said


def test_the_numbers_stand_there_when_nobody_reads_soon(
    nurse: Installation, visitor: Visitor
) -> None:
    set_clock(nurse, FRIDAY_EVENING)
    visitor.get(f"/nb/talk/{NURSE}")
    assert "På jobb igjen mandag 30. november kl. 8" in visitor.page.said
    visitor.press("review", text="orker ikke mer", danger="unsure")
    assert visitor.page.numbers[:3] == ["113", "116111", "116123"]


def test_a_key_that_is_lost_before_sending_asks_again_and_never_widens_quietly(
    nurse: Installation, visitor: Visitor
) -> None:
    visitor.get(f"/nb/talk/{NURSE}")
    visitor.press("review", text=TEXT)
    nurse.store.withdraw_card(NURSE)
    page = visitor.press("send", 409)
    assert "Bare ungdomsteamet kan lese" in visitor.page.said
    assert TEXT in page.html
    assert nurse.cases() == []
    visitor.press("send")
    assert nurse.only_case().sealed.readers == (TEAM,)


def test_nothing_is_lost_while_the_database_is_away(nurse: Installation, visitor: Visitor) -> None:
    set_clock(nurse, TUESDAY_MORNING + dt.timedelta(minutes=1))
    away = nurse.database.with_name("away.sqlite")
    nurse.database.rename(away)
    visitor.get(f"/nb/talk/{NURSE}")
    page = visitor.press("review", 503, text=TEXT, when=WHEN)
    assert page.one("blockquote").get_text() == TEXT
    nurse.database.unlink(missing_ok=True)
    away.rename(nurse.database)
    set_clock(nurse, TUESDAY_MORNING + dt.timedelta(minutes=2))
    # Others read than the page could know of: nothing is sent to them unseen.
    page = visitor.press("send", 422)
    assert f"Bare {CALLED} og ungdomsteamet kan lese" in visitor.page.said
    assert "Det er endret hvem som kan lese." in visitor.page.said
    assert nurse.cases() == []
    visitor.press("review")
    visitor.press("send")
    assert nurse.only_case().sealed.readers == (NURSE, TEAM)
    (first,) = nurse.read().messages()
    assert (first.body["text"], first.body["when"]) == (TEXT, WHEN)


@pytest.mark.parametrize("step", ["review", "send"])
def test_who_gets_a_key_meanwhile_does_not_read_unseen(
    installed: Installation, visitor: Visitor, step: str
) -> None:
    set_clock(installed, TUESDAY_MORNING)
    visitor.get(f"/nb/talk/{NURSE}")
    if step == "send":
        visitor.press("review", text=TEXT)
    give_key(installed, NURSE)
    set_clock(installed, TUESDAY_MORNING + dt.timedelta(minutes=1))
    page = visitor.press(step, 422)
    assert "Bare helsesykepleieren og ungdomsteamet kan lese" in visitor.page.said
    assert page.errors() == ["readers"]
    assert installed.cases() == []


# --- what is sealed ------------------------------------------------------------------------------


def test_what_was_asked_is_sealed_and_home_is_off_unless_said(
    nurse: Installation, visitor: Visitor
) -> None:
    visitor.get(f"/nb/talk/{NURSE}")
    visitor.press("review", text=TEXT, when=WHEN, contact="meet", topic="leaving", urgency="soon")
    assert "Ikke kontakt meg hjemme" in visitor.page.said
    visitor.press("send")
    case = nurse.only_case()
    (first,) = nurse.read().messages()
    whole = {"text", "when", "contact", "adult", "topic", "urgency", "danger", "place", "language"}
    assert first.body.keys() == whole | {"hour", "lane"}
    # Sealed too: whoever writes to the database could else hide that home is off.
    assert first.body["lane"] == "talk"
    assert (first.body["contact"], first.body["when"]) == ("meet", WHEN)
    assert case.clear.lane == "talk"
    assert read_as(nurse).messages()[0].body == first.body


def test_nothing_must_be_filled_in(nurse: Installation, visitor: Visitor) -> None:
    visitor.get(f"/nb/talk/{NURSE}")
    visitor.press("review")
    visitor.press("send")
    (first,) = nurse.read().messages()
    assert (first.body["text"], first.body["contact"], first.body["danger"]) == ("", "here", "")
    assert "home" not in first.body


@pytest.mark.parametrize("contact", ["call", "text"])
def test_a_number_is_sealed_apart(nurse: Installation, visitor: Visitor, contact: str) -> None:
    visitor.get(f"/nb/talk/{NURSE}")
    visitor.press("review", contact=contact, number="۹۱۲ 34-567", home="y")
    assert "91234567" in visitor.page.said
    assert "Det er greit å kontakte meg hjemme" in visitor.page.said
    visitor.press("send")
    case = nurse.only_case()
    stored = nurse.store.contact(case.clear.id)
    assert stored is not None
    assert nurse.read().contact(*stored) == "91234567"
    (first,) = nurse.read().messages()
    assert first.body["home"] == "yes"
    assert "91234567" not in str(first.body)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"contact": "call"}, "number"),
        ({"contact": "text", "number": "12"}, "number"),
        ({"contact": "pigeon"}, "contact"),
        ({"when": "å" * 301}, "when"),
        ({"text": "å" * 20_001}, "text"),
        ({"topic": "adult_conduct"}, "topic"),
        ({"topic": "place"}, "topic"),
        ({"danger": "maybe"}, "danger"),
        ({"urgency": "never"}, "urgency"),
        ({"no_code": "y"}, "no_code"),
        ({"no_code": "y", "contact": "meet"}, "no_code"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else value,
)
def test_what_is_wrong_is_said_beside_it_and_nothing_is_lost(
    nurse: Installation, visitor: Visitor, given: dict[str, str], field: str
) -> None:
    visitor.get(f"/nb/talk/{NURSE}")
    page = visitor.press("review", 422, **{"text": TEXT, "when": WHEN, **given})
    assert page.errors() == [field]
    assert page.error_beside(field)
    kept = dict(page.filled("review"))
    assert kept["text"] == given.get("text", TEXT)
    assert kept["when"] == given.get("when", WHEN)
    assert nurse.cases() == []


def test_without_a_code_somebody_must_be_able_to_call(
    nurse: Installation, visitor: Visitor
) -> None:
    visitor.get(f"/nb/talk/{NURSE}")
    visitor.press("review", contact="text", number="912 34 567", no_code="y")
    page = visitor.press("send")
    assert not page.has("#return-code")
    assert nurse.only_case().clear.lane == "talk"


def test_it_can_be_changed_with_all_that_was_ticked(nurse: Installation, visitor: Visitor) -> None:
    visitor.get(f"/nb/talk/{NURSE}")
    visitor.press("review", text=TEXT, contact="call", number="912 34 567", home="y", when=WHEN)
    page = visitor.press("edit")
    filled = dict(page.filled("review"))
    assert filled["number"] == "912 34 567"
    assert (filled["contact"], filled["home"], filled["when"]) == ("call", "y", WHEN)
    assert page.one("h1").get_text() == CALLED


def test_no_rule_makes_a_talk_a_case_about_the_adult(install: Install) -> None:
    """Where a municipality's rules lead elsewhere, those left read."""
    rules = tuple(replace(rule, to_adult=False) for rule in SHIPPED.rules)
    installed = install(municipality=replace(SHIPPED, rules=rules))
    give_key(installed, NURSE)
    with installed.app.test_request_context("/nb/talk"):
        found = _routing(Facts(lane="talk", adult=NURSE), (NURSE, TEAM))
    assert found.readers == (TEAM,)
    visitor = installed.visitor()
    visitor.get(f"/nb/talk/{NURSE}")
    visitor.press("review")
    assert "Bare ungdomsteamet kan lese" in visitor.page.said
    visitor.press("send")
    assert installed.only_case().sealed.readers == (TEAM,)
