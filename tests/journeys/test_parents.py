"""A parent finds the form, asks to be called, and comes back with the code. No script at all."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Sites
from tests.journeys.pages import Sender, back, everything
from tests.journeys.tabs import Tabs

TEXT = {
    "nb": "Datteren min skylder penger og sier ikke til hvem.",
    "ar": "ابنتي مدينة بالمال ولا تقول لمن",
}
NUMBER = {"nb": "+47 412 34 567", "ar": "٤١ ٢٣ ٤٥ ٦٧"}
SPOKEN = {"nb": "ti", "ar": "ar"}


@pytest.mark.parametrize("lang", ["nb", "ar"])
def test_a_parent_asks_to_be_called(sites: Sites, tabs: Tabs, lang: str) -> None:
    sender = Sender(tabs.open(script=False), sites.reporter.url, lang)
    page = sender.page
    sender.start()
    sender.tap(page.locator(f'main a[href="/{lang}/parents"]'))
    sender.tap(page.locator('main a[href="#call"]'))
    expect(page.locator("#call")).to_be_in_viewport()
    _fill(page, lang)
    sender.review()
    number = page.locator("main dl bdi[dir=ltr][translate=no]")
    assert number.inner_text().removeprefix("+47") == "41234567"
    assert number.get_attribute("dir") == "ltr"
    assert page.locator("main blockquote").inner_text() == TEXT[lang]
    code = sender.send()
    sender.keep(code.shown)
    assert "41234567" not in everything(page)

    returned = Sender(tabs.open(script=False), sites.reporter.url, lang)
    returned.come_back()
    returned.open_mailbox(code.digits)
    shown = everything(returned.page)
    assert TEXT[lang] not in shown
    assert "41234567" not in shown


def test_back_from_the_review_keeps_what_was_written(sites: Sites, tabs: Tabs) -> None:
    sender = Sender(tabs.open(script=False), sites.reporter.url, "nb")
    sender.go("parents")
    _fill(sender.page, "nb")
    sender.review()
    back(sender.page)
    expect(sender.page.locator("#number")).to_have_value(NUMBER["nb"])
    expect(sender.text).to_have_value(TEXT["nb"])
    sender.review()


def test_who_wants_the_answer_here_is_not_asked_for_a_number(sites: Sites, tabs: Tabs) -> None:
    sender = Sender(tabs.open(script=False), sites.reporter.url, "nb")
    sender.go("parents")
    number = sender.page.locator("#number")
    expect(number).to_be_visible()
    sender.page.locator('[name="contact"][value="here"]').check()
    expect(number).to_be_hidden()
    sender.write(TEXT["nb"])
    sender.review()
    sender.send()


def test_danger_shows_whom_to_call_without_script(sites: Sites, tabs: Tabs) -> None:
    sender = Sender(tabs.open(script=False), sites.reporter.url, "nb")
    sender.go("parents")
    box = sender.page.locator(".danger-question .now")
    expect(box).to_be_hidden()
    sender.page.locator('[name="danger"][value="yes"]').check()
    expect(box).to_be_visible()
    assert [one.inner_text() for one in box.locator("a.tel").all()] == ["112", "113", "02800"]


@pytest.mark.parametrize("lang", ["nb", "ar"])
@pytest.mark.parametrize("path", ["parents", "parents/missing"])
def test_on_paper_stand_the_numbers_and_no_form(
    sites: Sites, tabs: Tabs, path: str, lang: str
) -> None:
    sender = Sender(tabs.open(script=False, phone=False), sites.reporter.url, lang)
    sender.go(path)
    page = sender.page
    page.emulate_media(media="print", color_scheme="dark")
    for number in ("112", "113", "02800"):
        expect(page.locator("main a.tel", has_text=number).first).to_be_visible()
    assert [one for one in page.locator("form, .langs").all() if one.is_visible()] == []
    ink, paper = page.evaluate(
        "() => [getComputedStyle(document.querySelector('h1')).color,"
        " getComputedStyle(document.documentElement).backgroundColor]"
    )
    assert (ink, paper) == ("rgb(0, 0, 0)", "rgb(255, 255, 255)")
    sheets = page.pdf(format="A4", prefer_css_page_size=False).count(b"/Type /Page\n")
    assert 1 <= sheets <= 2


def test_on_paper_no_door_is_white_on_white(sites: Sites, tabs: Tabs) -> None:
    sender = Sender(tabs.open(script=False, phone=False), sites.reporter.url, "nb")
    for path in ("", "work"):
        sender.go(path)
        door = sender.page.locator("a.door.first")
        sender.page.emulate_media(media="print")
        expect(door).to_have_css("color", "rgb(0, 0, 0)")
        expect(door.locator("b")).to_have_css("color", "rgb(0, 0, 0)")
        expect(door).to_have_css("background-color", "rgba(0, 0, 0, 0)")


def _fill(page: Page, lang: str) -> None:
    page.locator("#number").fill(NUMBER[lang])
    page.locator("#when").fill("16–18")
    page.locator("#spoken").select_option(SPOKEN[lang])
    page.locator('[name="interpreter"]').check()
    page.locator('textarea[name="text"]').fill(TEXT[lang])
