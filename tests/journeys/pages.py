"""The public site as somebody with a phone meets it. Words may change: names and structure stay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from playwright.sync_api import Error, Frame, Locator, Page, Response, expect


@dataclass(frozen=True)
class Code:
    """A return code as it was shown, and as digits."""

    shown: str
    digits: str


@dataclass
class Sender:
    """A young person on the public site. ``taps`` counts what the thumb does."""

    page: Page
    url: str
    lang: str
    taps: int = 0

    def tap(self, what: Locator) -> None:
        what.tap()
        self.taps += 1

    def step(self, name: str) -> Locator:
        """The button that takes a form further."""
        return self.page.locator(f'main button[name="step"][value="{name}"]')

    @property
    def text(self) -> Locator:
        return self.page.locator('textarea[name="text"]')

    @property
    def code_field(self) -> Locator:
        return self.page.locator('main [name="code"]')

    @property
    def exit_button(self) -> Locator:
        return self.page.locator('form[action="/exit"] button')

    def start(self) -> None:
        self.page.goto(f"{self.url}/{self.lang}/")
        self.taps = 0

    def go(self, path: str) -> None:
        self.page.goto(f"{self.url}/{self.lang}/{path}")

    # --- a tip ---------------------------------------------------------------------------------

    def say_something(self) -> None:
        self.tap(self.page.locator(f'main a[href="/{self.lang}/tip"]'))
        expect(self.step("review")).to_be_visible()

    def write(self, text: str) -> None:
        self.tap(self.text)
        self.page.keyboard.insert_text(text)
        expect(self.text).to_have_value(text)

    def review(self) -> None:
        self.tap(self.step("review"))
        expect(self.step("send")).to_be_visible()

    def send(self) -> Code:
        self.tap(self.step("send"))
        return self.code()

    def code(self) -> Code:
        shown = self.page.locator("#return-code")
        expect(shown).to_be_visible()
        digits = shown.get_attribute("data-digits")
        assert digits
        return Code(" ".join(shown.locator("span").all_inner_texts()), digits)

    def send_tip(self, text: str) -> Code:
        """The whole way at once, for tests of what comes after it."""
        self.go("tip")
        self.write(text)
        self.review()
        return self.send()

    def keep(self, typed: str = "") -> None:
        self.code_field.fill(typed)
        self.tap(self.step("kept"))
        expect(self.page.locator("#return-code")).to_have_count(0)

    # --- the mailbox -----------------------------------------------------------------------------

    def come_back(self) -> None:
        self.start()
        self.tap(self.page.locator(f'main a[href="/{self.lang}/mailbox"]'))

    def open_mailbox(self, typed: str) -> None:
        self.code_field.fill(typed)
        self.tap(self.step("open"))
        expect(self.step("write")).to_be_visible()

    def happened(self) -> list[str]:
        """What the mailbox says that staff did, oldest first."""
        items = self.page.locator("main ol > li").all()
        return [item.get_attribute("class") or "" for item in items]

    def answers(self) -> list[Locator]:
        return self.page.locator('main li.answer [translate="no"]').all()

    def write_more(self, text: str) -> None:
        self.text.fill(text)
        self.tap(self.step("write"))
        expect(self.page.get_by_role("status")).to_be_visible()
        expect(self.text).to_have_value("")

    # --- out -------------------------------------------------------------------------------------

    def exit(self, lands_on: str) -> None:
        self.tap(self.exit_button)
        self.page.wait_for_url(f"**{lands_on}")


def back(page: Page) -> None:
    """The browser's own Back. A page that must be posted again gives an error page instead."""
    _move(page, page.go_back)


def forward(page: Page) -> None:
    """The browser's own Forward."""
    _move(page, page.go_forward)


def reload(page: Page) -> None:
    """The browser's own Reload, which posts a form again; here it does not ask first."""
    _move(page, page.reload)


class _Move(Protocol):
    def __call__(self, *, wait_until: Literal["commit"]) -> Response | None: ...


def _move(page: Page, move: _Move) -> None:
    arrived: list[str] = []

    def note(frame: Frame) -> None:
        arrived.append(frame.url)

    page.on("framenavigated", note)
    try:
        response = move(wait_until="commit")
    except Error as fault:
        if "ERR_CACHE_MISS" not in fault.message:
            raise
        # The error page comes after the error.
        while not any(url.startswith("chrome-error:") for url in arrived):
            page.wait_for_event("framenavigated")
        page.wait_for_load_state()
    else:
        # None: it came back whole from the browser's cache, and nothing is loaded.
        if response is not None:
            page.wait_for_load_state()
    finally:
        page.remove_listener("framenavigated", note)


def everything(page: Page) -> str:
    """All that stands in the page: address, title, source, text and what was typed in; each run
    of blanks is one."""
    found = page.evaluate(
        """() => [
            location.href, document.title, document.documentElement?.outerHTML,
            document.body?.innerText,
            ...[...document.querySelectorAll("input, textarea, select")].map(one => one.value),
        ].join("\\n")"""
    )
    return " ".join(str(found).split())
