"""Adults who have keys, and what they say of themselves: for tests of talks."""

from __future__ import annotations

from sifra.adults import Profile
from sifra.case_store import State
from sifra.conversation import ReaderView
from sifra.file_reading import read
from sifra.sealing import Kind, PrivateKey
from tests.reporter.installation import SIGNING_KEY, Installation, Visitor
from tests.reporter.moments import TUESDAY_MORNING, set_clock

NURSE, COACH = "school_nurse", "youth_club"
KEYS = {NURSE: PrivateKey.generate(), COACH: PrivateKey.generate()}
CALLED = "Helsesøster på Askim"
ABOUT = "Jeg har god tid, og te."
ROOM = "Rom 114, ved biblioteket"
PROFILE = {
    "called": {"nb": CALLED},
    "about": {"nb": ABOUT},
    "found_at": ["askim_videregaende"],
    "drop_in": [
        {
            "where": {"nb": ROOM},
            "hours": [{"days": ["tue", "thu"], "opens": "11:00", "closes": "13:00"}],
        }
    ],
    "languages": ["nb", "nn", "ar"],
    "hours": [{"days": ["mon", "tue", "wed", "thu", "fri"], "opens": "08:00", "closes": "15:00"}],
}


def give_key(installed: Installation, *adults: str) -> None:
    """Cases can be sealed for them from now on."""
    for adult in adults:
        installed.store.put_card(SIGNING_KEY.sign(adult, 1, KEYS[adult]))


def approve(installed: Installation, adult: str = NURSE, **changed: object) -> None:
    """A leader has signed what they say of themselves."""
    text = read(Profile, {**PROFILE, **changed}).text()
    signature = SIGNING_KEY.sign_profile(adult, 1, text)
    installed.store.put_profile(adult, 1, text, signature)


def talk_that_was_read(installed: Installation, visitor: Visitor) -> str:
    """The code of a talk of Tuesday morning, with a number to call, that the nurse has read."""
    give_key(installed, NURSE)
    set_clock(installed, TUESDAY_MORNING)
    visitor.get(f"/nb/talk/{NURSE}")
    visitor.press("review", contact="call", number="912 34 567")
    code = visitor.press("send").code
    installed.staff(Kind.READ, State.READ, by=NURSE)
    return code


def offer(installed: Installation, times: str, **body: str | int) -> int:
    """Somebody of the youth team offers times; where the offer stands in the conversation."""
    usual: dict[str, str | int] = {"times": times, "where": ROOM, "language": "nb", "by": NURSE}
    installed.staff(Kind.OFFERED, State.ANSWERED, **{**usual, **body})
    return len(installed.only_case().sealed.messages) - 1


def read_as(installed: Installation, adult: str = NURSE) -> ReaderView:
    return ReaderView.open(installed.only_case().sealed, adult, KEYS[adult])
