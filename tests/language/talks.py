"""The pages of a talk: asking for one, its times in the mailbox, and the adult being away."""

from __future__ import annotations

import datetime as dt

from sifra.case_store import State, StoredCase
from sifra.duty_store import DutyStore
from sifra.sealing import Kind
from tests.reporter.installation import TEAM, Installation, Visitor
from tests.reporter.moments import TUESDAY_MORNING, at
from tests.reporter.pages import Page
from tests.reporter.talking import NURSE, approve, give_key

_TIMES = {"times": "2026-11-25T11:00\n2026-11-26T12:30", "where": "Rom 114", "by": NURSE}


def walk_talks(
    installed: Installation, visitor: Visitor, language: str, text: str
) -> dict[str, Page]:
    pages = {}
    path = f"/{language}/talk"
    pages["talk, no key"] = visitor.get(f"{path}/{NURSE}")
    pages["talk, team"] = visitor.get(f"{path}/{TEAM}")
    visitor.get(f"{path}/youth_contact")
    pages["talk, complaint"] = visitor.press("about")
    pages["talk, 404"] = visitor.get(f"{path}/nobody", 404)
    pages["talk, 404 with text"] = visitor.post(f"{path}/nobody", {"text": text}, 404)
    give_key(installed, NURSE)
    approve(installed)
    with at(installed, TUESDAY_MORNING + dt.timedelta(minutes=1)):
        pages["talk, here"] = visitor.get(path)
        pages["talk, adult"] = visitor.get(f"{path}/{NURSE}")
        pages["talk, wrong"] = visitor.press("review", 422, contact="call", no_code="y")
        pages["talk, no way back"] = visitor.press("review", 422, contact="meet", no_code="y")
        visitor.get(f"{path}/{NURSE}")
        pages["talk, review"] = visitor.press("review", contact="call", number="912 34 567")
        before = {case.clear.id for case in installed.cases()}
        pages["talk, sent"] = visitor.press("send")
        (case,) = (one for one in installed.cases() if one.clear.id not in before)
        pages |= _mailbox(installed, visitor, language, case, pages["talk, sent"].code)
    first, last = TUESDAY_MORNING.date(), TUESDAY_MORNING.date() + dt.timedelta(days=9)
    DutyStore(installed.engine).close(NURSE, first, last, TUESDAY_MORNING.timestamp())
    with at(installed, TUESDAY_MORNING + dt.timedelta(minutes=2)):
        pages["talk, away"] = visitor.get(path)
        pages["talk, adult away"] = visitor.get(f"{path}/{NURSE}")
        pages["talk, review away"] = visitor.press("review")
    return pages


def _mailbox(
    installed: Installation, visitor: Visitor, language: str, case: StoredCase, code: str
) -> dict[str, Page]:
    pages = {"mailbox, number": visitor.open(code, language)}
    pages["mailbox, number gone"] = visitor.press("forget_number")
    hour = case.clear.received

    def add(kind: Kind, state: State, **body: str | int) -> None:
        latest = installed.store.find(case.clear.id)
        assert latest is not None
        installed.store.add(installed.read(latest).add(kind, {**body, "hour": hour}), state)

    for picked in ("2026-11-25T11:00", "none"):
        add(Kind.OFFERED, State.ANSWERED, **_TIMES, language=language)
        shown = pages[f"mailbox, times, {picked}"] = visitor.open(code, language)
        pages[f"mailbox, no time, {picked}"] = visitor.press("pick", 422)
        pages[f"mailbox, picked, {picked}"] = visitor.press("pick", time=picked)
        visitor.page = shown
        pages[f"mailbox, no such time, {picked}"] = visitor.press("pick", 409, time="x")
    add(Kind.CLOSED, State.CLOSED, by=NURSE, outcome="fixed")
    pages["mailbox, fixed"] = visitor.open(code, language)
    return pages
