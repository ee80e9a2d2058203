"""The sender says yes on the public site, and the police read what went over: in two browsers and
a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pyotp
import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import update

from sifra.case_store import CaseStore
from sifra.database import open_engine, writing
from sifra.erasure import ErasureKeys
from sifra.sealing import PrivateKey
from tests.journeys.conftest import Sites
from tests.journeys.desk import Desk
from tests.journeys.looking import Looking
from tests.journeys.pages import Sender, everything
from tests.journeys.servers import CHEAP, Place, install, serve
from tests.journeys.tabs import Tabs
from triage import keys
from triage.keys import NewAccount
from triage.people import held_keys
from triage.staff_tables import accounts

TIP = "beef fredag kl 19 på måsan, ikke si det var meg"
SUMMARY = "Flere skal slåss i Mysen fredag kveld."


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    """Sites of their own: here the police have a key."""
    place = install(tmp_path_factory.mktemp("handover"))
    place.founding.units["police"] = private = PrivateKey.generate()
    engine = open_engine(place.settings.database_url)
    store = CaseStore(engine, ErasureKeys(place.settings.home.erasure_keys))
    store.put_card(place.founding.signing.sign("police", 1, private))
    engine.dispose()
    reporter, triage = (serve(site, place) for site in ("reporter", "triage"))
    try:
        for server in (reporter, triage):
            server.wait_until_healthy()
        yield Sites(place, reporter, triage)
    finally:
        reporter.stop()
        triage.stop()


@pytest.fixture
def tabs(sites: Sites, browser: Callable[[bool], Browser]) -> Iterator[Tabs]:
    both = (sites.reporter, sites.triage)
    opened = Tabs(browser, {server.url.removeprefix("http://") for server in both})
    yield opened
    opened.close()
    assert opened.faults == []


def member(place: Place, unit: str) -> NewAccount:
    engine = open_engine(place.settings.staff_database_url)
    account = keys.new_account(
        engine, username=f"i-{unit}", display="Kontakt", role="reader", cost=CHEAP
    )
    public = account.private.public()
    signing, leader = place.founding.signing, place.founding.leader
    held_keys.sign_account(engine, signing, account.id, public, leader.id, 0)
    held_keys.give_unit_key(engine, account.id, public, unit, 1, place.founding.units[unit])
    engine.dispose()
    return account


def code_again(desk: Desk, place: Place, account: NewAccount) -> None:
    """As if half a minute had passed since the last one."""
    engine = open_engine(place.settings.staff_database_url)
    with writing(engine) as connection:
        connection.execute(update(accounts).values(totp_step=0))
    engine.dispose()
    desk.page.locator("#code").fill(pyotp.TOTP(account.totp_secret).now())


def test_asked_on_one_site_and_answered_on_the_other(sites: Sites, tabs: Tabs) -> None:
    sender = Sender(tabs.open(script=False), sites.reporter.url, "nb")
    code = sender.send_tip(TIP)

    worker = Desk(tabs.open(phone=False), sites.triage.url)
    account = member(sites.place, "youth_team")
    worker.sign_in(account)
    worker.open_case(TIP[:20])
    worker.page.locator('main a[href$="/handover"]').click()
    looking = Looking(worker.page, thumbs=False)
    looking.look("office handover")
    worker.page.locator('input[name="to"][value="police"]').check()
    worker.page.locator("#text").fill(SUMMARY)
    worker.page.locator('input[name="ground"][value="consent"]').check()
    code_again(worker, sites.place, account)
    worker.page.locator('form[action$="/handover"] button.main').click()
    expect(worker.page.locator("main .said")).to_be_visible()
    looking.look("office handover asked")

    sender.come_back()
    sender.open_mailbox(code.digits)
    assert SUMMARY in everything(sender.page)
    assert TIP not in everything(sender.page)
    sender.page.locator('button[name="answer"][value="yes"]').tap()
    expect(sender.page.locator("main li.asked")).to_be_visible()

    worker.page.reload()
    worker.page.locator('form[action$="/make"] button').click()
    expect(worker.page.locator('main a[href^="/handovers/"]')).to_be_visible()
    assert not looking.found, "\n".join(looking.found)

    police = Desk(tabs.open(phone=False), sites.triage.url)
    police.sign_in(member(sites.place, "police"))
    assert police.line(TIP[:20]).count() == 0
    police.page.locator('main .box a[href="/handovers"]').click()
    looking = Looking(police.page, thumbs=False)
    looking.look("office handovers")
    police.page.locator('main ul a[href^="/handovers/"]').click()
    expect(police.page.locator("main .box .text")).to_have_text(SUMMARY)
    assert TIP not in everything(police.page)
    looking.look("office handover received")
    police.page.locator('form[action$="/read"] button').click()
    expect(police.page.locator('form[action$="/read"]')).to_have_count(0)
    assert not looking.found, "\n".join(looking.found)

    sender.come_back()
    sender.open_mailbox(code.digits)
    assert sender.happened() == ["asked", "handed-over"]
