"""A hand-over in the mailbox: what is asked, and what a yes or a no does."""

from __future__ import annotations

import pytest

from sifra.case_store import State
from sifra.sealing import Kind
from tests.reporter.asking import (
    FIRST,
    SECOND,
    SUMMARY,
    TEXT,
    ask,
    buttons,
    hand_over,
    kinds,
    question,
    reply,
    reply_form,
    tip_that_was_read,
)
from tests.reporter.choosing import SHIPPED
from tests.reporter.installation import Installation, Visitor
from tests.reporter.moments import FRIDAY_EVENING, TUESDAY_MORNING, local, set_clock
from tests.reporter.pages import LANGUAGES, said
from tests.reporter.test_promise import pause

BEGUN = "Ja, men ikke si det til"


@pytest.fixture
def code(installed: Installation, visitor: Visitor) -> str:
    return tip_that_was_read(installed, visitor)


# --- what is asked -------------------------------------------------------------------------------


@LANGUAGES
def test_it_says_who_asks_to_tell_whom_and_exactly_what(
    installed: Installation, visitor: Visitor, code: str, tag: str
) -> None:
    ask(installed)
    page = visitor.open(code, tag)
    assert SHIPPED.units["youth_team"].name[tag] in question(page)
    assert SHIPPED.units["police"].name[tag].lower() in question(page).lower()
    secrecy = SHIPPED.units["police"].secrecy
    assert secrecy is not None
    assert secrecy[tag] in question(page)
    told = page.one("li.asked .said")
    assert (told.get_text(), told["lang"], told["dir"]) == (SUMMARY, "nb", "auto")
    assert buttons(page) == ["yes", "no"]
    # Neither is bigger, or pushed.
    assert len({str(one["class"]) for one in page.soup.select("button[name=answer]")}) == 1
    # It is found from the top of the page.
    assert page.has(f"a[href='#{page.one('li.asked')['id']}']")


def test_a_question_is_no_answer(installed: Installation, visitor: Visitor, code: str) -> None:
    ask(installed)
    ask(installed, SECOND)
    assert "Du har fått svar." not in said(visitor.open(code).one(".state"))
    # One way to the first of them is enough.
    assert len(visitor.page.soup.select(".notice a.alone")) == 1
    installed.answers("Takk.")
    assert "Du har fått svar." in said(visitor.open(code).one(".state"))


def test_it_says_that_no_is_fine_and_why_it_is_asked(
    installed: Installation, visitor: Visitor, code: str
) -> None:
    ask(installed)
    visitor.open(code)
    for words in (
        "Kan vi si dette til politikontakten?",
        "det er du som bestemmer",
        "Dette er alt de får vite:",
        "Du kan trygt si nei.",
        "Er noen i alvorlig fare",
    ):
        assert words in question(visitor.page)


def test_the_whole_is_said_to_be_the_whole(
    installed: Installation, visitor: Visitor, code: str
) -> None:
    ask(installed, whole=1, text="")
    page = visitor.open(code)
    assert "De får lese alt du og vi har skrevet her, og det du skriver senere." in question(page)
    assert "Dette er alt" not in question(page)
    assert not page.has("li.asked .said")
    assert TEXT.split()[1] not in page.html


def test_a_summary_is_shown_in_the_language_of_the_page_with_the_original(
    installed: Installation, visitor: Visitor, code: str
) -> None:
    ask(installed, translation="شاب يتحدث", translation_language="ar")
    page = visitor.open(code, "ar")
    first, original = page.soup.select("li.asked .said")
    assert (first.get_text(), first["lang"]) == ("شاب يتحدث", "ar")
    assert (original.get_text(), original["lang"]) == (SUMMARY, "nb")
    assert original.find_parent("details") is not None
    # Who reads Norwegian reads what staff wrote.
    assert visitor.open(code, "nb").one("li.asked .said").get_text() == SUMMARY


# --- yes and no ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [("yes", Kind.CONSENTED, "Du sa ja."), ("no", Kind.REFUSED, "Du sa nei.")],
    ids=["yes", "no"],
)
def test_an_answer_is_sealed_said_and_waits_to_be_read(
    installed: Installation, visitor: Visitor, code: str, answer: str, kind: Kind, words: str
) -> None:
    ask(installed)
    visitor.open(code)
    page = reply(visitor, answer, text=BEGUN)
    assert words in page.one("[role=status]").get_text()
    assert words in question(page)
    # A page with script sends along what is begun; it is not sent so, and not lost.
    assert page.one("#text").get_text().strip() == BEGUN
    last = installed.read().messages()[-1]
    assert last.kind is kind
    assert last.body["handover"] == FIRST
    clear = installed.only_case().clear
    assert last.body["hour"] == int(TUESDAY_MORNING.timestamp())
    assert clear.state is State.MORE
    assert clear.promised == int(local(2026, 11, 24, 16).timestamp())
    assert "Leses innen i dag kl. 16." in page.said
    assert words in question(visitor.open(code))


