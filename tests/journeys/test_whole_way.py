"""A tip is written, sealed, read and answered, and its sender comes back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import Sites
from tests.journeys.desk import Desk
from tests.journeys.pages import Code, Sender, everything
from tests.journeys.tabs import Tabs

ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
WRITTEN = {
    "nb": ("Noen skal møtes ved Måsan «etter skolen» 🙃", "Det skjer på torsdag, kl. 15."),
    "ar": ("هناك من سيلتقي بعد المدرسة في Askim", "سيكون ذلك يوم الخميس الساعة 15"),
}
ANSWERED = {
    "nb": "Takk for at du sa fra. Vi snakker med skolen.",
    "ar": "شكرًا لأنك أخبرتنا. سنتحدث مع المدرسة.",
}


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("lang", ["nb", "ar"])
def test_the_whole_way(sites: Sites, tabs: Tabs, lang: str, script: bool) -> None:
    tip, more = (f"{text} ({script})" for text in WRITTEN[lang])
    answer = ANSWERED[lang]

    sender = Sender(tabs.open(script=script), sites.reporter.url, lang)
    sender.start()
    sender.say_something()
    sender.write(tip)
    sender.review()
    assert tip in sender.page.locator("main blockquote").inner_text()
    code = sender.send()
    assert sender.taps <= 4
    assert_code_reads_left_to_right(sender.page, code)
    sender.keep(code.shown)
    assert code.shown not in everything(sender.page)

    desk = Desk(tabs.open(phone=False), sites.triage.url)
    desk.sign_in(sites.place.member())
    desk.open_case(tip[:20])
    assert desk.said() == [tip]
    desk.acknowledge()
    desk.answer(answer, lang)

    returned = Sender(tabs.open(script=script), sites.reporter.url, lang)
    for typed in spellings(code, lang):
        returned.come_back()
        returned.open_mailbox(typed)
        assert returned.happened() == ["read", "answer"]
        (shown,) = returned.answers()
        assert shown.inner_text() == answer
        assert shown.get_attribute("lang") == lang
        assert tip not in everything(returned.page)
    returned.write_more(more)
    assert more not in everything(returned.page)

    desk.queue()
    desk.open_case(tip[:20])
    assert desk.said() == [tip, answer, more]
    desk.acknowledge()
    desk.close()

    returned.come_back()
    returned.open_mailbox(code.digits)
    assert returned.happened() == ["read", "answer", "read", "closed"]


def spellings(code: Code, lang: str) -> list[str]:
    """What somebody may type who has the code on a piece of paper."""
    if lang == "ar":
        return [code.shown, code.digits.translate(ARABIC_DIGITS).replace(" ", "")]
    return [code.shown.upper().replace(" ", " - "), code.digits]


def assert_code_reads_left_to_right(page: Page, code: Code) -> None:
    """In every script: group after group to the right, or on the next line."""
    direction = "rtl" if code.shown == code.digits else "ltr"
    assert page.locator("html").get_attribute("dir") == direction
    boxes = [group.bounding_box() for group in page.locator("#return-code span").all()]
    places = [(box["y"], box["x"]) for box in boxes if box]
    assert len(places) == len(code.shown.split())
    assert places == sorted(places)
    assert len({x for _, x in places}) > 1
    page.locator("#return-code span").first.click()
    copied = page.evaluate("getSelection().toString()")
    assert copied.split() == code.shown.split()
