"""The back office as somebody of the youth team meets it."""

from __future__ import annotations

from dataclasses import dataclass

import pyotp
from playwright.sync_api import Locator, Page, expect

from triage.keys import NewAccount

_TALK = "main section > #talk + ol"


@dataclass
class Desk:
    """A member of staff in the back office."""

    page: Page
    url: str

    def sign_in(self, account: NewAccount) -> None:
        self.page.goto(f"{self.url}/sign-in")
        self.page.locator("#username").fill(account.username)
        self.page.locator("#passphrase").fill(account.passphrase)
        self.page.locator("#code").fill(pyotp.TOTP(account.totp_secret).now())
        self.page.locator('main form[action^="/sign-in"] button').click()
        self.page.wait_for_url("**/queue")

    def queue(self) -> None:
        self.page.goto(f"{self.url}/queue")

    def line(self, excerpt: str) -> Locator:
        """The line of the queue that shows these words."""
        return self.page.locator("main form li").filter(has_text=excerpt)

    def find(self, excerpt: str) -> None:
        """Go on in the queue, to the page that it stands on."""
        expect(self.page.locator("main nav")).to_be_visible()
        while not self.line(excerpt).count():
            self.page.goto(f"{self.url}{self.page.locator('a[rel=next]').get_attribute('href')}")

    def open_case(self, excerpt: str) -> None:
        self.find(excerpt)
        self.line(excerpt).get_by_role("link").click()
        self.page.wait_for_url("**/cases/*")

    def said(self) -> list[str]:
        """The conversation, oldest first."""
        return self.page.locator(f'{_TALK} li [translate="no"]').all_inner_texts()

    @property
    def marks(self) -> Locator:
        return self.page.locator(f"{_TALK} li.mark")

    def button(self, action: str) -> Locator:
        return self.page.locator(f'main button[formaction$="/{action}"]')

    def acknowledge(self) -> None:
        before = self.marks.count()
        self.button("acknowledge").click()
        expect(self.marks).to_have_count(before + 1)

    def answer(self, text: str, language: str) -> None:
        self.page.locator('textarea[name="text"]').fill(text)
        self.page.locator('select[name="language"]').select_option(language)
        self.button("answer").click()
        expect(self.page.locator(f"{_TALK} li").last).to_contain_text(text)

    def close(self) -> None:
        self.button("close").click()
        expect(self.button("reopen")).to_be_visible()
