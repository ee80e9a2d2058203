"""More in the mailbox, in a language that takes an interpreter: first it is said when."""

from __future__ import annotations

import datetime as dt

import pytest

from sifra.case_store import State
from sifra.sealing import Kind
from tests.language.samples import sample
from tests.reporter.installation import Installation, Visitor
from tests.reporter.moments import TUESDAY_MORNING, local, set_clock
from tests.reporter.pages import Page
from tests.reporter.test_written_language import INTERPRETER, NB

PL, TI = sample("pl").calm, sample("ti").calm
SOON, LATER = "Skriver du nå, blir det lest innen i dag kl. 16.", "innen i morgen kl. 12."
KNIFE = "ካራ ኣለዎ ኣብ ቤት ትምህርቲ"


@pytest.fixture
def answered(installed: Installation, visitor: Visitor) -> str:
    """The code of a case that staff have answered."""
    set_clock(installed, TUESDAY_MORNING)
    code = visitor.send(NB).code
    installed.answers("Takk.")
    return code


def texts(installed: Installation) -> list[str]:
    return [str(one.body["text"]) for one in installed.read().messages() if one.kind is Kind.MORE]


def promised(installed: Installation) -> dt.datetime | None:
    at = installed.only_case().clear.promised
    return dt.datetime.fromtimestamp(at, dt.UTC) if at else None


def alert(page: Page) -> str:
    return page.one(".notice[role=alert]").get_text()


def test_it_is_shown_once_more_with_the_later_time_and_then_added(
    installed: Installation, visitor: Visitor, answered: str
) -> None:
    assert SOON in visitor.open(answered).said
    page = visitor.press("write", text=TI)
    assert f"Teksten er ikke sendt. {INTERPRETER}" in alert(page)
    # On top, not below a long thread.
    assert page.one(".thread") in page.one("textarea#text").find_all_next()
    assert f"Skriver du nå, blir det lest {LATER}" in page.said
    assert page.one("textarea#text").get_text().strip() == TI
    assert texts(installed) == []
    page = visitor.press("write")
    assert "Meldingen er sendt." in page.said
    assert INTERPRETER not in page.said
    assert texts(installed) == [TI]
    assert promised(installed) == local(2026, 11, 25, 12)
    assert installed.read().messages()[-1].body["language"] == "ti"


def test_what_was_said_is_what_stands_when_it_would_be_later_by_now(
    installed: Installation, visitor: Visitor, answered: str
) -> None:
    visitor.open(answered)
    visitor.press("write", text=TI)
    set_clock(installed, local(2026, 11, 24, 10, 14))
    installed.lose_worker()
    visitor.press("write")
    assert promised(installed) == local(2026, 11, 25, 12)


def test_a_page_in_that_language_has_said_it_already(
    installed: Installation, visitor: Visitor, answered: str
) -> None:
    visitor.open(answered, "ti")
    visitor.press("write", text=TI)
    assert texts(installed) == [TI]
    assert promised(installed) == local(2026, 11, 25, 12)


@pytest.mark.parametrize("page", ["ti", "nb"])
def test_what_somebody_reads_after_all_is_read_sooner(
    installed: Installation, visitor: Visitor, answered: str, page: str
) -> None:
    visitor.open(answered, page)
    visitor.press("write", text=NB)
    assert texts(installed) == [NB]
    assert promised(installed) == local(2026, 11, 24, 16)


def test_another_language_that_takes_as_long_is_added(
    installed: Installation, visitor: Visitor, answered: str
) -> None:
    """Else whoever goes from one to the other would never be done."""
    visitor.open(answered)
    visitor.press("write", text=TI)
    visitor.press("write", text=PL)
    assert texts(installed) == [PL]


def test_the_later_time_does_not_stick_to_what_is_written_instead(
    installed: Installation, visitor: Visitor, answered: str
) -> None:
    visitor.open(answered)
    visitor.press("write", text=TI)
    visitor.press("write", text=NB)
    assert promised(installed) == local(2026, 11, 24, 16)


@pytest.mark.parametrize("said", ["xx", "", "ti " * 400, "\x00", "nb"])
def test_no_odd_word_of_a_language_gets_past(
    installed: Installation, visitor: Visitor, answered: str, said: str
) -> None:
    visitor.open(answered)
    page = visitor.press("write", text=TI, reckoned=said)
    assert INTERPRETER in alert(page)
    assert texts(installed) == []


def test_danger_waits_for_no_second_press(
    installed: Installation, visitor: Visitor, answered: str
) -> None:
    visitor.open(answered)
    page = visitor.press("write", text=KNIFE)
    assert texts(installed) == [KNIFE]
    assert page.numbers[0] == "112"
    assert INTERPRETER in page.said
    assert installed.only_case().clear.at_once


def test_what_nobody_has_read_yet_was_promised_too(
    installed: Installation, visitor: Visitor
) -> None:
    set_clock(installed, TUESDAY_MORNING)
    code = visitor.send(NB).code
    page = visitor.open(code)
    assert "Skriver du nå" not in page.said
    page = visitor.press("write", text=TI)
    assert INTERPRETER in alert(page)
    assert f"Skriver du nå, blir det lest {LATER}" in page.said
    assert texts(installed) == []
    visitor.press("write")
    assert texts(installed) == [TI]
    # What was promised of the first text stands.
    assert promised(installed) == local(2026, 11, 24, 16)


def test_where_nobody_can_say_when_nothing_holds_it_back(
    installed: Installation, visitor: Visitor, answered: str
) -> None:
    installed.lose_worker()
    set_clock(installed, TUESDAY_MORNING + dt.timedelta(minutes=1))
    visitor.open(answered)
    visitor.press("write", text=TI)
    assert texts(installed) == [TI]


def test_the_rest_of_the_page_works_as_before(
    installed: Installation, visitor: Visitor, answered: str
) -> None:
    visitor.open(answered)
    page = visitor.press("write", text=TI)
    assert visitor.exit().status_code == 303
    visitor.page = page
    visitor.press("write", 410)
    assert texts(installed) == []
    visitor.open(answered)
    visitor.press("write", text=TI)
    visitor.press("withdraw", code=answered)
    assert installed.only_case().clear.state is State.WITHDRAWN


def test_a_page_that_lay_too_long_keeps_the_text_and_asks_again(
    installed: Installation, visitor: Visitor, answered: str
) -> None:
    visitor.open(answered)
    visitor.press("write", text=TI)
    set_clock(installed, local(2026, 11, 24, 11))
    page = visitor.press("write", 409)
    assert page.one("textarea#text").get_text().strip() == TI
    visitor.press("open", code=answered)
    assert INTERPRETER in alert(visitor.press("write"))
    visitor.press("write")
    assert texts(installed) == [TI]
