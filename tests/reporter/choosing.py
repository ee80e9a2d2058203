"""Units with keys of their own, and the choice of readers as a page shows it."""

from __future__ import annotations

import datetime as dt

from bs4 import Tag
from sqlalchemy import delete, insert

from sifra import municipality, tables
from sifra.database import writing
from sifra.sealing import PrivateKey
from tests.reporter.installation import SIGNING_KEY, TEAM, TEAM_KEY, Installation
from tests.reporter.moments import set_clock
from tests.reporter.pages import Page, said

TEXT = "Noen selger vape bak gymsalen."
SHIPPED = municipality.load(municipality.shipped_path())
CHOICES = SHIPPED.choices_of_readers
KEYS = {TEAM: TEAM_KEY, **{u: PrivateKey.generate() for u in ("police", "child_welfare", "slt")}}
MINUTE = dt.timedelta(minutes=1)


def give_cards(installed: Installation) -> None:
    for unit, key in KEYS.items():
        installed.store.put_card(SIGNING_KEY.sign(unit, 1, key))


def lose_card(installed: Installation, unit: str) -> None:
    with writing(installed.engine) as connection:
        connection.execute(delete(tables.key_cards).where(tables.key_cards.c.holder == unit))


def pause(installed: Installation, *units: str) -> None:
    now = installed.site.clock.now()
    with writing(installed.engine) as connection:
        for unit in units:
            connection.execute(
                insert(tables.pauses).values(unit=unit, until=now + 86_400, account_id="0" * 32)
            )
    set_clock(installed, dt.datetime.fromtimestamp(now + 60, dt.UTC))


def radios(page: Page) -> list[Tag]:
    return page.soup.select("input[type=radio][name=readers]")


def values(page: Page) -> list[str]:
    return [str(radio["value"]) for radio in radios(page)]


def checked(page: Page) -> list[str]:
    return [str(radio["value"]) for radio in radios(page) if radio.has_attr("checked")]


def label(page: Page, value: str) -> str:
    (radio,) = [radio for radio in radios(page) if radio["value"] == value]
    found = radio.find_parent("label")
    assert found is not None
    return said(found)


def chosen(installed: Installation) -> tuple[str, ...]:
    return installed.only_case().sealed.readers


def promised(installed: Installation) -> int | None:
    return installed.only_case().clear.promised
