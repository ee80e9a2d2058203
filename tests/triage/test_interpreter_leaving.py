"""An interpreter who leaves, or has made their sign-in anew, is in no case any more."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from sifra.database import reading
from sifra.key_cards import account_holder
from tests.triage.example_interpreter import interpreter, let_in
from tests.triage.example_office import Browser, Installation
from tests.triage.example_people import People, allowed, entered, said
from triage.folder_store import FolderStore
from triage.staff_tables import interpreters


def ended(office: Installation) -> int | None:
    with reading(office.staff) as connection:
        return connection.scalars(select(interpreters.c.ended)).one()


@pytest.mark.parametrize("how", ["leave", "renew"])
def test_every_case_ends_at_once_and_the_wrap_goes_when_staff_look(
    browser: Browser, people: People, office: Installation, how: str
) -> None:
    case, _ = office.tip("мене б'ють", language="uk")
    tolk = interpreter(office)
    folder = let_in(browser, case, tolk)
    assert ended(office) is None
    if how == "leave":
        browser.get(f"/staff/leave?account={tolk.id}")
        browser.post("/staff/leave", account=tolk.id, code=office.code(office.leader))
    else:
        renewed = people.joins("tolk", allowed(browser, office, tolk.id, "renew"))
        # Let in again before anybody has looked at the case: the old wrap opens for nobody.
        theirs = people.signed_in(renewed)
        people.lets_in(browser, office.leader, "tolk", said(theirs))
        assert theirs.client.get(f"/interpreting/{folder}").status_code == 404
    assert ended(office) is not None
    assert entered(office, "interpreter-ended") == 0
    browser.get(f"/cases/{case}")
    assert entered(office, "interpreter-ended") == 1
    found = FolderStore(office.staff).find(folder)
    assert found is not None
    assert account_holder(tolk.id) not in found.wraps