def test_it_is_read_by_what_the_page_said(
    installed: Installation, visitor: Visitor, code: str
) -> None:
    ask(installed)
    visitor.open(code)
    pause(installed)
    reply(visitor, "yes")
    assert installed.only_case().clear.promised == int(local(2026, 11, 24, 16).timestamp())


def test_before_anybody_has_read_it_is_still_new(installed: Installation, visitor: Visitor) -> None:
    set_clock(installed, FRIDAY_EVENING)
    code = visitor.send(TEXT).code
    installed.store.add(
        installed.read().add(
            Kind.ASKED, {"handover": FIRST, "to": "police", "whole": 1, "hour": 0, "by": "slt"}
        ),
        State.NEW,
    )
    visitor.open(code)
    reply(visitor, "yes")
    clear = installed.only_case().clear
    assert clear.state is State.NEW
    assert clear.promised == int(local(2026, 11, 30, 12).timestamp())


def test_back_cannot_change_an_answer(installed: Installation, visitor: Visitor, code: str) -> None:
    ask(installed)
    form = reply_form(visitor.open(code))
    visitor.post("/nb/mailbox", {**form, "answer": "no"})
    page = visitor.post("/nb/mailbox", {**form, "answer": "yes"}, 409)
    assert page.has("[role=alert]")
    assert kinds(installed)[-1] is Kind.REFUSED
    # The same again says that it was sent.
    assert (
        "Svaret ditt er sendt."
        in visitor.post("/nb/mailbox", {**form, "answer": "no"}).main.get_text()
    )
    assert len(kinds(installed)) == 4


def test_nor_can_another_page_that_was_open(
    installed: Installation, visitor: Visitor, code: str
) -> None:
    ask(installed)
    old = reply_form(visitor.open(code))
    visitor.open(code)
    reply(visitor, "no")
    page = visitor.post("/nb/mailbox", {**old, "answer": "yes"}, 409)
    assert "Se hva som står her nå." in page.one("[role=alert]").get_text()
    assert "Du sa nei." in question(page)
    assert kinds(installed)[-1] is Kind.REFUSED


@pytest.mark.parametrize("at_once", [2, 6])
def test_a_double_tap_is_one_answer(
    installed: Installation, visitor: Visitor, code: str, at_once: int
) -> None:
    ask(installed)
    form = {**reply_form(visitor.open(code)), "answer": "yes"}
    answers = installed.taps("/nb/mailbox", form, at_once)
    assert [answer.status_code for answer in answers] == [200] * at_once
    assert kinds(installed).count(Kind.CONSENTED) == 1


def test_a_double_tap_loses_nothing_that_is_begun(
    installed: Installation, visitor: Visitor, code: str
) -> None:
    ask(installed)
    form = {**reply_form(visitor.open(code)), "answer": "yes", "text": BEGUN}
    for _tap in range(2):
        page = visitor.post("/nb/mailbox", form)
        assert page.one("#text").get_text().strip() == BEGUN
    assert kinds(installed).count(Kind.CONSENTED) == 1


def test_a_yes_is_to_what_the_page_showed(
    installed: Installation, visitor: Visitor, code: str
) -> None:
    """Staff change the summary while the sender reads the first one."""
    ask(installed)
    visitor.open(code)
    ask(installed, text="Ungdommen heter noe helt annet.")
    page = reply(visitor, "yes", 409)
    assert Kind.CONSENTED not in kinds(installed)
    assert buttons(page) == ["yes", "no"]
    assert "Vi venter ikke på svar på dette lenger." in question(page, 0)
    reply(visitor, "yes")
    last = installed.read().messages()[-1]
    assert (last.kind, last.body["asked"]) == (Kind.CONSENTED, 3)
    assert "Du sa ja." in question(visitor.page, 1)
    assert "Du sa ja." not in question(visitor.page, 0)


def test_an_answer_of_staff_in_the_same_moment_changes_nothing(
    installed: Installation, visitor: Visitor, code: str
) -> None:
    ask(installed)
    visitor.open(code)
    installed.answers("Takk.")
    page = reply(visitor, "yes")
    assert "Du sa ja." in question(page)
    assert [answer.get_text() for answer in page.soup.select("li.answer .said")] == ["Takk."]


