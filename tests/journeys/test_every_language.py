"""Each lane from the first page to the answer, in each language that the pages have.

On a phone, without script. Nothing on the pages is found by what it says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from reporter import promises
from sifra import return_code
from sifra.catalogues import PAGE_LANGUAGES
from sifra.languages import LANGUAGES, text
from tests.journeys.answering import answer, heard, sent
from tests.journeys.conftest import Sites, served
from tests.journeys.desk import Desk
from tests.journeys.pages import Code, Sender
from tests.journeys.servers import Server
from tests.journeys.spoken import read, said, translated, typed
from tests.journeys.tabs import Tabs
from tests.reporter.installation import TEAM

NURSE = "school_nurse"
NUMBER = "41234567"
CALLED = ("ar", "ckb", "fa-AF")
"""Parents who ask for a call: their digits are others, and their pages run the other way."""
AT_THE_DESK = (("ti", "tip"), ("fa-AF", "talk"), ("uk", "parent"))
"""Answered in the back office. The other answers are put where it puts them."""
INTERPRETER = "Vi må finne tolk, derfor tar det lengre tid."


@pytest.fixture(scope="module")
def server(sites: Sites) -> Iterator[Server]:
    """Started when a worker is there, so that it promises, however long the tests have run."""
    sites.place.live_worker()
    with served("reporter", sites.place) as server:
        yield server


@pytest.mark.parametrize("lane", ["tip", "talk", "parent"])
@pytest.mark.parametrize("tag", PAGE_LANGUAGES)
def test_from_the_first_page_to_the_answer(
    sites: Sites, server: Server, tabs: Tabs, tag: str, lane: str
) -> None:
    tabs.hosts.add(server.url.removeprefix("http://"))
    told, answered = f"{said(tag).told} ({lane})", said(tag).answered
    sender = Sender(tabs.open(script=False), server.url, tag)
    page = sender.page
    sender.start()
    read(page, tag)
    {"tip": to_tip, "talk": to_talk, "parent": to_parents}[lane](sender)
    read(page, tag)
    sender.write(told)
    sender.review()
    began = dt.datetime.now(dt.UTC)
    review = read(page, tag)
    assert page.locator("main blockquote").inner_text() == told

    code = sender.send()
    after = read(page, tag)
    case = sent(sites.place, code.digits)
    assert case.clear.lane == lane
    first = heard(sites.place, case)
    assert (first["text"], first["language"]) == (told, tag)
    assert (
        first.get("contact", "")
        == {
            "tip": "",
            "talk": "here",
            "parent": "call" if tag in CALLED else "here",
        }[lane]
    )
    when = by_when(sites, case.clear.promised, began, tag)
    for shown in (review, after):
        assert who_reads(sites, tag) in shown.casefold()
        assert any(one in shown for one in when)
    needs_interpreter = tag not in sites.place.settings.municipality.units[TEAM].languages
    assert (translated(tag, INTERPRETER) in review) == needs_interpreter
    assert code.shown == return_code.spell(return_code.parse(code.digits), tag)
    if lane == "tip":
        # These pages are the same in every lane.
        sender.keep(by_hand(code, tag))
        read(page, tag)

    if (tag, lane) in AT_THE_DESK:
        desk = Desk(tabs.open(phone=False), sites.triage.url)
        desk.sign_in(sites.place.member())
        desk.open_case(told)
        assert desk.said() == [told]
        desk.answer(answered, tag)
    else:
        answer(sites.place, case, answered, tag)

    sender.go("mailbox")
    read(page, tag)
    sender.open_mailbox(by_hand(code, tag))
    assert told not in read(page, tag)
    (shown_answer,) = sender.answers()
    assert shown_answer.inner_text() == answered
    assert shown_answer.get_attribute("lang") == tag
    direction = shown_answer.evaluate("one => getComputedStyle(one).direction")
    assert direction == LANGUAGES[tag].direction


def to_tip(sender: Sender) -> None:
    sender.say_something()


def to_talk(sender: Sender) -> None:
    page, tag = sender.page, sender.lang
    sender.tap(page.locator(f'main a[href="/{tag}/talk"]'))
    page.wait_for_url(f"**/{tag}/talk")
    read(page, tag)
    sender.tap(page.locator(f'main a[href="/{tag}/talk/{NURSE}"]'))
    page.wait_for_url(f"**/{NURSE}")
    assert page.locator('[name="contact"][value="here"]').is_checked()


def to_parents(sender: Sender) -> None:
    page, tag = sender.page, sender.lang
    sender.tap(page.locator(f'main a[href="/{tag}/parents"]'))
    sender.tap(page.locator('main a[href="#call"]'))
    # The two ways to write Norwegian are spoken alike.
    spoken = "nb" if tag == "nn" else tag
    assert page.locator('[name="spoken"]').input_value() == spoken
    if tag in CALLED:
        page.locator('[name="number"]').fill(typed(NUMBER, tag))
    else:
        page.locator('[name="contact"][value="here"]').check()


def who_reads(sites: Sites, tag: str) -> str:
    name, _tag = text(sites.place.settings.municipality.units[TEAM].name, tag)
    return name.casefold()


def by_when(sites: Sites, promised: int | None, now: dt.datetime, tag: str) -> set[str]:
    """As the pages may say it: the day may end in between."""
    assert promised is not None
    at, zone = dt.datetime.fromtimestamp(promised, dt.UTC), sites.place.settings.municipality.zone
    about_now = (now - dt.timedelta(minutes=1), now + dt.timedelta(minutes=1))
    said_at = (promises.moment(at, when, zone, tag).striptags() for when in about_now)
    return {" ".join(one.split()) for one in said_at}


def by_hand(code: Code, tag: str) -> str:
    """Digits, on the keyboard of the language; words where it has them."""
    return code.shown if code.shown != code.digits else typed(code.digits, tag)
