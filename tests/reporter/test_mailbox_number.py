"""The number to call, in the mailbox of whoever gave it."""

from __future__ import annotations

import pytest

from sifra.case_store import State
from tests.reporter.asking import FIRST, ask, hand_over, question
from tests.reporter.installation import Installation, Visitor
from tests.reporter.pages import said
from tests.reporter.talking import NURSE, talk_that_was_read


@pytest.fixture
def code(installed: Installation, visitor: Visitor) -> str:
    return talk_that_was_read(installed, visitor)


def test_a_number_is_deleted_when_the_sender_says_so(
    installed: Installation, visitor: Visitor, code: str
) -> None:
    case = installed.only_case().clear.id
    page = visitor.open(code)
    assert "Vi har nummeret du ga oss." in page.said
    assert "91234567" not in page.html
    visitor.press("forget_number", text="Halvskrevet tekst")
    assert "Nummeret er slettet." in said(visitor.page.one("[role=status]"))
    assert "Vi har ikke noe telefonnummer til deg." in visitor.page.said
    assert installed.store.contact(case) is None
    # Nothing else is gone.
    assert installed.only_case().clear.state is State.READ
    visitor.page = page
    visitor.press("forget_number")
    assert "Nummeret er slettet." in said(visitor.page.one("[role=alert]"))
    visitor.page = page
    visitor.press("write", 409, text="Mer.")


def test_what_came_with_no_number_has_no_button(
    installed: Installation, visitor: Visitor, code: str
) -> None:
    visitor.open(visitor.send("Noe annet.").code)
    assert "nummer" not in visitor.page.said
    visitor.get(f"/nb/talk/{NURSE}")
    visitor.press("review")
    visitor.open(visitor.press("send").code)
    assert "Vi har ikke noe telefonnummer til deg." in visitor.page.said
    assert "forget_number" not in visitor.page.steps()


def test_a_withdrawn_talk_takes_its_number_along(
    installed: Installation, visitor: Visitor, code: str
) -> None:
    case = installed.only_case().clear.id
    visitor.open(code)
    visitor.press("withdraw", code=code)
    assert installed.store.contact(case) is None


def test_whoever_asks_to_hand_over_the_whole_says_that_the_number_goes_too(
    installed: Installation, visitor: Visitor, code: str
) -> None:
    goes = "De kan også se nummeret du ga oss."
    ask(installed, whole=1, text="")
    assert goes in question(visitor.open(code))
    hand_over(installed, "danger_to_life", whole=1)
    assert goes in said(visitor.open(code).one("li.handed-over"))
    visitor.press("forget_number")
    assert goes not in visitor.open(code).said


def test_a_summary_takes_no_number_along(
    installed: Installation, visitor: Visitor, code: str
) -> None:
    ask(installed, FIRST)
    hand_over(installed, "danger_to_life")
    assert "De kan også se nummeret" not in visitor.open(code).said
