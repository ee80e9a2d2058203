"""An installation where the police have a key too, and the people who work there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyotp
from sqlalchemy import update

from sifra.case_store import CaseStore
from sifra.database import open_engine, writing
from sifra.erasure import ErasureKeys
from sifra.sealing import PrivateKey
from tests.journeys.conftest import Sites, running
from tests.journeys.desk import Desk
from tests.journeys.servers import CHEAP, Place, install
from triage import keys
from triage.keys import NewAccount
from triage.people import held_keys
from triage.staff_tables import accounts


@contextmanager
def sites_with_police(folder: Path) -> Iterator[Sites]:
    """Both sites of a new installation in ``folder``, running."""
    place = install(folder)
    place.founding.units["police"] = private = PrivateKey.generate()
    engine = open_engine(place.settings.database_url)
    store = CaseStore(engine, ErasureKeys(place.settings.home.erasure_keys))
    store.put_card(place.founding.signing.sign("police", 1, private))
    engine.dispose()
    with running(place) as both:
        yield both


def colleague(place: Place, unit: str, display: str = "Kontakt") -> NewAccount:
    """Somebody new who reads what ``unit`` reads."""
    engine = open_engine(place.settings.staff_database_url)
    account = keys.new_account(
        engine, username=f"i-{unit}", display=display, role="reader", cost=CHEAP
    )
    public = account.private.public()
    signing, leader = place.founding.signing, place.founding.leader
    held_keys.sign_account(engine, signing, account.id, public, leader.id, 0)
    held_keys.give_unit_key(engine, account.id, public, unit, 1, place.founding.units[unit])
    engine.dispose()
    return account


def code_again(desk: Desk, place: Place, account: NewAccount) -> None:
    """Type a one-time code where the page asks for one, as if half a minute had passed since the
    last. It does not ask for some minutes after one was typed."""
    field = desk.page.locator("#code")
    if not field.count():
        return
    engine = open_engine(place.settings.staff_database_url)
    with writing(engine) as connection:
        connection.execute(update(accounts).values(totp_step=0))
    engine.dispose()
    field.fill(pyotp.TOTP(account.totp_secret).now())
