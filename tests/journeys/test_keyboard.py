"""The whole way with nothing but a keyboard, and every stop can be seen."""

from __future__ import annotations

from dataclasses import dataclass

import pyotp
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Sites
from tests.journeys.desk import Desk
from tests.journeys.pages import Sender
from tests.journeys.servers import NEUTRAL
from tests.journeys.tabs import Tabs

_MOST_STOPS = 400
"""In the queue stand the cases of all the tests before."""
_STOP = """() => {
    const focused = document.activeElement;
    const shown = [focused, focused.closest("label")].filter(Boolean);
    const lined = shown.some(one => {
        const style = getComputedStyle(one);
        return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    });
    const box = shown.at(-1).getBoundingClientRect();
    const there = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    const free = there && shown.some(one => one.contains(there) || there.contains(one));
    return { tag: focused.outerHTML.slice(0, 120), lined, free: Boolean(free) };
}"""


@dataclass
class Keyboard:
    """Fingers that know Tab, Enter, Space and letters."""

    page: Page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def tab(self) -> None:
        """To the next stop, which must show where one is and lie under nothing."""
        self.press("Tab")
        stop = self.page.evaluate(_STOP)
        assert stop["lined"], f"no visible focus: {stop['tag']}"
        assert stop["free"], f"something lies over the focus: {stop['tag']}"

    def tab_to(self, target: Locator) -> None:
        expect(target).to_be_visible()
        for _ in range(_MOST_STOPS):
            self.tab()
            if target.evaluate("one => one === document.activeElement"):
                return
        raise AssertionError(f"Tab does not reach {target}")

    def enter(self, target: Locator) -> None:
        self.tab_to(target)
        self.press("Enter")


def test_skip_link_leads_past_the_head(sites: Sites, tabs: Tabs) -> None:
    for url in (f"{sites.reporter.url}/nb/", f"{sites.triage.url}/sign-in"):
        page = tabs.open()
        page.goto(url)
        keys = Keyboard(page)
        keys.tab()
        skip = page.locator('a[href="#main"]')
        expect(skip).to_be_focused()
        expect(skip).to_be_in_viewport(ratio=1)
        keys.press("Enter")
        expect(page.locator("main")).to_be_focused()
        keys.tab()
        assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_the_whole_way_by_keyboard(sites: Sites, tabs: Tabs) -> None:
    page = tabs.open()
    keys, sender = Keyboard(page), Sender(page, sites.reporter.url, "nb")
    sender.start()
    keys.enter(page.locator('main a[href="/nb/tip"]'))

    keys.tab_to(page.locator('[name="danger"][value="yes"]'))
    keys.press("ArrowRight")
    expect(page.locator('[name="danger"][value="no"]')).to_be_checked()
    keys.tab_to(sender.text)
    keys.type("Bare tastatur, hele veien")
    keys.enter(page.locator("main form summary"))
    keys.tab_to(page.locator('[name="topic"]'))
    keys.press("ArrowDown")
    keys.tab_to(page.locator('[name="no_code"]'))
    keys.press("Space", "Space")
    expect(page.locator('[name="no_code"]')).not_to_be_checked()
    keys.enter(sender.step("review"))

    keys.enter(sender.step("edit"))
    expect(sender.text).to_have_value("Bare tastatur, hele veien")
    keys.enter(sender.step("review"))
    keys.enter(sender.step("send"))
    code = sender.code()
    keys.enter(page.locator("main details.digits summary"))
    expect(page.locator("main details.digits p")).to_have_text(code.digits)
    keys.tab_to(sender.code_field)
    keys.type(code.shown)
    keys.press("Enter")
    expect(page.locator("#return-code")).to_have_count(0)

    staff_answers_by_keyboard(tabs.open(phone=False), sites, "Bare tastatur, hele veien")

    keys.enter(page.locator('main a[href="/nb/"]'))
    keys.enter(page.locator('main a[href="/nb/mailbox"]'))
    keys.tab_to(sender.code_field)
    keys.type(code.digits)
    keys.tab_to(sender.step("open"))
    keys.press("Space")
    expect(page.locator("main li.answer")).to_contain_text("Svart med tastatur")
    keys.tab_to(sender.text)
    keys.type("Takk")
    keys.enter(sender.step("write"))
    expect(page.get_by_role("status")).to_be_visible()
    keys.enter(sender.exit_button)
    page.wait_for_url(f"**{NEUTRAL}")


def staff_answers_by_keyboard(page: Page, sites: Sites, excerpt: str) -> None:
    keys, desk, account = Keyboard(page), Desk(page, sites.triage.url), sites.place.member()
    page.goto(f"{desk.url}/sign-in")
    code = pyotp.TOTP(account.totp_secret).now()
    for name, typed in (
        ("username", account.username),
        ("passphrase", account.passphrase),
        ("code", code),
    ):
        keys.tab_to(page.locator(f"#{name}"))
        keys.type(typed)
    keys.press("Enter")
    page.wait_for_url("**/queue")
    keys.tab()
    desk.find(excerpt)
    keys.enter(desk.line(excerpt).get_by_role("link"))
    keys.enter(desk.button("acknowledge"))
    expect(desk.marks).to_have_count(1)
    keys.tab_to(page.locator('textarea[name="text"]'))
    keys.type("Svart med tastatur")
    keys.enter(desk.button("answer"))
    expect(page.locator("main ol li").last).to_contain_text("Svart med tastatur")
