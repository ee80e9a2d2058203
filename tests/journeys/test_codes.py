"""Codes in every script: selected, copied and pasted, typed by hand, and read aloud in order."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Sites
from tests.journeys.pages import Code, Sender
from tests.journeys.spoken import said, typed
from tests.journeys.tabs import Tabs
from tests.journeys.test_whole_way import assert_code_reads_left_to_right

IN_WORDS = ("nb", "nn", "en")
IN_DIGITS = ("ar", "ckb", "fa-AF")
CODE = "#return-code"
DIGITS = "details.digits .code"
BY_HAND = {"latin": "0123456789", "persian": "۰۱۲۳۴۵۶۷۸۹", "arabic-indic": "٠١٢٣٤٥٦٧٨٩"}
TYPED = (("ckb", "latin"), ("fa-AF", "persian"), ("ar", "arabic-indic"), ("nb", "arabic-indic"))
_SELECT = "one => getSelection().selectAllChildren(one)"
_LINES = """one => {
    const { left, right, top, bottom } = one.getBoundingClientRect(), lines = [];
    // From the very edge of the text: some fonts have a zero that is but five pixels wide.
    const inset = one.clientLeft + parseFloat(getComputedStyle(one).paddingLeft) + 0.5;
    for (let y = top + 4; y < bottom; y += 4) {
        const line = [];
        for (let x = left + inset; x < right - inset; x += 1) {
            const at = document.caretPositionFromPoint(x, y);
            if (at?.offsetNode === one && line.at(-1) !== at.offset) line.push(at.offset);
        }
        // Beside the text are but its two ends.
        const isText = line.some(at => at && at < one.value.length);
        if (isText && String(line) !== String(lines.at(-1))) lines.push(line);
    }
    return lines;
}"""
"""The places between the characters of a field, from left to right, line after line."""


@pytest.mark.parametrize("tag", [*IN_WORDS, *IN_DIGITS])
def test_a_code_is_selected_copied_and_pasted(sites: Sites, tabs: Tabs, tag: str) -> None:
    sender = Sender(tabs.open(script=False), sites.reporter.url, tag)
    page = sender.page
    code = sender.send_tip(said(tag).told)
    assert (len(code.shown.split()) == 6) == (tag in IN_WORDS)
    assert_code_reads_left_to_right(page, code)
    assert read_aloud(page, CODE) == code.shown.split()
    page.locator(CODE).evaluate(_SELECT)
    into(sender, sender.code_field)
    sender.tap(sender.step("kept"))
    expect(page.locator(CODE)).to_have_count(0)

    # Without script a page has no other way to another clipboard: what was copied is still in it.
    sender.come_back()
    paste(page, sender.code_field)
    # In one line: of six, the field would show three.
    assert sender.code_field.input_value() == code.shown
    assert_left_to_right(sender.code_field)
    sender.tap(sender.step("open"))
    expect(sender.step("write")).to_be_visible()


@pytest.mark.parametrize("shown", [CODE, DIGITS], ids=["words", "digits"])
def test_three_taps_select_all_of_it(sites: Sites, tabs: Tabs, shown: str) -> None:
    sender = Sender(tabs.open(script=False), sites.reporter.url, "nn")
    code = sender.send_tip(said("nn").told)
    if shown == DIGITS:
        sender.tap(sender.page.locator("details.digits summary"))
    sender.page.locator(shown).click(click_count=3)
    into(sender, sender.code_field)
    meant = code.digits if shown == DIGITS else code.shown
    assert sender.code_field.input_value().split() == meant.split()


@pytest.mark.parametrize(
    ("tag", "digits"),
    [(tag, BY_HAND[script]) for tag, script in TYPED],
    ids=[" ".join(one) for one in TYPED],
)
def test_what_is_typed_stands_as_on_the_paper(
    sites: Sites, tabs: Tabs, tag: str, digits: str
) -> None:
    """Groups of Arabic-Indic digits would run from right to left, a blank between them, on a page
    of either direction."""
    sender = Sender(tabs.open(script=False), sites.reporter.url, tag)
    code = sites.place.tip("Noe annet")
    hand = code.translate({ord(str(n)): one for n, one in enumerate(digits)})
    sender.go("mailbox")
    write(sender.page, sender.code_field, hand)
    assert_left_to_right(sender.code_field)
    sender.tap(sender.step("open"))
    expect(sender.step("write")).to_be_visible()
    sender.go("parents")
    number = sender.page.locator('[name="number"]')
    write(sender.page, number, " ".join((digits[:2], digits[2:5], digits[5:8])))
    assert_left_to_right(number)


def test_a_code_that_is_wrong_stays_as_it_was_typed(sites: Sites, tabs: Tabs) -> None:
    sender = Sender(tabs.open(script=False), sites.reporter.url, "ar")
    code = sender.send_tip(said("ar").told)
    wrong = typed(mistyped(code), "ar")
    write(sender.page, sender.code_field, wrong)
    sender.tap(sender.step("kept"))
    expect(sender.page.locator("#code-error")).to_be_visible()
    expect(sender.code_field).to_have_value(wrong)
    assert_left_to_right(sender.code_field)
    assert read_aloud(sender.page, CODE) == code.digits.split()


def mistyped(code: Code) -> str:
    """Two groups have changed places."""
    first, second, *rest = code.digits.split()
    return " ".join((second, first, *rest)) if first != second else code.digits[::-1]


def into(sender: Sender, field: Locator) -> None:
    """Copy what is selected, and paste it."""
    sender.page.keyboard.press("Control+C")
    paste(sender.page, field)


def paste(page: Page, field: Locator) -> None:
    field.focus()
    page.keyboard.press("Control+V")
    expect(field).not_to_have_value("")


def write(page: Page, field: Locator, text: str) -> None:
    field.focus()
    page.keyboard.insert_text(text)
    expect(field).to_have_value(text)


def assert_left_to_right(field: Locator) -> None:
    """On screen, each character stands to the right of the one before, or on a later line."""
    field.scroll_into_view_if_needed()
    lines = field.evaluate(_LINES)
    assert lines == sorted(map(sorted, lines))
    assert {place for line in lines for place in line} >= {0, len(field.input_value())}


def read_aloud(page: Page, selector: str) -> list[str]:
    """What a screen reader is given of an element, in its order: Chromium's own tree."""
    devtools = page.context.new_cdp_session(page)
    root = devtools.send("DOM.getDocument")["root"]["nodeId"]
    wanted = devtools.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
    described = devtools.send("DOM.describeNode", {"nodeId": wanted})["node"]["backendNodeId"]
    nodes = devtools.send("Accessibility.getFullAXTree")["nodes"]
    by_id = {node["nodeId"]: node for node in nodes}
    top = next(node for node in nodes if node.get("backendDOMNodeId") == described)

    def texts(node: dict[str, object]) -> Iterator[str]:
        role, name = node["role"], node.get("name")
        assert isinstance(role, dict)
        if role["value"] == "StaticText":
            assert isinstance(name, dict)
            yield str(name["value"])
            return
        children = node.get("childIds")
        assert isinstance(children, list)
        for child in children:
            yield from texts(by_id[child])

    found = " ".join(texts(top)).split()
    devtools.detach()
    return found
