"""What changes an account or a key takes a one-time code: whoever finds a browser that a leader
left signed in can do none of it."""

from __future__ import annotations

import time

import pytest
import time_machine
from sqlalchemy import insert, update

from sifra.database import writing
from sifra.key_cards import account_holder, fingerprint
from sifra.return_code import as_words
from tests.triage.example_office import Browser, Installation
from tests.triage.example_people import entered
from triage.keys import Unlocked
from triage.people import unit_renewal
from triage.people.second_factor import FRESH_SECONDS
from triage.staff_tables import accounts, key_renewals

DEEDS = {
    "let-in": "account-card-signed",
    "second-factor": "renewal-allowed",
    "renew": "renewal-allowed",
    "leave": "staff-left",
    "sessions": "session-ended",
    "renewal/make": "unit-key-renewed",
    "renewal/sign": "key-card-signed",
}


def prepared(office: Installation, path: str) -> dict[str, str]:
    """Everything is as the deed needs it; the fields that it takes, but for the code."""
    member = office.member("ung", "youth_team")
    fields = {"account": member.id, "unit": "youth_team"}
    with writing(office.staff) as connection:
        if path == "let-in":
            connection.execute(
                update(accounts).where(accounts.c.id == member.id).values(card_signature=None)
            )
            number = fingerprint(account_holder(member.id), member.private.public())
            fields["words"] = as_words(number, "nb")
        connection.execute(
            insert(key_renewals).values(unit="youth_team", serial=1, since=0, place="", clean=True)
        )
    if path == "renewal/sign":
        by = Unlocked(member.id, member.private)
        verifier = office.settings.verifier
        number = unit_renewal.make(office.staff, office.store, by, "youth_team", verifier)
        fields["words"] = as_words(number, "nb")
    return fields


@pytest.mark.parametrize("path", DEEDS)
def test_nothing_is_done_without_a_code(browser: Browser, office: Installation, path: str) -> None:
    fields = prepared(office, path)
    before = entered(office, DEEDS[path])
    browser.get("/staff")
    for code in ("", "000000", "0" * 30):
        browser.post(f"/staff/{path}", 422, **fields, code=code)
        assert browser.page.find(id="code-error")
        assert entered(office, DEEDS[path]) == before
    browser.post(f"/staff/{path}", **fields, code=office.code(office.leader))
    assert entered(office, DEEDS[path]) == before + 1


def test_a_code_stands_for_some_minutes_only(browser: Browser, office: Installation) -> None:
    browser.get("/staff/invite")
    browser.post("/staff/invite", 422, code=office.code(office.leader))
    member = office.member("ung", "youth_team")
    browser.get("/staff")
    browser.post("/staff/sessions", account=member.id, code=office.code(office.leader))
    browser.get(f"/staff/sessions?account={member.id}")
    assert not browser.page.find(id="code")
    with time_machine.travel(time.time() + FRESH_SECONDS + 1):
        browser.post("/staff/sessions", 422, account=member.id)
        assert browser.page.find(id="code-error")
