"""An adult's card in a browser, from the form to the leader who reads it: nothing for axe to find,
nothing wider than the screen."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from sifra.card_store import CardStore
from sifra.database import open_engine
from sifra.sealing import PrivateKey
from tests.journeys.conftest import served
from tests.journeys.desk import Desk
from tests.journeys.looking import Looking
from tests.journeys.servers import Place, install
from tests.journeys.tabs import Tabs
from triage.keys import NewAccount
from triage.people import held_keys

ADULT = "school_nurse"


def test_a_card_from_the_form_to_the_leader(tabs: Tabs, tmp_path: Path) -> None:
    place = install(tmp_path)
    place.live_worker()
    with served("triage", place) as server:
        tabs.hosts.add(server.url.removeprefix("http://"))
        _write(tabs, server.url, _nurse(place))
        _read(tabs, server.url, place.founding.leader)


def _write(tabs: Tabs, url: str, nurse: NewAccount) -> None:
    page = tabs.open()
    desk, looking = Desk(page, url), Looking(page, thumbs=False)
    desk.sign_in(nurse)
    page.goto(f"{url}/profile")
    page.locator('a[href^="/profile/card"]').click()
    looking.look("office card")
    page.locator("#called-nb").fill("Helsesykepleieren på Askim vgs")
    page.locator("#mon-1-from").fill("800")
    page.locator("#mon-1-to").fill("700")
    page.locator("#drop-2-where").fill("Hot Spot")
    page.locator("details").last.evaluate("one => one.open = true")
    page.locator("#drop-3-where").fill("Et sted til")
    page.locator("form.last button.main").click()
    for field in ("about-nb", "mon-1-to", "drop-2-days", "drop-2-from", "drop-3-days"):
        expect(page.locator(f"#{field}-error")).to_be_visible()
    looking.look("office card with errors")
    page.locator("#about-nb").fill("Du kan snakke med meg om alt.")
    page.locator("#mon-1-to").fill("15")
    page.locator("#drop-3-where").fill("")
    page.locator('[name="drop-2-days"][value="tue"]').check()
    page.locator("#drop-2-from").fill("11")
    page.locator("#drop-2-to").fill("11.45")
    page.locator("form.last button.main").click()
    expect(page.locator("section[aria-labelledby=draft]")).to_contain_text("tir. 11:00–11:45")
    page.locator("#first").fill("2099-01-01")
    page.locator('form[action$="/away"] button').click()
    expect(page.locator("#first-error, #last-error")).to_be_visible()
    looking.look("office card with a draft")
    page.locator('footer button[value="en"]').click()
    looking.look("office card in English")
    assert not looking.found, "\n".join(looking.found)


def _read(tabs: Tabs, url: str, leader: NewAccount) -> None:
    page = tabs.open()
    desk, looking = Desk(page, url), Looking(page, thumbs=False)
    desk.sign_in(leader)
    page.goto(f"{url}/staff/cards")
    looking.look("office cards")
    page.locator(f'a[href="/staff/cards/{ADULT}"]').click()
    expect(page.locator("main")).to_contain_text("Du kan snakke med meg om alt.")
    looking.look("office card to approve")
    assert not looking.found, "\n".join(looking.found)


def _nurse(place: Place) -> NewAccount:
    """Reads as the youth team too, so that there is a queue to begin from."""
    account, private = place.member("Helsesykepleier"), PrivateKey.generate()
    staff = open_engine(place.settings.staff_database_url)
    cases = open_engine(place.settings.database_url)
    public = account.private.public()
    held_keys.give_unit_key(staff, account.id, public, ADULT, 1, private)
    CardStore(cases).put_card(place.founding.signing.sign(ADULT, 1, private))
    staff.dispose()
    cases.dispose()
    return account
