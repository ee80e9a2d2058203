"""The sender says yes on the public site, and the police read what went over: in two browsers and
a phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Sites
from tests.journeys.desk import Desk
from tests.journeys.looking import Looking
from tests.journeys.pages import Sender, everything
from tests.journeys.tabs import Tabs
from tests.journeys.team import code_again, colleague, sites_with_police

TIP = "beef fredag kl 19 på måsan, ikke si det var meg"
SUMMARY = "Flere skal slåss i Mysen fredag kveld."


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    """Sites of their own: here the police have a key."""
    with sites_with_police(tmp_path_factory.mktemp("handover")) as both:
        yield both


def test_asked_on_one_site_and_answered_on_the_other(sites: Sites, tabs: Tabs) -> None:
    sender = Sender(tabs.open(script=False), sites.reporter.url, "nb")
    code = sender.send_tip(TIP)

    worker = Desk(tabs.open(phone=False), sites.triage.url)
    account = colleague(sites.place, "youth_team")
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
    police.sign_in(colleague(sites.place, "police"))
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
