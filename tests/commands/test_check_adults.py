"""`sifra check` on trusted adults: cards that are not signed, deputies without a key, no hours, and
whom no notice reaches."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import text

from sifra import municipality
from sifra.adults import Profile
from sifra.database import writing
from sifra.file_reading import read
from sifra.sealing import PrivateKey
from tests.commands.conftest import Installation
from triage import checking
from triage.worker.checks import untold

TODAY = dt.date(2026, 11, 23)
ADULT = "school_nurse"
MUNICIPALITY = municipality.load(municipality.shipped_path())


def warnings(environ: dict[str, str]) -> str:
    return "\n".join(checking.check(environ, TODAY).warnings)


def with_key(there: Installation, holder: str = ADULT) -> None:
    there.store.put_card(there.founding.signing.sign(holder, 1, PrivateKey.generate()))


def with_card(there: Installation, **said: object) -> None:
    profile = read(Profile, {"languages": ["nb"], **said}).text()
    signature = there.founding.signing.sign_profile(ADULT, 1, profile)
    there.store.put_profile(ADULT, 1, profile, signature)


def test_an_adult_with_a_key_and_no_hours_is_named_until_they_write_them(
    environ: dict[str, str], installation: Installation
) -> None:
    said = f"adults[1].hours: {ADULT} holds a key and has no hours"
    assert said not in warnings(environ)
    with_key(installation)
    assert said in warnings(environ)
    with_card(installation)
    assert said in warnings(environ)
    with_card(installation, hours=[{"days": ["mon"], "opens": "08:00", "closes": "15:00"}])
    assert said not in warnings(environ)


def test_a_card_that_somebody_wrote_into_the_database_is_named(
    environ: dict[str, str], installation: Installation
) -> None:
    said = f"profiles: the card of {ADULT} is not signed by this installation"
    with_card(installation)
    assert said not in warnings(environ)
    with writing(installation.cases) as connection:
        connection.execute(text("UPDATE profiles SET serial = 2"))
    assert said in warnings(environ)


def test_a_deputy_without_a_key_is_named(
    environ: dict[str, str], installation: Installation
) -> None:
    with_key(installation)
    said = "adults[1].deputy: youth_team holds no key, and does not read with school_nurse"
    assert said not in warnings(environ)
    installation.store.withdraw_card("youth_team")
    assert said in warnings(environ)


def test_an_adult_whom_no_notice_reaches_is_named(
    environ: dict[str, str], installation: Installation
) -> None:
    told = environ | {"SIFRA_NOTIFY": "youth_team=mailto://a:b@k.no"}
    said = f"SIFRA_NOTIFY: has no address for police, child_welfare, slt, {ADULT}:"
    assert said not in warnings(told)
    with_key(installation)
    with_key(installation, "youth_contact")
    assert said in warnings(told)


@pytest.mark.parametrize(
    ("addresses", "holders", "silent"),
    [
        ((), (), []),
        ((), (ADULT,), [ADULT]),
        ((ADULT,), (ADULT,), []),
        # Works in the youth team, and is told at its address.
        ((), ("youth_contact",), []),
        (("police",), ("youth_contact", ADULT), [ADULT]),
    ],
    ids=["no keys", "alone", "an address of their own", "at the unit's", "both"],
)
def test_an_adult_without_an_address_is_told_at_that_of_the_unit(
    addresses: tuple[str, ...], holders: tuple[str, ...], silent: list[str]
) -> None:
    units = [one for one in MUNICIPALITY.units if one not in ("youth_team", *addresses)]
    assert untold(MUNICIPALITY, ("youth_team", *addresses), holders) == [*units, *silent]
