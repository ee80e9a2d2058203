"""By when a case is read: said before it is sent, stored as it was said, and said again."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from sqlalchemy import insert, select

from sifra import tables
from sifra.case_store import State
from sifra.database import reading, writing
from sifra.sealing import Kind
from tests.reporter.installation import TEAM, Installation, Visitor
from tests.reporter.moments import (
    CHRISTMAS_EVE,
    FRIDAY_EVENING,
    TUESDAY_MORNING,
    local,
    set_clock,
)

TEXT = "Noen selger vape bak gymsalen."
NOBODY_KNOWS = "Vi kan ikke si når noen leser dette."
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
MONDAY_NOON = local(2026, 11, 30, 12)


def pause(installed: Installation) -> None:
    """Staff make no more promises; the site looks again within ten seconds."""
    now = installed.site.clock.now()
    with writing(installed.engine) as connection:
        connection.execute(
            insert(tables.pauses).values(unit=TEAM, until=now + 86_400, account_id="0" * 32)
        )
    later(installed, MINUTE)


def later(installed: Installation, more: dt.timedelta) -> None:
    now = dt.datetime.fromtimestamp(installed.site.clock.now(), dt.UTC)
    set_clock(installed, now + more)


def promised(installed: Installation) -> dt.datetime | None:
    at = installed.only_case().clear.promised
    return dt.datetime.fromtimestamp(at, dt.UTC) if at else None


# --- the form ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (TUESDAY_MORNING, "Leses innen i dag kl. 16."),
        (local(2026, 11, 24, 7), "Leses innen i dag kl. 12."),
        (local(2026, 11, 24, 19), "Ingen leser dette nå. Det blir lest innen i morgen kl. 12."),
        (FRIDAY_EVENING, "Ingen leser dette nå. Det blir lest innen mandag 30. november kl. 12."),
        (CHRISTMAS_EVE, "Ingen leser dette nå. Det blir lest innen mandag 28. desember kl. 12."),
    ],
    ids=["day", "morning", "evening", "friday", "christmas"],
)
def test_the_form_says_by_when_it_is_read(
    installed: Installation, visitor: Visitor, moment: dt.datetime, words: str
) -> None:
    set_clock(installed, moment)
    page = visitor.get("/nb/tip")
    assert words in page.said
    # Where nobody reads soon enough, the number that answers now stands above the form.
    assert page.has("main > section.numbers [href='tel:116111']") == words.startswith("Ingen")


def test_the_kept_form_goes_with_the_hour_and_the_rota(
    installed: Installation, visitor: Visitor
) -> None:
    """The page is made once and kept, but what it says is not."""
    set_clock(installed, TUESDAY_MORNING)
    assert "i dag kl. 16" in visitor.get("/nb/tip").said
    assert "today at 16:00" in visitor.get("/en/tip").said
    pause(installed)
    assert NOBODY_KNOWS in visitor.get("/nb/tip").said
    set_clock(installed, TUESDAY_MORNING + 9 * HOUR)
    assert NOBODY_KNOWS in visitor.get("/nb/tip").said
    set_clock(installed, TUESDAY_MORNING + 48 * HOUR)
    assert "i dag kl. 16" in visitor.get("/nb/tip").said


def test_whoever_needs_an_interpreter_is_told_that_it_takes_longer(
    installed: Installation, visitor: Visitor
) -> None:
    set_clock(installed, TUESDAY_MORNING)
    assert "مترجم" in visitor.get("/ar/tip").said
    assert "غدًا" in visitor.page.said
    assert "tolk" not in visitor.get("/nb/tip").said


# --- the review ----------------------------------------------------------------------------------


def test_where_somebody_reads_soon_the_review_says_who_and_when(
    installed: Installation, visitor: Visitor
) -> None:
    set_clock(installed, TUESDAY_MORNING)
    page = visitor.write(TEXT)
    assert "i dag kl.\u00a016" in page.one("dl.facts").get_text()
    assert "Leses innen i dag kl. 16." in page.said
    assert "Bare ungdomsteamet kan lese dette." in page.said
    assert page.numbers == []


def test_where_nobody_reads_soon_it_says_so_first_with_a_number(
    installed: Installation, visitor: Visitor
) -> None:
    set_clock(installed, FRIDAY_EVENING)
    page = visitor.write(TEXT)
    box = page.one("section.numbers")
    assert box.get_text(" ", strip=True).startswith("Ingen leser dette nå.")
    assert "Det blir lest innen mandag 30. november kl. 12" in page.said
    assert page.numbers[0] == "116111"
    assert page.html.index("section class") < page.html.index("<blockquote")
    assert visitor.press("send").has("#return-code")


def test_on_duty_but_too_late_for_the_rule_it_does_not_say_that_nobody_is_there(
    installed: Installation, visitor: Visitor
) -> None:
    """A fight is to be read within an hour, and the team goes home in twenty minutes."""
    set_clock(installed, local(2026, 11, 24, 15, 10))
    page = visitor.write(TEXT, topic="planned_fight")
    assert "Det tar tid før noen leser dette." in page.said
    assert "Ingen leser dette nå." not in page.said
    assert page.numbers[0] == "116111"


def test_danger_comes_first_also_when_somebody_reads_at_once(
    installed: Installation, visitor: Visitor
) -> None:
    set_clock(installed, TUESDAY_MORNING)
    page = visitor.write(TEXT, danger="yes")
    assert page.numbers[:2] == ["112", "113"]
    assert page.html.index("section class") < page.html.index("<blockquote")
    assert "Leses innen i dag kl. 11." in page.said


def test_without_a_worker_nothing_is_promised_and_the_numbers_are_there(
    installed: Installation, visitor: Visitor
) -> None:
    installed.lose_worker()
    set_clock(installed, TUESDAY_MORNING)
    assert NOBODY_KNOWS in visitor.get("/nb/tip").said
    page = visitor.write(TEXT)
    assert NOBODY_KNOWS in page.said
    assert page.numbers == ["116111"]
    assert not page.has("[name=promise]")
    assert NOBODY_KNOWS in visitor.press("send").said
    assert promised(installed) is None


@pytest.mark.parametrize("path", ["review", "sent", "mailbox"])
def test_an_answer_is_never_promised(installed: Installation, visitor: Visitor, path: str) -> None:
    set_clock(installed, TUESDAY_MORNING)
    page = visitor.write(TEXT)
    if path != "review":
        page = visitor.press("send")
    if path == "mailbox":
        page = visitor.open(page.code)
    else:
        assert "Vi kan ikke love at du får svar." in page.said
    assert not re.search(r"\bvi lover\b|svar innen", page.said, re.IGNORECASE)


# --- what was said stands ------------------------------------------------------------------------


def test_what_was_said_is_what_is_stored_and_said_again(
    installed: Installation, visitor: Visitor
) -> None:
    set_clock(installed, FRIDAY_EVENING)
    visitor.write(TEXT)
    sent = visitor.press("send")
    assert "Leses innen mandag 30. november kl. 12." in sent.said
    assert "Leses innen mandag 30. november kl. 12." in visitor.press("kept", 422, code="1234").said
    assert promised(installed) == MONDAY_NOON
    assert "Leses innen mandag 30. november kl. 12." in visitor.open(sent.code).said


def test_between_review_and_send_the_hour_may_pass(
    installed: Installation, visitor: Visitor
) -> None:
    """Looked over a minute before the team goes home: what was said then stands."""
    set_clock(installed, local(2026, 11, 24, 13, 59))
    page = visitor.write(TEXT, topic="planned_fight")
    assert "Leses innen i dag kl. 15." in page.said
    later(installed, 2 * MINUTE)
    assert "Leses innen i dag kl. 15." in visitor.press("send").said
    assert promised(installed) == local(2026, 11, 24, 15)
    with reading(installed.engine) as connection:
        due = connection.scalars(select(tables.steps.c.due).order_by(tables.steps.c.sequence)).all()
    assert due[1:] == [int(local(2026, 11, 24, 15).timestamp())]


def test_a_pause_between_review_and_send_takes_nothing_back(
    installed: Installation, visitor: Visitor
) -> None:
    set_clock(installed, TUESDAY_MORNING)
    visitor.write(TEXT)
    pause(installed)
    assert "Leses innen i dag kl. 16." in visitor.press("send").said
    assert promised(installed) == local(2026, 11, 24, 16)


def test_what_has_become_better_is_stored(installed: Installation, visitor: Visitor) -> None:
    set_clock(installed, FRIDAY_EVENING)
    visitor.write(TEXT)
    start = int(FRIDAY_EVENING.timestamp())
    with writing(installed.engine) as connection:
        connection.execute(
            insert(tables.shifts).values(
                id="1" * 32, unit=TEAM, start=start, end=start + 3 * 3600, least=0
            )
        )
    later(installed, MINUTE)
    assert "Leses innen i dag kl. 23." in visitor.press("send").said
    assert promised(installed) == local(2026, 11, 27, 23)


def test_a_promise_that_has_run_out_is_shown_anew(
    installed: Installation, visitor: Visitor
) -> None:
    """The form was kept alive by another try; what the review said is half an hour old."""
    set_clock(installed, TUESDAY_MORNING)
    form = dict(visitor.write(TEXT).filled("send"))
    later(installed, 20 * MINUTE)
    visitor.post("/nb/tip", {**form, "step": "edit"})
    form["token"] = dict(visitor.page.filled("review"))["token"]
    later(installed, 11 * MINUTE)
    again = visitor.post("/nb/tip", form)
    assert again.has("[role=alert]")
    assert installed.cases() == []
    assert visitor.press("send").has("#return-code")


@pytest.mark.parametrize("change", ["text", "language", "visit", "letters"])
def test_a_promise_is_for_one_visit_and_its_very_words(
    installed: Installation, visitor: Visitor, change: str
) -> None:
    set_clock(installed, TUESDAY_MORNING)
    form = dict(visitor.write(TEXT).filled("send"))
    path = "/nb/tip"
    if change == "text":
        form["text"] = TEXT + " Og på torsdag."
    elif change == "language":
        path = "/ar/tip"
    elif change == "visit":
        form["token"] = dict(visitor.get(path).filled("review"))["token"]
    else:
        form["promise"] = form["promise"][::-1]
    assert visitor.post(path, form).steps() == ["send", "edit"]
    assert installed.cases() == []


def test_sent_again_it_says_the_same(installed: Installation, visitor: Visitor) -> None:
    set_clock(installed, local(2026, 11, 24, 13, 59))
    form = visitor.write(TEXT, topic="planned_fight").filled("send")
    visitor.post("/nb/tip", form)
    later(installed, 10 * MINUTE)
    assert "Leses innen i dag kl. 15." in visitor.post("/nb/tip", form).said
    assert len(installed.cases()) == 1


def test_a_try_that_failed_loses_nothing_of_it(installed: Installation, visitor: Visitor) -> None:
    set_clock(installed, local(2026, 11, 24, 13, 59))
    visitor.write(TEXT, topic="planned_fight")
    here = installed.settings.home.public / "cases.sqlite"
    here.rename(here.with_name("away"))
    installed.engine.dispose()
    visitor.press("send", 503)
    here.with_name("away").rename(here)
    later(installed, 2 * MINUTE)
    visitor.press("send")
    assert promised(installed) == local(2026, 11, 24, 15)


# --- the mailbox ---------------------------------------------------------------------------------


def test_unread_and_in_time_the_mailbox_says_when(
    installed: Installation, visitor: Visitor
) -> None:
    set_clock(installed, FRIDAY_EVENING)
    code = visitor.send(TEXT).code
    set_clock(installed, MONDAY_NOON)
    page = visitor.open(code)
    assert "Ingen har lest det ennå. Leses innen i dag kl. 12." in page.said
    assert page.numbers == []


def test_unread_and_late_it_says_whose_fault_that_is(
    installed: Installation, visitor: Visitor
) -> None:
    set_clock(installed, FRIDAY_EVENING)
    code = visitor.send(TEXT).code
    set_clock(installed, MONDAY_NOON + MINUTE)
    page = visitor.open(code)
    assert "Vi sa at dette skulle være lest innen i dag kl. 12. Det er det ikke." in page.said
    assert "Det er vår feil, ikke din." in page.said
    assert page.numbers[:3] == ["112", "113", "116111"]
    # Kors på halsen opens at two.
    assert "80033321" not in page.numbers


def test_once_read_it_says_so_and_when_more_would_be_read(
    installed: Installation, visitor: Visitor
) -> None:
    set_clock(installed, FRIDAY_EVENING)
    code = visitor.send(TEXT).code
    set_clock(installed, MONDAY_NOON + MINUTE)
    installed.staff(Kind.READ, State.READ)
    page = visitor.open(code)
    assert "Lest." in page.said
    assert "vår feil" not in page.said
    assert "Skriver du nå, blir det lest innen i dag kl. 16." in page.said


def test_once_read_it_gives_a_number_while_nobody_would_read_more(
    installed: Installation, visitor: Visitor
) -> None:
    set_clock(installed, TUESDAY_MORNING)
    code = visitor.send(TEXT).code
    installed.answers("Takk.")
    assert visitor.open(code).numbers == []
    set_clock(installed, CHRISTMAS_EVE)
    page = visitor.open(code)
    assert "Skriver du nå, blir det lest innen mandag 28. desember kl. 12." in page.said
    assert page.numbers == ["116111"]
    pause(installed)
    page = visitor.open(code)
    assert NOBODY_KNOWS in page.said
    assert page.numbers == ["116111"]


def test_more_is_read_by_what_the_mailbox_said(installed: Installation, visitor: Visitor) -> None:
    set_clock(installed, FRIDAY_EVENING)
    code = visitor.send(TEXT).code
    set_clock(installed, local(2026, 12, 1, 10))
    installed.answers("Takk.")
    visitor.open(code)
    pause(installed)
    page = visitor.press("write", text="Det skjedde igjen.")
    assert "Leses innen i dag kl. 16." in page.said
    assert promised(installed) == local(2026, 12, 1, 16)


def test_more_while_nobody_has_read_is_read_with_the_rest(
    installed: Installation, visitor: Visitor
) -> None:
    set_clock(installed, FRIDAY_EVENING)
    visitor.open(visitor.send(TEXT).code)
    assert "Skriver du nå" not in visitor.page.said
    later(installed, 10 * MINUTE)
    page = visitor.press("write", text="Og en ting til.")
    assert "Leses innen mandag 30. november kl. 12." in page.said
    assert promised(installed) == MONDAY_NOON


def test_danger_in_what_is_added_brings_the_numbers(
    installed: Installation, visitor: Visitor
) -> None:
    set_clock(installed, FRIDAY_EVENING)
    visitor.open(visitor.send(TEXT).code)
    page = visitor.press("write", text="Nå har han pistol.")
    assert page.numbers[:2] == ["112", "116111"]


def test_where_nothing_was_promised_the_mailbox_gives_numbers(
    installed: Installation, visitor: Visitor
) -> None:
    installed.lose_worker()
    set_clock(installed, CHRISTMAS_EVE)
    page = visitor.open(visitor.send(TEXT).code)
    assert NOBODY_KNOWS in page.said
    assert page.numbers[:3] == ["112", "113", "116111"]