def test_each_hand_over_has_its_own_answer(
    installed: Installation, visitor: Visitor, code: str
) -> None:
    ask(installed)
    ask(installed, SECOND, to="child_welfare")
    visitor.open(code)
    reply(visitor, "no", handover=SECOND)
    assert "Du sa nei." in question(visitor.page, 1)
    assert buttons(visitor.page) == ["yes", "no"]
    reply(visitor, "yes")
    assert "Du sa ja." in question(visitor.page, 0)
    assert "Du sa nei." in question(visitor.page, 1)


def test_a_yes_may_be_taken_back_until_it_was_done(
    installed: Installation, visitor: Visitor, code: str
) -> None:
    ask(installed)
    visitor.open(code)
    reply(visitor, "yes")
    assert buttons(visitor.page) == ["no"]
    reply(visitor, "no")
    assert kinds(installed)[-2:] == [Kind.CONSENTED, Kind.REFUSED]
    assert "Du sa nei." in question(visitor.page)
    assert buttons(visitor.page) == []


def test_a_no_stays_until_it_is_asked_again(
    installed: Installation, visitor: Visitor, code: str
) -> None:
    ask(installed)
    form = reply_form(visitor.open(code))
    reply(visitor, "no")
    ticket = dict(visitor.page.filled("write"))["ticket"]
    visitor.post("/nb/mailbox", {**form, "ticket": ticket, "answer": "yes"}, 409)
    assert Kind.CONSENTED not in kinds(installed)
    ask(installed)
    visitor.open(code)
    reply(visitor, "yes")
    assert kinds(installed)[-1] is Kind.CONSENTED


def test_what_was_done_cannot_be_taken_back(
    installed: Installation, visitor: Visitor, code: str
) -> None:
    ask(installed)
    visitor.open(code)
    reply(visitor, "yes")
    form = reply_form(visitor.page)
    hand_over(installed, "consent")
    page = visitor.post("/nb/mailbox", {**form, "answer": "no"}, 409)
    assert Kind.REFUSED not in kinds(installed)
    assert "Du sa ja." in question(page)
    assert buttons(page) == []


def test_done_without_an_answer_nobody_waits_for_one(
    installed: Installation, visitor: Visitor, code: str
) -> None:
    ask(installed)
    form = reply_form(visitor.open(code))
    hand_over(installed, "danger_to_life")
    visitor.post("/nb/mailbox", {**form, "answer": "yes"}, 409)
    assert Kind.CONSENTED not in kinds(installed)
    assert "Vi venter ikke på svar på dette lenger." in question(visitor.page)


# --- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["", "maybe", "YES", "<b>"])
def test_neither_yes_nor_no_is_said_beside_the_buttons(
    installed: Installation, visitor: Visitor, code: str, answer: str
) -> None:
    ask(installed)
    visitor.open(code)
    page = reply(visitor, answer, 422)
    assert "Trykk på ja eller nei." in page.error_beside("answer")
    assert buttons(page) == ["yes", "no"]
    reply(visitor, "yes")


@pytest.mark.parametrize("handover", ["", SECOND, "x" * 5000, "<b>", "\u202e", "' OR 1=1"])
def test_an_unknown_hand_over_is_not_answered(
    installed: Installation, visitor: Visitor, code: str, handover: str
) -> None:
    ask(installed)
    form = reply_form(visitor.open(code))
    visitor.post("/nb/mailbox", {**form, "handover": handover, "answer": "yes"}, 409)
    assert Kind.CONSENTED not in kinds(installed)
    assert "<b>" not in visitor.page.one("[role=alert]").get_text()


@pytest.mark.parametrize("ticket", ["", "x", "A" * 300])
def test_a_bad_ticket_asks_for_the_code(
    installed: Installation, visitor: Visitor, code: str, ticket: str
) -> None:
    ask(installed)
    form = reply_form(visitor.open(code))
    visitor.post("/nb/mailbox", {**form, "ticket": ticket, "answer": "yes"}, 409)
    assert Kind.CONSENTED not in kinds(installed)


def test_after_exit_nothing_is_answered(
    installed: Installation, visitor: Visitor, code: str
) -> None:
    ask(installed)
    form = reply_form(visitor.open(code))
    visitor.exit()
    visitor.post("/nb/mailbox", {**form, "answer": "yes"}, 410)
    assert Kind.CONSENTED not in kinds(installed)


def test_a_body_without_its_parts_is_shown_as_far_as_it_goes(
    installed: Installation, visitor: Visitor, code: str
) -> None:
    installed.staff(Kind.ASKED, State.ANSWERED, to="nobody")
    installed.staff(Kind.HANDED_OVER, State.ANSWERED)
    page = visitor.open(code)
    assert "noen andre" in question(page)
