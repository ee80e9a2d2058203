"""Sending again: a lost connection or a double tap makes no second case, and nothing is lost."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from tests.reporter.installation import TEAM, Installation, Visitor
from tests.reporter.pages import Page, check_page

TEXT = "Noen selger vape bak gymsalen hver onsdag."
MOMENT = dt.datetime(2026, 11, 23, 12, 10, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
RESEND = 30


def test_the_same_form_gives_the_same_code_and_one_case(
    installed: Installation, visitor: Visitor
) -> None:
    visitor.write(TEXT)
    form = visitor.page.filled("send")
    codes = {visitor.post("/nb/tip", form).code for _ in range(3)}
    assert len(codes) == 1
    assert len(installed.cases()) == 1
    visitor.open(codes.pop())


def test_an_older_token_of_the_same_form_counts_as_well(
    installed: Installation, visitor: Visitor
) -> None:
    """Back from the review, and forward again: the browser sends the form's first token."""
    visitor.get("/nb/tip")
    first = dict(visitor.page.filled("review"))["token"]
    visitor.press("review", text=TEXT)
    code = visitor.press("send").code
    again = visitor.post("/nb/tip", {"text": TEXT, "token": first, "step": "send"})
    assert again.code == code
    assert len(installed.cases()) == 1


def test_the_same_words_in_another_form_are_another_case(
    installed: Installation, visitor: Visitor
) -> None:
    assert visitor.send(TEXT).code != visitor.send(TEXT).code
    assert len(installed.cases()) == 2


def test_the_same_words_to_an_adult_are_another_case_than_the_tip(
    installed: Installation, visitor: Visitor
) -> None:
    """Also with the token of the one in the form of the other."""
    visitor.write(TEXT)
    token = dict(visitor.page.filled("send"))["token"]
    tip = visitor.press("send").code
    visitor.get(f"/nb/talk/{TEAM}")
    visitor.press("review", text=TEXT, contact="", token=token)
    assert visitor.press("send").code != tip
    assert {case.clear.lane for case in installed.cases()} == {"tip", "talk"}


