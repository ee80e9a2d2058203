"""Staff ask the sender whether another unit may be told, and tell who was."""

from __future__ import annotations

from sifra.case_store import State
from sifra.sealing import Kind
from tests.reporter.installation import Installation, Visitor
from tests.reporter.moments import TUESDAY_MORNING, set_clock
from tests.reporter.pages import Page, said

TEXT = "Kjempegrunn: zulubananer ved Kvisleparken, spør Nøttekråke."
SUMMARY = "En ungdom forteller om salg av vape ved en skole.\n<b>På</b> onsdager."
FIRST, SECOND = "a" * 32, "b" * 32


def tip_that_was_read(installed: Installation, visitor: Visitor) -> str:
    """The code of a tip of Tuesday morning that the youth team has read."""
    set_clock(installed, TUESDAY_MORNING)
    code = visitor.send(TEXT).code
    installed.staff(Kind.READ, State.READ)
    return code


def ask(installed: Installation, handover: str = FIRST, **body: str | int) -> None:
    usual: dict[str, str | int] = {
        "handover": handover,
        "to": "police",
        "whole": 0,
        "text": SUMMARY,
        "language": "nb",
    }
    installed.staff(Kind.ASKED, State.ANSWERED, **{**usual, **body})


def hand_over(installed: Installation, ground: str, handover: str = FIRST, whole: int = 0) -> None:
    installed.staff(
        Kind.HANDED_OVER,
        installed.only_case().clear.state,
        handover=handover,
        to="police",
        whole=whole,
        ground=ground,
    )


def reply_form(page: Page, handover: str = FIRST) -> dict[str, str]:
    """What a browser sends of the form for that hand-over, but for the button."""
    (field,) = page.soup.select(f"input[name=handover][value='{handover}']")
    form = field.find_parent("form")
    assert form is not None
    return {str(one["name"]): str(one["value"]) for one in form.select("input")}


def reply(
    visitor: Visitor, answer: str, status: int = 200, handover: str = FIRST, **typed: str
) -> Page:
    """``typed`` is what a page with script sends along."""
    form = reply_form(visitor.page, handover)
    return visitor.post("/nb/mailbox", {**form, **typed, "answer": answer}, status)


def buttons(page: Page) -> list[str]:
    return [str(one["value"]) for one in page.soup.select("button[name=answer]")]


def question(page: Page, place: int = 0) -> str:
    return said(page.soup.select("li.asked")[place])


def kinds(installed: Installation) -> list[Kind]:
    return [message.kind for message in installed.read().messages()]
