"""An interpreter in a browser, and the case page beside: nothing for axe to find, nothing wider
than the screen, and no script needed."""

from __future__ import annotations

import secrets
import time

import pyotp
from playwright.sync_api import Page, expect
from sqlalchemy import update

from sifra.database import open_engine, writing
from tests.journeys.conftest import Sites
from tests.journeys.desk import Desk
from tests.journeys.looking import Looking
from tests.journeys.servers import CHEAP, Place
from tests.journeys.tabs import Tabs
from triage import keys
from triage.keys import NewAccount
from triage.people import held_keys
from triage.staff_tables import accounts

WRITTEN = "هناك شجار عند الجسر الأزرق"
ANSWER = "Takk for at du sa fra."
TRANSLATED = "شكرًا لأنك أخبرتنا."


def interpreter(place: Place) -> NewAccount:
    engine = open_engine(place.settings.staff_database_url)
    name = f"t-{secrets.token_hex(4)}"
    made = keys.new_account(
        engine, username=name, display="Tolk, Tolketjenesten", role="interpreter", cost=CHEAP
    )
    leader, public = place.founding.leader.id, made.private.public()
    held_keys.sign_account(
        engine, place.founding.signing, made.id, public, leader, int(time.time())
    )
    with writing(engine) as connection:
        own = accounts.c.id == made.id
        connection.execute(update(accounts).where(own).values(languages="ar uk"))
    engine.dispose()
    return made


def code(place: Place, account: NewAccount) -> str:
    """As if half a minute had passed since the last one."""
    engine = open_engine(place.settings.staff_database_url)
    with writing(engine) as connection:
        own = accounts.c.id == account.id
        connection.execute(update(accounts).where(own).values(totp_step=0))
    engine.dispose()
    return pyotp.TOTP(account.totp_secret).now()


def let_in(page: Page, place: Place, member: NewAccount, account: NewAccount) -> None:
    page.get_by_role("link", name="Slipp inn en tolk").click()
    page.locator("#who").select_option(f"{account.id}.ar")
    page.locator("#code").fill(code(place, member))
    page.get_by_role("button", name="Slipp inn").click()
    expect(page.get_by_text("Tolken er sluppet inn i saken.")).to_be_visible()


def test_a_translation_both_ways(sites: Sites, tabs: Tabs) -> None:
    place, url = sites.place, sites.triage.url
    place.tip(WRITTEN)
    tolk, member = interpreter(place), place.member()
    staff = tabs.open(phone=False, script=False)
    desk = Desk(staff, url)
    desk.sign_in(member)
    desk.open_case(WRITTEN[:12])
    let_in(staff, place, member, tolk)

    page = tabs.open()
    looking = Looking(page, thumbs=False)
    page.goto(f"{url}/sign-in")
    page.locator("#username").fill(tolk.username)
    page.locator("#passphrase").fill(tolk.passphrase)
    page.locator("#code").fill(code(place, tolk))
    page.locator('main form[action^="/sign-in"] button').click()
    page.wait_for_url("**/interpreting")
    looking.look("office interpreting")
    page.locator("main ol a").click()
    page.get_by_role("button", name="Lagre melding 1").click()
    expect(page.locator("#text-0-error")).to_be_visible()
    looking.look("office interpreting a case with an error")
    page.locator("#text-0").fill("Det er slåsskamp ved den blå brua.")
    page.get_by_role("button", name="Lagre melding 1").click()
    expect(page.get_by_text("Oversettelsen er lagret.")).to_be_visible()

    desk.answer(ANSWER, "nb")
    page.reload()
    page.locator("#text-1").fill(TRANSLATED)
    page.get_by_role("button", name="Lagre melding 2").click()
    expect(page.get_by_text("Oversettelsen er lagret.")).to_be_visible()
    looking.look("office interpreting a case")
    assert not looking.found, "\n".join(looking.found)

    staff.reload()
    assert desk.said() == [WRITTEN, "Det er slåsskamp ved den blå brua.", ANSWER, TRANSLATED]
    first, second = (
        box.bounding_box() for box in staff.locator(".sides").first.locator("> div").all()
    )
    assert first
    assert second
    assert first["y"] == second["y"], "side by side where there is room"
    staff.get_by_role("button", name="Send oversettelsen til avsenderen").click()
    expect(staff.get_by_text("Oversettelsen er sendt.")).to_be_visible()
