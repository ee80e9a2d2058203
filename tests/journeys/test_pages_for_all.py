"""Every page of both sites, with its errors: no finding of axe, nothing wider than the screen,
and on the public site room for a thumb. `test_every_page.py` looks at more languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from reporter.forms import LONGEST_TEXT
from reporter.guidance import PARENTS, YOUNG
from tests.journeys.conftest import Sites
from tests.journeys.desk import Desk
from tests.journeys.looking import Looking
from tests.journeys.pages import Sender, back, reload
from tests.journeys.tabs import Tabs

LONG_WORD = "Menneskerettighetsorganisasjonssekretariatet" * 3
TEXT = f"Han har kniv {LONG_WORD}\n\nhttps://example.org/{'x' * 90}"
ANSWER = f"Takk. {LONG_WORD}\nشكرًا جزيلًا"

ADVICE = f"parents/{next(iter(PARENTS))}", f"young/{list(YOUNG)[-1]}"

Walk = Callable[[Sender, Sites], Iterator[str]]
"""Goes from page to page; gives each page's name while it is shown."""


def plain_pages(sender: Sender, _: Sites) -> Iterator[str]:
    for path in ("", "talk", "parents", "about", "accessibility", "nowhere", *ADVICE):
        sender.go(path)
        yield path.replace("/", " ") or "start"
    sender.page.goto(f"{sender.url}/exit")
    yield "wrong method"


def tip_pages(sender: Sender, _: Sites) -> Iterator[str]:
    sender.go("tip")
    yield "tip"
    sender.page.locator('[name="danger"][value="yes"]').check()
    sender.page.locator("main form summary").tap()
    expect(sender.page.locator('[name="no_code"]')).to_be_visible()
    yield "tip with everything open"
    sender.tap(sender.step("review"))
    expect(sender.page.locator("#text-error")).to_be_visible()
    yield "tip with error"
    sender.text.fill(TEXT)
    sender.page.locator("main form summary").tap()
    sender.page.locator('[name="no_code"]').check()
    sender.review()
    yield "review"
    sender.tap(sender.step("send"))
    expect(sender.step("send")).to_have_count(0)
    yield "sent without code"


def sent_pages(sender: Sender, _: Sites) -> Iterator[str]:
    sender.send_tip(TEXT)
    yield "sent"
    for summary in sender.page.locator("main summary").all():
        summary.tap()
    sender.code_field.fill("1234")
    sender.tap(sender.step("kept"))
    expect(sender.page.locator("#code-error")).to_be_visible()
    yield "sent with error"
    sender.keep()
    yield "kept"
    back(sender.page)
    reload(sender.page)
    yield "ended"


def call_pages(sender: Sender, _: Sites) -> Iterator[str]:
    sender.go("parents")
    sender.page.locator('[name="danger"][value="yes"]').check()
    sender.page.locator("main form summary").tap()
    expect(sender.page.locator('[name="no_code"]')).to_be_visible()
    yield "parents with everything open"
    sender.page.locator('[name="no_code"]').check()
    sender.page.locator('[name="when"]').fill(LONG_WORD * 3)
    sender.tap(sender.step("review"))
    expect(sender.page.locator("#number-error")).to_be_visible()
    yield "call with errors"
    sender.page.locator('[name="when"]').fill(LONG_WORD)
    sender.page.locator('[name="number"]').fill("+47 412 34 567")
    sender.page.locator('[name="spoken"]').select_option("ti")
    sender.page.locator('[name="interpreter"]').check()
    sender.text.fill(TEXT)
    sender.review()
    yield "call review"
    sender.tap(sender.step("send"))
    expect(sender.step("send")).to_have_count(0)
    yield "call sent without code"


def mailbox_pages(sender: Sender, sites: Sites) -> Iterator[str]:
    code = sites.place.tip(TEXT, ANSWER)
    sender.go("mailbox")
    yield "mailbox code"
    sender.code_field.fill(LONG_WORD)
    sender.tap(sender.step("open"))
    expect(sender.page.locator("#code-error")).to_be_visible()
    yield "mailbox code with error"
    sender.open_mailbox(code)
    yield "mailbox"
    sender.text.fill("!" * (LONGEST_TEXT + 1))
    sender.tap(sender.step("write"))
    expect(sender.page.locator("#text-error")).to_be_visible()
    yield "mailbox with error"
    sender.write_more(TEXT)
    yield "mailbox after writing"
    sender.page.locator("main summary").last.tap()
    sender.code_field.fill("nothing")
    sender.tap(sender.step("withdraw"))
    expect(sender.page.locator("#code-error")).to_be_visible()
    yield "withdraw with error"
    sender.code_field.fill(code)
    sender.tap(sender.step("withdraw"))
    expect(sender.step("withdraw")).to_have_count(0)
    yield "withdrawn"


