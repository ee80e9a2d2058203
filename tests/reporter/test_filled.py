"""Pages that are made once and filled for each sender: nobody meets what is another's."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from tests.reporter.installation import Installation, Visitor
from tests.reporter.moments import local, set_clock
from tests.reporter.pages import Page

OWN = re.compile(r'(name="(?:token|promise)" value=")[^"]+')
"""What differs from page to page whoever looks."""
TUESDAY_EVENING, WEDNESDAY_MORNING = local(2026, 11, 24, 19), local(2026, 11, 25, 7)
HALF_AN_HOUR = dt.timedelta(minutes=30)
FIRST, SECOND = "Det var Kai som tok den.", 'Ring 22 33 44 55 <b>nå</b> & si "hei"'


def carried(page: Page, name: str) -> list[str]:
    """What the page sends on under a name."""
    return [value for field, value in page.filled("send") if field == name]


@pytest.mark.parametrize("language", ["nb", "en", "ar", "uk"])
@pytest.mark.parametrize("danger", ["", "yes", "no", "unsure"])
def test_a_filled_review_is_the_same_as_one_made_anew(
    installed: Installation, visitor: Visitor, language: str, danger: str
) -> None:
    visitor.write(FIRST, language, danger=danger)
    filled = visitor.write(SECOND, language, danger=danger).html
    assert "Kai" not in filled
    installed.site._made.clear()
    anew = visitor.write(SECOND, language, danger=danger).html
    assert OWN.sub(r"\1", filled) == OWN.sub(r"\1", anew)
    assert OWN.search(filled)


def test_each_sender_has_a_token_and_promises_of_their_own(installed: Installation) -> None:
    visitors = [installed.visitor() for _ in range(2)]
    pages = [visitor.write(FIRST) for visitor in visitors]
    for name in ("token", "promise"):
        one, other = (set(carried(page, name)) for page in pages)
        assert one
        assert not one & other
    for visitor in visitors:
        visitor.press("send")
    assert len(installed.cases()) == 2


@pytest.mark.parametrize(
    "text", ["(the token)", "(the text) (the said)", "(the promise 0) (the code)", "(the thing)"]
)
def test_what_looks_like_a_blank_stays_as_it_was_written(
    installed: Installation, visitor: Visitor, text: str
) -> None:
    page = visitor.write(text)
    assert page.one("blockquote").get_text() == text
    assert carried(page, "text") == [text]
    visitor.press("send")
    assert installed.read().messages()[0].body["text"] == text


def test_nothing_that_was_written_is_kept(installed: Installation, visitor: Visitor) -> None:
    visitor.send(FIRST)
    kept = b"".join(page for _, page in installed.site._made.values())
    assert b"Kai" not in kept
    assert any(name.startswith("review/") for name in installed.site._made)


@pytest.mark.parametrize(
    "ticked",
    [
        {"danger": "unsure"},
        {"danger": "yes"},
        {"topic": "weapons"},
        {"place": "masan"},
        {"urgency": "soon"},
        {"no_code": "y"},
    ],
    ids=str,
)
def test_what_is_ticked_besides_is_not_met_by_the_next(
    installed: Installation, visitor: Visitor, ticked: dict[str, str]
) -> None:
    bare = OWN.sub(r"\1", visitor.write(FIRST, danger="no").html)
    more = OWN.sub(r"\1", visitor.write(FIRST, **{"danger": "no", **ticked}).html)
    assert more != bare
    assert OWN.sub(r"\1", installed.visitor().write(FIRST, danger="no").html) == bare


def test_what_was_today_is_not_so_tomorrow(installed: Installation, visitor: Visitor) -> None:
    said = []
    for moment in (TUESDAY_EVENING, WEDNESDAY_MORNING):
        set_clock(installed, moment)
        said.append(visitor.write(FIRST, danger="no").said)
    assert "i morgen kl. 12" in said[0]
    assert "i dag kl. 12" in said[1]


def test_it_is_made_anew_only_when_it_says_something_else(
    installed: Installation, visitor: Visitor
) -> None:
    """Made in each minute, it would tell whoever asks in the next whether somebody was here."""
    kept = []
    for moment in (TUESDAY_EVENING, TUESDAY_EVENING + HALF_AN_HOUR, WEDNESDAY_MORNING):
        set_clock(installed, moment)
        visitor.write(FIRST, danger="no")
        kept.append(installed.site._made["review/tip/nb"][1])
    assert kept[0] is kept[1]
    assert kept[1] != kept[2]