@pytest.mark.parametrize(
    "changed",
    [
        {"text": TEXT + " Og på torsdag."},
        {"danger": "yes"},
        {"topic": "vape"},
        {"urgency": "soon"},
        {"place": "school"},
        {"no_code": "y"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_whatever_was_changed_is_a_second_case(
    installed: Installation, visitor: Visitor, changed: dict[str, str]
) -> None:
    visitor.write(TEXT)
    form = dict(visitor.page.filled("send"))
    code = visitor.post("/nb/tip", form).code
    # What the review said of when it is read was said of other words.
    del form["promise"]
    second = visitor.post("/nb/tip", {**form, **changed})
    assert len(installed.cases()) == 2
    if "no_code" not in changed:
        assert second.code != code
    bodies = [installed.read(case).messages()[0].body for case in installed.cases()]
    for name in changed.keys() - {"no_code"}:
        assert changed[name] in [body[name] for body in bodies]


@pytest.mark.parametrize("at_once", [2, 6])
def test_a_double_tap_makes_one_case(installed: Installation, at_once: int) -> None:
    visitor = installed.visitor()
    visitor.write(TEXT)
    form = dict(visitor.page.filled("send"))
    answers = installed.taps("/nb/tip", form, at_once)
    assert [answer.status_code for answer in answers] == [200] * at_once
    assert len({Page(answer).code for answer in answers}) == 1
    assert len(installed.cases()) == 1
    visitor.open(Page(answers[0]).code)


def test_just_within_half_an_hour(installed: Installation, visitor: Visitor) -> None:
    with time_machine.travel(MOMENT, tick=False) as clock:
        visitor.write(TEXT)
        form = visitor.page.filled("send")
        code = visitor.post("/nb/tip", form).code
        clock.shift(RESEND * MINUTE)
        assert visitor.post("/nb/tip", form).code == code


@pytest.mark.parametrize("later", [RESEND * 60 + 1, 2 * 3600, 23 * 3600])
def test_after_half_an_hour_the_code_is_not_given_back(
    installed: Installation, visitor: Visitor, later: int
) -> None:
    with time_machine.travel(MOMENT, tick=False) as clock:
        visitor.write(TEXT)
        form = visitor.page.filled("send")
        code = visitor.post("/nb/tip", form).code
        clock.shift(later)
        again = visitor.post("/nb/tip", form)
    assert not again.has("#return-code")
    assert code not in again.html
    assert len(installed.cases()) == 1


@pytest.mark.parametrize("steps", [("review",), ("edit",), ("edit", "review")])
def test_going_back_later_does_not_make_the_form_young_again(
    installed: Installation, visitor: Visitor, steps: tuple[str, ...]
) -> None:
    """Somebody else takes the phone an hour later, goes back in the browser, and presses on."""
    with time_machine.travel(MOMENT, tick=False) as clock:
        visitor.write(TEXT)
        form = dict(visitor.page.filled("send"))
        code = visitor.press("send").code
        clock.shift(60 * MINUTE)
        for step in (*steps, "send"):
            given = {**form, "step": step}
            if visitor.page.has("form:not(.exit) [name=token]"):
                given["token"] = str(visitor.page.soup.select("[name=token]")[0]["value"])
            visitor.post("/nb/tip", given)
            form["token"] = given["token"]
    assert code not in visitor.page.html
    assert len(installed.cases()) == 1


def test_nor_does_changing_the_text_and_changing_it_back(visitor: Visitor) -> None:
    with time_machine.travel(MOMENT, tick=False) as clock:
        visitor.write(TEXT)
        old = visitor.page.filled("send")
        code = visitor.press("send").code
        clock.shift(60 * MINUTE)
        visitor.post("/nb/tip", {**dict(old), "text": TEXT + "!", "step": "edit"})
        visitor.press("review", text=TEXT)
        assert visitor.press("send").code != code


@pytest.mark.parametrize("minutes", [31, 45, 23 * 60])
def test_a_slow_writer_loses_nothing(
    installed: Installation, visitor: Visitor, minutes: int
) -> None:
    """A form that lay a while is shown once more, then sent; a resend gives the same code."""
    with time_machine.travel(MOMENT, tick=False) as clock:
        visitor.write(TEXT)
        clock.shift(minutes * MINUTE)
        again = visitor.press("send")
        assert again.one("blockquote").get_text() == TEXT
        assert not installed.cases()
        form = again.filled("send")
        code = visitor.press("send").code
        assert visitor.post("/nb/tip", form).code == code
    assert len(installed.cases()) == 1


def test_a_form_that_lay_since_yesterday_is_shown_once_more(
    installed: Installation, visitor: Visitor
) -> None:
    with time_machine.travel(MOMENT, tick=False) as clock:
        visitor.write(TEXT)
        clock.shift(dt.timedelta(hours=30))
        assert visitor.press("send").one("blockquote").get_text() == TEXT
        assert visitor.press("send").code
    assert len(installed.cases()) == 1


@pytest.mark.parametrize("way_out", ["exit", "kept"])
@pytest.mark.parametrize("step", ["review", "edit", "send"])
def test_after_the_way_out_the_form_gives_nothing_back(
    installed: Installation, visitor: Visitor, way_out: str, step: str
) -> None:
    """Back and Reload post the old form again: neither text nor code may appear."""
    visitor.write(TEXT)
    form = {**dict(visitor.page.filled("send")), "step": step}
    code = visitor.press("send").code
    if way_out == "exit":
        assert visitor.exit().status_code == 303
    else:
        visitor.press("kept")
    gone = visitor.post("/nb/tip", form, 410)
    assert not [word for word in TEXT.split() if len(word) > 4 and word in gone.html]
    assert code not in gone.html
    assert len(installed.cases()) == 1
    visitor.open(code)


def test_exit_from_the_review_ends_the_form_before_it_was_sent(
    installed: Installation, visitor: Visitor
) -> None:
    visitor.write(TEXT)
    form = visitor.page.filled("send")
    visitor.exit()
    assert TEXT not in visitor.post("/nb/tip", form, 410).html
    assert not installed.cases()


def test_kept_again_after_it_was_kept_is_gone(visitor: Visitor) -> None:
    code = visitor.send(TEXT).code
    form = visitor.page.filled("kept")
    visitor.post("/nb/tip", form)
    assert code not in visitor.post("/nb/tip", form, 410).html


def test_the_page_with_the_code_cannot_be_had_again_by_a_wrong_check_later(
    visitor: Visitor,
) -> None:
    with time_machine.travel(MOMENT, tick=False) as clock:
        code = visitor.send(TEXT).code
        form = {**dict(visitor.page.filled("kept")), "code": "1111"}
        clock.shift((RESEND + 1) * MINUTE)
        gone = visitor.post("/nb/tip", form, 410)
    assert code not in gone.html


def test_exit_never_fails_and_tells_nothing(installed: Installation) -> None:
    client = installed.app.test_client()
    for body in (b"", b"token=", b"token=%ff&ticket=AAAA", b"\xff\xfe", b"token=" + b"A" * 4000):
        response = client.post("/exit", data=body, content_type="application/x-www-form-urlencoded")
        check_page(Page(response))
        assert response.status_code == 303
        assert response.headers["Location"] == "https://www.yr.no/"
        assert response.headers["Clear-Site-Data"] == '"*"'


def test_after_exit_a_form_with_an_error_gives_nothing_back_either(visitor: Visitor) -> None:
    """Back may land on the page that named an error, and post that form again."""
    visitor.write(TEXT)
    form = {**dict(visitor.page.filled("send")), "topic": "unknown", "step": "review"}
    assert TEXT in visitor.post("/nb/tip", form, 422).html
    visitor.exit()
    assert TEXT not in visitor.post("/nb/tip", form, 410).html


def test_exit_ends_the_pages_from_before_the_form_lay_too_long(visitor: Visitor) -> None:
    with time_machine.travel(MOMENT, tick=False) as clock:
        visitor.write(TEXT)
        old = visitor.page.filled("send")
        clock.shift(45 * MINUTE)
        visitor.press("send")
        visitor.press("send")
        visitor.exit()
        assert TEXT not in visitor.post("/nb/tip", old, 410).html
