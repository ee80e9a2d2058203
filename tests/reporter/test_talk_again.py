"""A talk that is sent again, and who finds its code."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from sifra.case_store import State
from sifra.duty_store import DutyStore
from sifra.languages import text
from sifra.sealing import Kind
from tests.reporter.choosing import SHIPPED, pause
from tests.reporter.conftest import Install
from tests.reporter.installation import TEAM, Installation, Visitor
from tests.reporter.moments import TUESDAY_MORNING, local, set_clock
from tests.reporter.talking import CALLED, NURSE, approve, give_key, offer

TEXT = "Kan jeg snakke med noen?"
FIRST, LAST = dt.date(2026, 11, 23), dt.date(2026, 12, 4)
EARLY, TIME = "2026-11-25T11:00", "2026-11-26T12:30"


@pytest.mark.parametrize("had_a_key", [True, False], ids=["lost", "got"])
def test_a_key_that_came_or_went_makes_no_second_case(
    installed: Installation, visitor: Visitor, *, had_a_key: bool
) -> None:
    """The answer to the first sending never came: the browser sends the same form again."""
    set_clock(installed, TUESDAY_MORNING)
    if had_a_key:
        give_key(installed, NURSE)
    visitor.get(f"/nb/talk/{NURSE}")
    review = visitor.press("review", text=TEXT)
    first = visitor.press("send")
    if had_a_key:
        installed.store.withdraw_card(NURSE)
    else:
        give_key(installed, NURSE)
    installed.site.forget_cards()
    visitor.page = review
    again = visitor.press("send")
    assert again.code == first.code
    assert again.main.get_text() == first.main.get_text()
    expected = (NURSE, TEAM) if had_a_key else (TEAM,)
    assert installed.only_case().sealed.readers == expected
    # What was not sent is looked at anew.
    visitor.page = review
    visitor.press("send", 422, text=TEXT + " Det haster.")
    assert len(installed.cases()) == 1


@pytest.mark.parametrize("gone", ["card", "days off", "worker"])
def test_what_the_review_said_stands_whatever_the_adult_does_meanwhile(
    installed: Installation, visitor: Visitor, gone: str
) -> None:
    """The team has days off: the promise rests on the adult's hours alone."""
    give_key(installed, NURSE)
    approve(installed)
    rota, now = DutyStore(installed.engine), TUESDAY_MORNING.timestamp()
    rota.close(TEAM, FIRST, LAST, now)
    set_clock(installed, TUESDAY_MORNING)
    visitor.get(f"/nb/talk/{NURSE}")
    visitor.press("review", text=TEXT)
    assert "Leses innen i morgen kl. 12." in visitor.page.said
    if gone == "card":
        installed.store.withdraw_profile(NURSE)
    elif gone == "days off":
        rota.close(NURSE, FIRST, LAST, now)
    else:
        pause(installed, NURSE, TEAM)
    set_clock(installed, TUESDAY_MORNING + dt.timedelta(minutes=2))
    visitor.press("send")
    assert "Leses innen i morgen kl. 12." in visitor.page.said
    case = installed.only_case()
    assert case.clear.promised == int(local(2026, 11, 25, 12).timestamp())
    assert case.sealed.readers == (NURSE, TEAM)
    # The next one is told what holds now.
    visitor.get(f"/nb/talk/{NURSE}")
    assert "Leses innen i morgen kl. 12." not in visitor.page.said


def test_nobody_is_told_to_choose_where_there_is_nothing_to_choose(
    installed: Installation, visitor: Visitor
) -> None:
    give_key(installed, NURSE)
    set_clock(installed, TUESDAY_MORNING)
    visitor.get(f"/nb/talk/{NURSE}")
    visitor.press("review", text=TEXT)
    installed.store.withdraw_card(NURSE)
    alert = visitor.press("send", 409).one("[role=alert]").get_text()
    assert alert == "Det er endret hvem som kan lese. Se hvem det er nå."


def test_whoever_finds_the_code_sees_when_to_meet_and_the_sender_is_told_so(
    installed: Installation, visitor: Visitor
) -> None:
    give_key(installed, NURSE)
    set_clock(installed, TUESDAY_MORNING)
    warned = "Avtaler dere å møtes, ser de også når og hvor."
    visitor.send(TEXT)
    assert warned not in visitor.page.said
    installed.store.destroy_unread(installed.only_case().clear.id, int(TUESDAY_MORNING.timestamp()))
    visitor.get(f"/nb/talk/{NURSE}")
    visitor.press("review", text=TEXT, contact="meet")
    code = visitor.press("send").code
    assert warned in visitor.page.said
    offer(installed, TIME)
    visitor.open(code)
    assert "Finner noen koden din, kan de se når og hvor dere skal møtes." in visitor.page.said
    # Times are an answer.
    assert "Du har fått svar." in visitor.page.said
    visitor.press("pick", time=TIME)
    assert TEXT not in visitor.page.html


def test_nobody_waits_for_an_adult_who_may_not_know(
    installed: Installation, visitor: Visitor
) -> None:
    """The answer is read by noon tomorrow, and one of the times is before that."""
    give_key(installed, NURSE)
    set_clock(installed, TUESDAY_MORNING)
    unsure = "Det er ikke sikkert at svaret ditt blir lest før det."
    visitor.get(f"/nb/talk/{NURSE}")
    visitor.press("review", contact="meet")
    code = visitor.press("send").code
    installed.staff(Kind.READ, State.READ, by=NURSE)
    offer(installed, f"{EARLY}\n{TIME}")
    page = visitor.open(code)
    labels = [one.get_text() for one in page.soup.select("li.offered label")]
    assert [unsure in label for label in labels] == [True, False, False]
    visitor.press("pick", time=EARLY)
    assert unsure in visitor.page.said
    installed.staff(Kind.READ, State.READ, by=NURSE)
    assert unsure not in visitor.open(code).html
    # Whoever has read it and offers anew, has it before them again.
    offer(installed, f"{EARLY}\n{TIME}")
    visitor.open(code)
    visitor.press("pick", time=TIME)
    assert unsure not in visitor.page.said


def test_an_adult_of_the_police_is_not_said_to_be_none(install: Install) -> None:
    adults = tuple(
        replace(one, unit="police") if one.id == NURSE else one for one in SHIPPED.adults
    )
    installed = install(municipality=replace(SHIPPED, adults=adults))
    give_key(installed, NURSE)
    set_clock(installed, TUESDAY_MORNING)
    visitor = installed.visitor()
    no_police = "Det er ikke politiet som leser."
    visitor.get(f"/nb/talk/{NURSE}")
    assert no_police not in visitor.page.said
    visitor.press("review", text=TEXT)
    assert no_police not in visitor.page.said
    # What the police cannot keep to themselves, somebody of the police cannot.
    for unit in ("police", TEAM):
        assert text(SHIPPED.units[unit].secrecy or {}, "nb")[0] in visitor.page.said
    visitor.get("/nb/talk/youth_contact")
    assert no_police in visitor.page.said


def test_the_mailbox_calls_an_adult_as_the_sender_met_them(
    installed: Installation, visitor: Visitor
) -> None:
    give_key(installed, NURSE)
    approve(installed)
    set_clock(installed, TUESDAY_MORNING)
    visitor.get(f"/nb/talk/{NURSE}")
    visitor.press("review")
    code = visitor.press("send").code
    installed.staff(Kind.READ, State.READ, by=NURSE)
    visitor.open(code)
    assert f"{CALLED} leste" in visitor.page.said
