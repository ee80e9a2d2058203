"""The audit log in a browser: nothing for axe to find, nothing wider than the screen."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.conftest import Sites
from tests.journeys.desk import Desk
from tests.journeys.looking import Looking
from tests.journeys.tabs import Tabs


def test_the_log_in_both_languages(sites: Sites, tabs: Tabs) -> None:
    page = tabs.open()
    desk, looking = Desk(page, sites.triage.url), Looking(page, thumbs=False)
    sites.place.tip("loggfabrikken")
    # The only journey of the leader: a one-time code works once.
    desk.sign_in(sites.place.founding.leader)
    desk.open_case("loggfabrikken")
    for language, other in (("nb", "en"), ("en", "nb")):
        page.goto(f"{sites.triage.url}/audit")
        expect(page.locator(".log tbody tr").first).to_be_visible()
        looking.look(f"office audit {language}")
        page.goto(f"{sites.triage.url}/audit?case=x&from=x&account=x")
        expect(page.locator("#case-error")).to_be_visible()
        looking.look(f"office audit with errors {language}")
        page.goto(f"{sites.triage.url}/audit?to=2020-01-01")
        expect(page.locator(".log")).to_have_count(0)
        looking.look(f"office audit, nothing found {language}")
        page.goto(f"{sites.triage.url}/audit")
        page.locator(f'footer button[value="{other}"]').click()
    assert not looking.found, "\n".join(looking.found)
