"""A walk through every page of the public site, good and bad, in one language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from werkzeug.test import TestResponse

from reporter.guidance import PARENTS, YOUNG
from reporter.rate_limits import TooMany
from sifra.case_store import State
from sifra.database import StoreUnavailable
from sifra.sealing import Kind
from sifra.web.request import LARGEST_BODY
from tests.language.samples import sample
from tests.language.talks import walk_talks
from tests.reporter.choosing import KEYS, lose_card
from tests.reporter.installation import SIGNING_KEY, Installation, Visitor
from tests.reporter.moments import CHRISTMAS_EVE, TUESDAY_MORNING, at, set_clock
from tests.reporter.pages import Page

GUIDES = (
    *(f"parents/{topic}" for topic in PARENTS),
    "young",
    *(f"young/{topic}" for topic in YOUNG),
    "work",
)
_TICKED = {"danger": "yes", "topic": "weapons", "place": "school", "urgency": "now"}
_COMPLAINT = {"topic": "adult_conduct", "adult": "youth_contact"}
_STALE = dt.timedelta(minutes=45)


class _Walker(Visitor):
    """Looks at the words alone: the tests of the public site check everything else."""

    def _look(self, response: TestResponse, status: int) -> Page:
        assert response.status_code == status, response.status
        self.page = Page(response)
        return self.page


def walk(installed: Installation, language: str) -> dict[str, Page]:
    """Every page by name. One case is made, read, answered, closed and taken back on the way.

    It is a Tuesday morning, and on Christmas Eve nobody reads.
    """
    visitor = _Walker(installed.app.test_client(), {})
    set_clock(installed, TUESDAY_MORNING)
    return {
        **_plain(visitor, language),
        **_writing(installed, visitor, language),
        **_calling(installed, visitor, language),
        **_mailbox(installed, visitor, language),
        **_refused(installed, visitor, language),
        **_readers(installed, visitor, language),
        **walk_talks(installed, visitor, language, sample(language).urgent),
        **_nobody_there(installed, visitor, language),
    }


def _plain(visitor: Visitor, language: str) -> dict[str, Page]:
    paths = ("", "tip", "talk", "parents", "mailbox", "about", "accessibility")
    pages = {path or "start": visitor.get(f"/{language}/{path}") for path in (*paths, *GUIDES)}
    pages["404"] = visitor.get(f"/{language}/nowhere", 404)
    pages["405"] = visitor.post(f"/{language}/about", {}, 405)
    pages["413"] = visitor.post(f"/{language}/tip", {"text": "x" * LARGEST_BODY}, 413)
    return pages


def _writing(installed: Installation, visitor: Visitor, language: str) -> dict[str, Page]:
    pages = {}
    text = sample(language).urgent
    visitor.get(f"/{language}/tip")
    pages["tip, empty"] = visitor.press("review", 422)
    pages["tip, too long"] = visitor.press("review", 422, text="å " * 15_000)
    pages["tip, broken letters"] = visitor.press("review", 422, text="H\ufffdr")
    pages["tip, forged"] = visitor.press("review", 422, text=text, danger="maybe", topic="none")
    pages["review, complaint to nobody"] = visitor.write(text, language, **_COMPLAINT)
    pages["review, job"] = visitor.write(sample(language).calm, language, topic="home", job="y")
    pages["review, no code"] = visitor.write(text, language, no_code="y")
    pages["sent, no code"] = visitor.press("send")
    pages["review"] = visitor.write(text, language, **_TICKED)
    review = pages["review"]
    with _later(installed):
        pages["review, stale"] = visitor.press("send")
    visitor.page = review
    pages["sent"] = visitor.press("send")
    pages["sent, wrong code"] = visitor.press("kept", 422, code="1234")
    with _later(installed):
        visitor.page = review
        pages["already sent"] = visitor.press("send")
    visitor.page = pages["sent"]
    pages["kept"] = visitor.press("kept")
    visitor.page = review
    pages["ended"] = visitor.press("send", 410)
    return pages


def _calling(installed: Installation, visitor: Visitor, language: str) -> dict[str, Page]:
    pages = {}
    wanted = {"number": "41234567", "text": sample(language).calm}
    visitor.get(f"/{language}/parents")
    pages["call, wrong"] = visitor.press("review", 422, when="x" * 400, number="1")
    visitor.get(f"/{language}/parents")
    pages["call, no code"] = visitor.press("review", 422, contact="here", no_code="y")
    visitor.get(f"/{language}/parents")
    pages["call, review"] = visitor.press("review", **wanted, spoken="ti", interpreter="y")
    pages["call, edit"] = visitor.press("edit")
    visitor.page = pages["call, review"]
    pages["call, sent"] = visitor.press("send")
    visitor.get(f"/{language}/parents")
    visitor.press("review", **wanted, topic="self_harm", no_code="y")
    pages["call, sent, no code"] = visitor.press("send")
    with at(installed, CHRISTMAS_EVE):
        visitor.get(f"/{language}/parents")
        pages["call, wrong, late"] = visitor.press("review", 422)
        pages["call, review, late"] = visitor.press("review", **wanted, urgency="now")
    for case in installed.cases():
        assert installed.store.destroy_unread(case.clear.id, 0)
    return pages


def _readers(installed: Installation, visitor: Visitor, language: str) -> dict[str, Page]:
    """Where others may be let in: what is asked, and what is proposed."""
    pages, calm = {}, sample(language).calm
    others = "police", "slt"
    for unit in others:
        installed.store.put_card(SIGNING_KEY.sign(unit, 1, KEYS[unit]))
    installed.site.forget_cards()
    pages["review, place"] = visitor.write(calm, language, topic="place", danger="no")
    pages["review, complaint"] = visitor.write(calm, language, **_COMPLAINT)
    pages["review, complaint, nobody chosen"] = visitor.press("send", 422)
    for unit in others:
        lose_card(installed, unit)
    installed.site.forget_cards()
    return pages


def _mailbox(installed: Installation, visitor: Visitor, language: str) -> dict[str, Page]:
    pages = {}
    text, answer = sample(language).urgent, sample(language).answer
    for case in installed.cases():
        assert installed.store.destroy_unread(case.clear.id, 0)
    code = visitor.send(text, language).code
    visitor.get(f"/{language}/mailbox")
    for name, typed in (
        ("empty", ""),
        ("near", "kat hund"),
        ("unknown", "qqqqqqqqqqqq"),
        ("short", "1234"),
        ("wrong", "0000 0000 0000 0000 0001"),
    ):
        pages[f"mailbox, {name}"] = visitor.press("open", 422, code=typed)
    pages["mailbox, new"] = visitor.open(code, language)
    pages["mailbox, nothing written"] = visitor.press("write", 422, text=" ")
    used = pages["mailbox, wrong code again"] = visitor.press("withdraw", 422, code="1234")
    pages["mailbox, sent"] = visitor.press("write", text=text)
    visitor.page = used
    pages["mailbox, sent before"] = visitor.press("write", text=text)
    visitor.page = used
    pages["mailbox, used page"] = visitor.press("write", 409, text=text + text)
    installed.staff(Kind.READ, State.READ)
    pages["mailbox, read"] = visitor.open(code, language)
    visitor.press("write", text=text)
    pages["mailbox, more"] = visitor.open(code, language)
    installed.answers(answer, language)
    pages["mailbox, answered"] = visitor.open(code, language)
    installed.staff(Kind.CLOSED, State.CLOSED)
    installed.staff(Kind.REOPENED, State.READ)
    installed.staff(Kind.CLOSED, State.CLOSED)
    pages["mailbox, closed"] = visitor.open(code, language)
    pages["withdrawn"] = visitor.press("withdraw", code=code)
    return pages


def _nobody_there(installed: Installation, visitor: Visitor, language: str) -> dict[str, Page]:
    pages = {}
    with at(installed, CHRISTMAS_EVE):
        for path in ("", "tip", "talk", "parents"):
            pages[f"{path or 'start'}, late"] = visitor.get(f"/{language}/{path}")
        pages["review, nobody there"] = visitor.write(sample(language).calm, language)
        code = visitor.press("send").code
        pages["mailbox, nobody there"] = visitor.open(code, language)
        pages["review, danger, nobody there"] = visitor.write(
            sample(language).urgent, language, **_TICKED
        )
    with at(installed, CHRISTMAS_EVE + dt.timedelta(days=30)):
        pages["mailbox, not kept"] = visitor.open(code, language)
    with at(installed, TUESDAY_MORNING.replace(hour=15, minute=10)):
        pages["review, too late today"] = visitor.write(
            sample(language).calm, language, topic="planned_fight"
        )
    installed.lose_worker()
    with at(installed, TUESDAY_MORNING + dt.timedelta(minutes=1)):
        pages["tip, no worker"] = visitor.get(f"/{language}/tip")
        pages["review, no worker"] = visitor.write(sample(language).calm, language)
        code = visitor.press("send").code
        pages["mailbox, no worker"] = visitor.open(code, language)
    return pages


def _refused(installed: Installation, visitor: Visitor, language: str) -> dict[str, Page]:
    pages = {}
    for status, fault in ((429, TooMany(150)), (503, StoreUnavailable())):
        review = visitor.write(sample(language).urgent, language)
        with _refusing(installed, fault):
            pages[f"send, {status}"] = visitor.press("send", status)
        visitor.page = review
        code = visitor.press("send").code
        visitor.open(code, language)
        with _refusing(installed, fault):
            pages[f"write, {status}"] = visitor.press("write", status, text=sample(language).urgent)
            visitor.get(f"/{language}/mailbox")
            pages[f"open, {status}"] = visitor.press("open", status, code=code)
    return pages


@contextmanager
def _later(installed: Installation) -> Iterator[None]:
    now = dt.datetime.fromtimestamp(installed.site.clock.now(), dt.UTC)
    with at(installed, now + _STALE):
        yield


@contextmanager
def _refusing(installed: Installation, fault: Exception) -> Iterator[None]:
    """Nobody is let in: too many, or the database is away."""
    limits = installed.site.limits

    def refuse(purpose: str) -> NoReturn:
        raise fault

    limits.admit = refuse  # type: ignore[method-assign]
    try:
        yield
    finally:
        del limits.admit
