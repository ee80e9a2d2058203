"""A week of a youth worker, a leader and a police contact, without a script in any of their
browsers: what is said on the public site, and what the three make of it together."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Sites
from tests.journeys.desk import Desk
from tests.journeys.pages import Sender, everything
from tests.journeys.tabs import Tabs
from tests.journeys.team import code_again, colleague, sites_with_police
from tests.triage.example_office import MUNICIPALITY
from triage.keys import NewAccount

_TALKED = next(one.text["nb"] for one in MUNICIPALITY.phrases if one.id == "talked")


@dataclass
class Team:
    """The three, each at a desk of their own, and a phone for whoever says something."""

    sites: Sites
    tabs: Tabs
    worker: Desk
    leader: Desk
    police: Desk
    accounts: dict[str, NewAccount]

    def tip(self, text: str) -> tuple[Sender, str]:
        sender = Sender(self.tabs.open(script=False), self.sites.reporter.url, "nb")
        return sender, sender.send_tip(text).digits

    def code_again(self, who: str) -> None:
        code_again(getattr(self, who), self.sites.place, self.accounts[who])

    def propose(self, text: str, ground: str, summary: str) -> None:
        """The youth worker hands a case over to the police."""
        page = self.worker.page
        self.worker.queue()
        self.worker.open_case(text[:20])
        page.locator('aside a.button[href$="/handover"]').click()
        page.locator('input[name="to"][value="police"]').check()
        page.locator("#text").fill(summary)
        page.locator(f'input[name="ground"][value="{ground}"]').check()
        page.locator("#reason").fill("Flere har sagt det samme. Det haster.")
        self.code_again("worker")
        page.locator('form[action$="/handover"] button.main').click()
        expect(page.locator("main .said")).to_be_visible()


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    with sites_with_police(tmp_path_factory.mktemp("week")) as both:
        yield both


@pytest.fixture(scope="module")
def team(sites: Sites, browser: Callable[[bool], Browser]) -> Iterator[Team]:
    """They sign in once: on Monday."""
    tabs = Tabs(
        browser, {one.url.removeprefix("http://") for one in (sites.reporter, sites.triage)}
    )
    accounts = {
        "worker": colleague(sites.place, "youth_team", "Ungdomskontakt"),
        "leader": sites.place.founding.leader,
        "police": colleague(sites.place, "police", "Politikontakt"),
    }
    desks = {who: Desk(tabs.open(script=False, phone=False), sites.triage.url) for who in accounts}
    for who, desk in desks.items():
        desk.sign_in(accounts[who])
    yield Team(sites, tabs, **desks, accounts=accounts)
    tabs.close()
    assert tabs.faults == []


def said(page: Page) -> str:
    """What the page says was done."""
    return page.locator("main .said").inner_text()


def answers(sender: Sender, code: str) -> list[str]:
    sender.come_back()
    sender.open_mailbox(code)
    return [one.inner_text() for one in sender.answers()]


def test_an_answer_grows_while_other_things_are_done(team: Team) -> None:
    sender, code = team.tip("skylder 1500 for vapes, tør ikke si det hjemme")
    page = team.worker.page
    team.worker.queue()
    team.worker.open_case("skylder 1500")
    page.locator("#text").fill("Hei, og takk.")
    page.locator('button[name="take"]').click()
    page.locator('.rung button[value="child_welfare"]').click()
    page.locator("details:has(#label) > summary").click()
    page.locator("#label").fill("gjeld")
    page.locator("#label").press("Enter")
    expect(page.locator(".labels button")).to_have_count(1)
    page.locator("#note").fill("Ringte. De ringer tilbake.")
    page.locator("#phrase").select_option("talked")
    page.locator('button[formaction*="/phrase"]').click()
    page.locator('button[formaction$="/answer"]').click()
    assert said(page) == "Svaret er sendt."
    expect(page.locator("#note")).to_have_value("Ringte. De ringer tilbake.")
    page.locator('button[formaction$="/notes"]').click()
    expect(page.locator(".notes > ol > li")).to_have_count(2)
    assert answers(sender, code) == [f"Hei, og takk.\n\n{_TALKED}"]


def test_a_case_goes_from_one_to_the_other_and_back(team: Team) -> None:
    team.tip("helt mørkt bak stasjonen i to uker")
    page, leader = team.worker.page, team.leader.page
    team.worker.queue()
    team.worker.open_case("helt mørkt")
    page.locator("details:has(#to) > summary").click()
    page.locator("#to").select_option(label="Leder")
    page.locator("details:has(#to) button").click()
    expect(page.locator("#team + p")).to_contain_text("Leder")

    team.leader.queue()
    expect(team.leader.line("helt mørkt")).to_contain_text("Leder")
    team.leader.open_case("helt mørkt")
    leader.locator('button[name="take"]').click()
    assert said(leader) == "Ingen har saken nå."
    page.reload()
    page.locator('button[name="take"]').click()
    page.locator("details:has([name=level]) > summary").click()
    page.locator("[name=level]").select_option("universal")
    page.locator('button[formaction$="/level"]').click()
    page.locator("details:has(#on) > summary").click()
    page.locator("#on").fill(str(page.locator("#on").get_attribute("min")))
    page.locator('button[formaction$="/follow-up"]').first.click()
    page.goto(f"{team.worker.url}/search")
    expect(page.locator("#due + ol")).to_contain_text("helt mørkt")
    expect(page.locator("#mine + ol")).to_contain_text("helt mørkt")


def test_two_tips_on_one_event_get_one_answer(team: Team) -> None:
    senders = [team.tip(text) for text in ("beef fredag kl 19 på måsan", "slåssing fredag måsan")]
    page = team.worker.page
    page.goto(f"{team.worker.url}/search")
    page.locator('main form[action="/search"] button.main').click()
    for text in ("beef fredag", "slåssing fredag"):
        page.locator("ol.queue li").filter(has_text=text).locator("input").check()
    page.locator("details.gather > summary").click()
    page.locator("#title").fill("Måsan fredag")
    page.locator('button[name="gather"]').click()
    expect(page.locator("article.thread")).to_have_count(2)
    page.locator("#text").fill("Takk. Vi vet om det.")
    page.locator("form#answer button.main").click()
    assert said(page) == "Svaret er sendt i 2 saker."
    for sender, code in senders:
        assert answers(sender, code) == ["Takk. Vi vet om det."]


def test_on_a_legal_ground_it_waits_for_a_second_person(team: Team) -> None:
    text, summary = "de tvang han å kysse skoene og tok jakka", "Ran på torget. Det kan skje igjen."
    sender, code = team.tip(text)
    team.propose(text, "avert_crime", summary)
    police, leader = team.police.page, team.leader.page
    police.goto(f"{team.police.url}/handovers")
    assert summary not in everything(police)
    expect(police.locator('main a[href^="/handovers/"]')).to_have_count(0)

    leader.goto(f"{team.leader.url}/handovers")
    leader.locator('main a[href*="/handover/"]').first.click()
    expect(leader.locator("main")).to_contain_text(text)
    team.code_again("leader")
    leader.locator('form[action$="/approve"] button').click()
    expect(leader.locator('form[action$="/approve"]')).to_have_count(0)

    police.reload()
    police.locator('main a[href^="/handovers/"]').click()
    expect(police.locator("main .box .text")).to_have_text(summary)
    assert text not in everything(police)
    police.locator('form[action$="/read"] button').click()
    police.locator("#text").fill("Vi er på torget i kveld.")
    police.locator('form[action$="/reply"] button').click()

    page = team.worker.page
    page.goto(f"{team.worker.url}/handovers")
    page.locator('main a[href^="/handovers/"]').first.click()
    expect(page.locator("main ol.talk")).to_contain_text("Vi er på torget i kveld.")
    sender.come_back()
    sender.open_mailbox(code)
    assert sender.happened()[-1] == "handed-over"


def test_in_danger_to_life_it_goes_at_once_and_the_second_follows(team: Team) -> None:
    text, summary = "venninna mi har tatt piller og svarer ikke", "En jente har tatt piller."
    team.tip(text)
    team.propose(text, "danger_to_life", summary)
    police, leader = team.police.page, team.leader.page
    police.goto(f"{team.police.url}/handovers")
    police.locator('main a[href^="/handovers/"]').first.click()
    expect(police.locator("main .box .text")).to_have_text(summary)

    leader.goto(f"{team.leader.url}/handovers")
    leader.locator('main a[href*="/handover/"]').first.click()
    team.code_again("leader")
    leader.locator('form[action$="/confirm"] button').click()
    leader.goto(f"{team.leader.url}/handovers")
    expect(leader.locator('main a[href*="/handover/"]')).to_have_count(0)


def test_on_friday_it_goes_to_the_journal_the_meeting_and_the_log(
    team: Team, tmp_path: Path
) -> None:
    team.tip("x i 10b selger hasj lol")
    page, leader = team.worker.page, team.leader.page
    team.worker.queue()
    team.worker.open_case("x i 10b")
    address = page.url
    for form in ("page", "json"):
        page.goto(f"{address}/export")
        page.locator("#text").fill("Et rykte uten navn. Ingenting er gjort.")
        team.code_again("worker")
        button = page.locator(f'button[name="save"][value="{form}"]')
        if form == "page":
            button.click()
            expect(page.locator(".taken")).to_contain_text("Ungdomskontakt")
            assert "selger hasj" not in everything(page)
        else:
            with page.expect_download() as download:
                button.click()
            download.value.save_as(tmp_path / "case.json")
    taken = json.loads((tmp_path / "case.json").read_text("utf-8"))
    assert "Et rykte uten navn." in json.dumps(taken, ensure_ascii=False)
    assert "selger hasj" not in json.dumps(taken)
    page.goto(address)
    team.worker.close()

    page.goto(f"{team.worker.url}/picture")
    with page.expect_download() as download:
        page.locator('a[href="/picture/counts.csv"]').click()
    download.value.save_as(tmp_path / "counts.csv")
    assert list(csv.reader((tmp_path / "counts.csv").read_text("utf-8-sig").splitlines()))
    page.locator('a[href^="/picture/print"]').click()
    expect(page.locator("main h1")).to_be_visible()

    leader.goto(f"{team.leader.url}/audit?case={address[-32:-26]}")
    expect(leader.locator("table.log")).to_contain_text("Ungdomskontakt")
    assert leader.locator("table.log tbody tr").count() >= 4
    page.goto(f"{team.worker.url}/audit")
    expect(page.locator("main h1")).to_be_visible()
    expect(page.locator("table.log")).to_have_count(0)
