"""A trusted adult of the shipped file with an account and a key, and what they write."""

from __future__ import annotations

from sifra.sealing import PrivateKey
from tests.triage.example_office import Browser, Installation
from triage.keys import NewAccount
from triage.people import held_keys

ADULT = "school_nurse"
DAYS = ("mon", "tue", "wed", "thu", "fri")
FILLED: dict[str, str | list[str]] = {
    "called-nb": "Helsesykepleieren på Askim vgs",
    "about-nb": "Du kan snakke med meg om alt. Jeg ringer ikke hjem uten at du vet det.",
    "found_at": ["askim_videregaende"],
    "languages": ["nb", "en"],
    **{f"{day}-1-from": "08:00" for day in DAYS},
    **{f"{day}-1-to": "15:00" for day in DAYS},
    "drop-1-where": "Rommet mitt ved kantina",
    "drop-1-days": ["tue", "thu"],
    "drop-1-from": "11",
    "drop-1-to": "1130",
}
"""The form, filled in well."""


def adult(office: Installation, username: str = "helse", holder: str = ADULT) -> NewAccount:
    """Somebody who holds the key of an adult of the file, alone."""
    private = PrivateKey.generate()
    office.store.put_card(office.founding.signing.sign(holder, 1, private))
    account = office.member(username)
    public = account.private.public()
    held_keys.give_unit_key(office.staff, account.id, public, holder, 1, private)
    return account


def hidden(browser: Browser, name: str) -> str:
    """What the page at hand sends along unseen, under that name."""
    found = browser.page.find("input", {"name": name})
    assert found is not None
    return str(found["value"])


def saves(browser: Browser, status: int = 200, /, **changed: str | list[str]) -> None:
    """Fill in the card and save it as a draft."""
    browser.get("/profile/card")
    was = hidden(browser, "was")
    browser.post("/profile/card", status, **{"was": was, **FILLED, **changed})


def decides(
    browser: Browser, office: Installation, action: str, status: int = 200, /, **changed: str
) -> None:
    """Press a button of the leader's page on the adult's card."""
    browser.get(f"/staff/cards/{ADULT}")
    given = {"seen": hidden(browser, "seen"), "code": office.code(office.leader), **changed}
    browser.post(f"/staff/cards/{ADULT}/{action}", status, **given)
