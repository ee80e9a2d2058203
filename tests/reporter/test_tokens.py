"""Tokens and tickets that are forged, foreign, broken, old or used."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from reporter.tickets import BadTicket, Tickets
from sifra.case_store import State
from sifra.sealing import Kind
from tests.reporter.conftest import Install
from tests.reporter.installation import TEAM, Installation, Visitor

TEXT = "Det går rykter om en planlagt slåsskamp."
MORE = "Nå vet jeg hvem det er."
MOMENT = dt.datetime(2026, 11, 23, 12, 10, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


def bad(good: str) -> dict[str, str]:
    """Ways in which a sealed value can be wrong, by name."""
    middle = len(good) // 2
    flipped = "A" if good[middle] != "A" else "B"
    return {
        "missing": "",
        "garbage": "xxxx",
        "one letter changed": good[:middle] + flipped + good[middle + 1 :],
        "truncated": good[:-9],
        "longer": good + "AAAA",
        "one letter": "A",
        "padding": "====",
        "beyond ascii": "æøå🙈" + good,
        "huge": "A" * 100_000,
    }


KINDS = sorted(bad("A" * 100))


@pytest.mark.parametrize("kind", KINDS)
def test_a_bad_token_shows_the_text_once_more_and_then_sends(
    installed: Installation, visitor: Visitor, kind: str
) -> None:
    visitor.write(TEXT)
    token = dict(visitor.page.filled("send"))["token"]
    shown = visitor.press("send", token=bad(token)[kind])
    assert shown.one("blockquote").get_text() == TEXT
    assert not installed.cases()
    assert visitor.press("send").code
    assert len(installed.cases()) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_bad_ticket_asks_for_the_code_and_keeps_the_text(
    installed: Installation, visitor: Visitor, kind: str
) -> None:
    code = visitor.send(TEXT).code
    ticket = dict(visitor.open(code).filled("write"))["ticket"]
    asked = visitor.press("write", 409, ticket=bad(ticket)[kind], text=MORE)
    assert dict(asked.filled("open"))["text"] == MORE
    assert len(installed.read().messages()) == 1
    # With the code once more the text stands in the form, and goes.
    visitor.press("open", code=code)
    visitor.press("write")
    assert installed.read().messages()[-1].body["text"] == MORE


def test_what_the_review_of_a_tip_promised_is_no_promise_to_read_a_talk(
    installed: Installation, visitor: Visitor
) -> None:
    visitor.write(TEXT)
    tip = dict(visitor.page.filled("send"))
    visitor.get(f"/nb/talk/{TEAM}")
    visitor.press("review", text=TEXT, contact="", token=tip["token"])
    assert visitor.press("send", promise=tip["promise"]).has("blockquote")
    assert not installed.cases()
    assert visitor.press("send").code


def test_tokens_and_tickets_of_another_installation_are_foreign(install: Install) -> None:
    here, there = install(), install()
    guest, visitor = there.visitor(), here.visitor()
    guest.write(TEXT)
    foreign = dict(guest.page.filled("send"))["token"]
    visitor.write(TEXT)
    assert visitor.press("send", token=foreign).has("blockquote")
    assert not here.cases()
    ticket = dict(guest.open(guest.send(TEXT).code).filled("write"))["ticket"]
    visitor.open(visitor.send(TEXT).code)
    visitor.press("write", 409, text=MORE, ticket=ticket)
    assert [len(here.read().messages()), len(there.read().messages())] == [1, 1]


def test_one_kind_does_not_pass_for_another(installed: Installation, visitor: Visitor) -> None:
    """Token, receipt and ticket are sealed under one key, each for its own purpose."""
    sent = visitor.send(TEXT)
    receipt = dict(sent.filled("kept"))["ticket"]
    opened = visitor.open(sent.code)
    given = dict(opened.filled("write"))
    token, ticket = given["token"], given["ticket"]
    for stranger in (token, receipt):
        visitor.post("/nb/mailbox", {**given, "ticket": stranger, "text": MORE}, 409)
    for stranger in (token, ticket):
        visitor.post("/nb/tip", {"step": "kept", "ticket": stranger}, 410)
    for stranger in (receipt, ticket):
        shown = visitor.post("/nb/tip", {"step": "send", "text": TEXT, "token": stranger})
        assert shown.has("blockquote")
    assert len(installed.read().messages()) == 1


def test_a_ticket_works_once(installed: Installation, visitor: Visitor) -> None:
    code = visitor.send(TEXT).code
    visitor.open(code)
    form = dict(visitor.page.filled("write"))
    visitor.press("write", text=MORE)
    # The very same again is a double tap: said to be sent, and not added twice.
    again = visitor.post("/nb/mailbox", {**form, "text": MORE})
    assert again.has("[role=alert]")
    assert MORE not in again.html
    # Another text on the used ticket is kept, and sent after the code.
    asked = visitor.post("/nb/mailbox", {**form, "text": "Noe helt annet nå."}, 409)
    assert dict(asked.filled("open"))["text"] == "Noe helt annet nå."
    visitor.press("open", code=code)
    visitor.press("write")
    said = [message.body["text"] for message in installed.read().messages()]
    assert said == [TEXT, MORE, "Noe helt annet nå."]


def test_the_page_after_writing_can_write_again(installed: Installation, visitor: Visitor) -> None:
    visitor.open(visitor.send(TEXT).code)
    for number in range(3):
        visitor.press("write", text=f"Melding nummer {number}.")
    assert len(installed.read().messages()) == 4


@pytest.mark.parametrize(("seconds", "status"), [(15 * 60, 200), (15 * 60 + 1, 409)])
def test_a_ticket_lasts_a_quarter_of_an_hour(
    visitor: Visitor, installed: Installation, seconds: int, status: int
) -> None:
    with time_machine.travel(MOMENT, tick=False) as clock:
        code = visitor.send(TEXT).code
        visitor.open(code)
        clock.shift(seconds * SECOND)
        page = visitor.press("write", status, text=MORE)
        if status == 409:
            assert dict(page.filled("open"))["text"] == MORE
            visitor.press("open", code=code)
            visitor.press("write")
    assert installed.read().messages()[-1].body["text"] == MORE


def test_an_empty_message_spends_no_ticket(installed: Installation, visitor: Visitor) -> None:
    visitor.open(visitor.send(TEXT).code)
    form = dict(visitor.page.filled("write"))
    assert visitor.post("/nb/mailbox", {**form, "text": " "}, 422).error_beside("text")
    visitor.post("/nb/mailbox", {**form, "text": MORE})
    assert len(installed.read().messages()) == 2


def test_a_ticket_is_good_after_staff_have_answered_meanwhile(
    installed: Installation, visitor: Visitor
) -> None:
    visitor.open(visitor.send(TEXT).code)
    installed.answers("Vi ser på det.")
    written = visitor.press("write", text=MORE)
    assert "Vi ser på det." in written.html
    assert [m.kind for m in installed.read().messages()] == [Kind.TIP, Kind.ANSWER, Kind.MORE]
    assert installed.only_case().clear.state is State.MORE


@pytest.mark.parametrize("step", ["open", "write", "withdraw"])
def test_after_exit_the_mailbox_gives_nothing_back(
    installed: Installation, visitor: Visitor, step: str
) -> None:
    code = visitor.send(TEXT).code
    installed.answers("Et svar som ingen andre skal se.")
    visitor.open(code)
    form = {**dict(visitor.page.filled("write")), "step": step, "code": code, "text": MORE}
    visitor.exit()
    gone = visitor.post("/nb/mailbox", form, 410)
    assert "ingen andre" not in gone.html
    assert MORE not in gone.html
    assert [m.kind for m in installed.read().messages()] == [Kind.TIP, Kind.ANSWER]


def test_exit_ends_a_ticket_whose_token_is_missing(
    installed: Installation, visitor: Visitor
) -> None:
    visitor.open(visitor.send(TEXT).code)
    form = dict(visitor.page.filled("write"))
    visitor.client.post("/exit", data={"ticket": form["ticket"]})
    visitor.post("/nb/mailbox", {"ticket": form["ticket"], "text": MORE, "step": "write"}, 410)
    assert len(installed.read().messages()) == 1


def test_tokens_are_of_one_length_and_never_the_same() -> None:
    """Nothing of what they hold can be seen on them."""
    tickets = Tickets(b"p" * 32)
    visit = tickets.new_visit(1_790_000_000)
    made = {tickets.token(visit, 1_790_000_000 + extra) for extra in (0, 0, 1, 600)}
    assert len(made) == 4
    assert len({len(token) for token in made}) == 1
    assert all(visit.id.hex() not in token for token in made)


def test_a_token_from_the_future_or_from_the_day_before_is_refused() -> None:
    tickets, now = Tickets(b"p" * 32), 1_790_000_000
    token = tickets.token(tickets.new_visit(now), now)
    assert tickets.visit(token, now + 24 * 3600).begun == now
    for moment in (now - 1, now + 24 * 3600 + 1):
        with pytest.raises(BadTicket):
            tickets.visit(token, moment)


def test_marks_outlive_the_tokens_that_they_are_for() -> None:
    """A mark that expired first would let an ended form live again."""
    tickets, now = Tickets(b"p" * 32), 1_790_000_000
    for second in range(now, now + 3700, 613):
        visit = tickets.new_visit(second)
        assert visit.forgotten % 3600 == 0
        with pytest.raises(BadTicket):
            tickets.visit(tickets.token(visit, second), visit.forgotten)