def pages_without_database(sender: Sender, sites: Sites) -> Iterator[str]:
    sender.go("tip")
    sender.text.fill(TEXT)
    with sites.place.cases_database_away():
        sender.tap(sender.step("review"))
        expect(sender.page.locator("blockquote")).to_be_visible()
        yield "tip without database"
        sender.go("mailbox")
        sender.code_field.fill("1234 " * 5)
        sender.tap(sender.step("open"))
        expect(sender.page.locator("main section.danger")).to_be_visible()
        yield "mailbox without database"


WALKS: list[Walk] = [
    plain_pages,
    tip_pages,
    sent_pages,
    call_pages,
    mailbox_pages,
    pages_without_database,
]


@pytest.mark.parametrize("lang", ["nb", "ar"])
@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.__name__)
def test_public_pages(sites: Sites, tabs: Tabs, walk: Walk, lang: str) -> None:
    look_at_public_pages(sites, tabs.open(), walk, lang)


def look_at_public_pages(sites: Sites, page: Page, walk: Walk, lang: str) -> None:
    looking = Looking(page, thumbs=True)
    for name in walk(Sender(page, sites.reporter.url, lang), sites):
        looking.look(name)
    assert not looking.found, "\n".join(looking.found)


def test_pages_of_the_back_office(sites: Sites, tabs: Tabs) -> None:
    look_at_the_back_office(sites, tabs.open(), "nb")


@pytest.mark.pages
@pytest.mark.parametrize("lang", ["nn", "en"])
def test_pages_of_the_back_office_in_every_language(sites: Sites, tabs: Tabs, lang: str) -> None:
    look_at_the_back_office(sites, tabs.open(), lang)


def look_at_the_back_office(sites: Sites, page: Page, lang: str) -> None:
    looking = Looking(page, thumbs=False)
    desk = Desk(page, sites.triage.url)
    for name in office_pages(desk, sites, lang):
        looking.look(f"office {name}")
    assert not looking.found, "\n".join(looking.found)


def office_pages(desk: Desk, sites: Sites, lang: str) -> Iterator[str]:
    page, url = desk.page, desk.url
    # The sites are shared: each language looks at cases of its own.
    urgent, usual = f"hastefabrikken-{lang}", f"ordinærfabrikken-{lang}"
    for word in (urgent, usual):
        sites.place.tip(f"{word} {TEXT}", urgent=word == urgent)
    page.goto(f"{url}/sign-in?language={lang}")
    yield "sign-in"
    page.locator("main form button").click()
    expect(page.locator("#code-error")).to_be_visible()
    yield "sign-in with errors"
    for name in ("username", "passphrase", "code"):
        page.locator(f"#{name}").fill("feil")
    page.locator("main form button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield "sign-in refused"
    desk.sign_in(sites.place.member("Ungdomskontakt ved Mysen ungdomsskole", lang))
    yield "queue"
    desk.find(urgent)
    desk.line(urgent).get_by_role("checkbox").check()
    page.locator('main form[action="/queue/close"] button').click()
    expect(page.locator('[name="reason"]').first).to_be_visible()
    yield "close many"
    page.locator('[name="reason"]').first.evaluate("one => one.form.noValidate = true")
    page.locator('[name="sure"]').click()
    expect(page.locator("#reason-error")).to_be_visible()
    yield "close many with error"
    desk.queue()
    desk.open_case(urgent)
    yield "urgent case"
    desk.button("answer").click()
    expect(page.locator("#text-error")).to_be_visible()
    yield "answer with error"
    page.locator('[name="seen"]').first.evaluate("one => { one.value = 0; }")
    desk.button("acknowledge").click()
    expect(page.locator("#new")).to_be_visible()
    yield "case that changed meanwhile"
    desk.acknowledge()
    desk.answer(ANSWER, "nb")
    yield "answered case"
    desk.close()
    yield "closed case"
    page.goto(f"{url}/queue?closed=1")
    yield "closed cases"
    page.goto(f"{url}/nowhere")
    yield "not found"
    desk.queue()
    desk.open_case(usual)
    yield "case"
    page.locator('textarea[name="text"]').fill(ANSWER)
    page.context.clear_cookies()
    desk.button("answer").click()
    expect(page.locator('main form [name="csrf_token"]')).to_have_count(1)
    yield "answer after the session ended"
