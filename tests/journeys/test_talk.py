"""Somebody of thirteen asks a named adult for a talk: five taps, no name, and who else may read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from sifra.case_store import CaseStore, State, StoredCase, hour_of
from sifra.conversation import ReaderView
from sifra.database import open_engine
from sifra.erasure import ErasureKeys
from sifra.municipality import load
from sifra.sealing import Kind, PrivateKey
from tests.journeys.conftest import served
from tests.journeys.looking import Looking
from tests.journeys.pages import Code, Sender, back
from tests.journeys.servers import Place, Server, install
from tests.journeys.tabs import Tabs
from tests.journeys.test_first_load import MOST_BYTES, ask
from tests.reporter.installation import TEAM
from tests.reporter.moments import TUESDAY_MORNING

NURSE = "school_nurse"
SCHOOL = "askim_videregaende"
FIRST, SECOND = "2026-11-25T11:00", "2026-11-26T12:30"
MORE_ADULTS = "".join(
    f"""
[[adults]]
id = "teacher_{n}"
role = {{ nb = "Kontaktlærer {n}", en = "Teacher {n}", ar = "معلم {n}" }}
where = {{ nb = "På skolen.", en = "At school.", ar = "في المدرسة." }}
found_at = ["{SCHOOL}"]
"""
    for n in range(4)
)
"""So many that they are folded by school."""
LANGUAGES = pytest.mark.parametrize("lang", ["nb", "ar"])
SCRIPT = pytest.mark.parametrize("script", [False, True], ids=["script off", "script on"])


@dataclass(frozen=True)
class Office:
    """The nurse and the team, as far as the sender meets them."""

    place: Place
    key: PrivateKey

    def store(self) -> CaseStore:
        home = self.place.settings.home
        return CaseStore(
            open_engine(self.place.settings.database_url), ErasureKeys(home.erasure_keys)
        )

    def newest(self) -> StoredCase:
        found = [case for case, _ in self.store().queue([NURSE], limit=100)]
        whole = self.store().find(found[-1].clear.id)
        assert len(found) == 1
        assert whole is not None
        return whole

    def offer(self, times: str) -> None:
        view = ReaderView.open(self.newest().sealed, NURSE, self.key)
        hour = hour_of(TUESDAY_MORNING.timestamp())
        body: dict[str, str | int] = {
            "times": times,
            "where": "Rom 114",
            "language": "nb",
            "by": NURSE,
            "hour": hour,
        }
        self.store().add(view.add(Kind.OFFERED, body), State.ANSWERED)

    def close(self) -> None:
        view = ReaderView.open(self.newest().sealed, NURSE, self.key)
        self.store().add(view.add(Kind.CLOSED, {"by": NURSE, "hour": 0}), State.CLOSED)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    place = install(tmp_path_factory.mktemp("talk"))
    place.file.write_text(place.file.read_text("utf-8") + MORE_ADULTS, "utf-8")
    office = Office(place, PrivateKey.generate())
    office.store().put_card(place.founding.signing.sign(NURSE, 1, office.key))
    place.live_worker(TUESDAY_MORNING)
    return office


@pytest.fixture(scope="module")
def server(office: Office) -> Iterator[Server]:
    with served("reporter", office.place, TUESDAY_MORNING) as server:
        yield server


def open_tab(tabs: Tabs, server: Server, *, script: bool) -> Page:
    tabs.hosts.add(server.url.removeprefix("http://"))
    return tabs.open(script=script)


def ask_for_a_talk(sender: Sender) -> Code:
    page, lang = sender.page, sender.lang
    sender.start()
    sender.tap(page.locator(f'main a[href="/{lang}/talk"]'))
    folded = page.locator("details.fold").first
    sender.tap(folded.locator("summary"))
    sender.tap(folded.locator(f'a[href="/{lang}/talk/{NURSE}"]'))
    expect(sender.step("review")).to_be_visible()
    sender.review()
    return sender.send()


@LANGUAGES
@SCRIPT
def test_five_taps_and_no_name(
    tabs: Tabs, server: Server, office: Office, lang: str, script: bool
) -> None:
    sender = Sender(open_tab(tabs, server, script=script), server.url, lang)
    code = ask_for_a_talk(sender)
    assert sender.taps == 5
    case = office.newest()
    assert case.sealed.readers == (NURSE, TEAM)
    (first,) = ReaderView.open(case.sealed, NURSE, office.key).messages()
    assert (first.body["adult"], first.body["contact"], first.body["text"]) == (NURSE, "here", "")
    # The adult offers times, and one of them is picked.
    office.offer(f"{FIRST}\n{SECOND}")
    sender.come_back()
    sender.open_mailbox(code.digits)
    sender.tap(sender.page.locator(f'input[name="time"][value="{SECOND}"]'))
    sender.tap(sender.step("pick"))
    expect(sender.page.locator("li.offered .state")).to_contain_text("12:30")
    expect(sender.text).to_be_visible()
    last = ReaderView.open(office.newest().sealed, NURSE, office.key).messages()[-1]
    assert (last.kind, last.body["time"]) == (Kind.PICKED, SECOND)
    office.close()


@LANGUAGES
def test_who_else_reads_is_named_on_the_way(
    tabs: Tabs, server: Server, office: Office, lang: str
) -> None:
    names = load(office.place.file)
    sender = Sender(open_tab(tabs, server, script=False), server.url, lang)
    sender.go(f"talk/{NURSE}")
    for _step in range(2):
        for reader in (NURSE, TEAM):
            name = names.called(reader)[lang]
            expect(sender.page.locator("main")).to_contain_text(name, ignore_case=True)
        if sender.step("review").count():
            sender.review()


@LANGUAGES
def test_a_complaint_begins_on_the_adults_own_page(tabs: Tabs, server: Server, lang: str) -> None:
    """No address tells of it, whoever reads the history."""
    page = open_tab(tabs, server, script=False)
    sender = Sender(page, server.url, lang)
    sender.go("talk/youth_contact")
    sender.tap(sender.step("about"))
    expect(page.locator("#adult")).to_be_visible()
    expect(page.locator("#adult")).to_have_value("youth_contact")
    assert page.url == f"{server.url}/{lang}/tip"
    sender.write("Hen roper til oss.")
    sender.tap(sender.step("review"))
    expect(page.locator("#nobody")).to_be_visible()
    sender.tap(sender.step("edit"))
    expect(page.locator("#adult")).to_have_value("youth_contact")
    expect(sender.text).to_have_value("Hen roper til oss.")


def test_the_number_is_asked_for_only_where_it_is_needed(tabs: Tabs, server: Server) -> None:
    page = open_tab(tabs, server, script=False)
    sender = Sender(page, server.url, "nb")
    sender.go(f"talk/{NURSE}")
    number = page.locator("#number")
    expect(page.locator('[name="contact"][value="here"]')).to_be_checked()
    expect(page.locator('[name="home"]')).not_to_be_checked()
    expect(number).to_be_hidden()
    for contact in ("call", "text"):
        sender.tap(page.locator(f'[name="contact"][value="{contact}"]'))
        expect(number).to_be_visible()
    sender.tap(page.locator('[name="contact"][value="meet"]'))
    expect(number).to_be_hidden()


def test_back_from_the_review_gives_the_form_as_it_was(tabs: Tabs, server: Server) -> None:
    page = open_tab(tabs, server, script=False)
    sender = Sender(page, server.url, "nb")
    sender.go(f"talk/{NURSE}")
    sender.write("Kan jeg snakke med deg?")
    sender.review()
    back(page)
    expect(sender.text).to_have_value("Kan jeg snakke med deg?")


@pytest.mark.parametrize("path", ["talk", f"talk/{NURSE}", f"talk/{TEAM}"])
@pytest.mark.parametrize("lang", ["nb", "en", "ar"])
def test_the_pages_are_small(server: Server, lang: str, path: str) -> None:
    answer = ask(server.port, f"/{lang}/{path}", "br, gzip")
    print(f"/{lang}/{path}: {len(answer)} bytes on the wire")
    assert answer.startswith(b"HTTP/1.1 200")
    assert len(answer) <= MOST_BYTES


@LANGUAGES
def test_every_page_of_a_talk_is_for_all(
    tabs: Tabs, server: Server, office: Office, lang: str
) -> None:
    page = open_tab(tabs, server, script=True)
    looking = Looking(page, thumbs=True)
    sender = Sender(page, server.url, lang)
    sender.go("talk")
    looking.look("talk folded")
    page.locator("details.fold summary").first.tap()
    looking.look("talk unfolded")
    sender.go("talk/nobody")
    looking.look("talk with nobody")
    sender.go(f"talk/{TEAM}")
    looking.look("talk with the team")
    sender.go("talk/youth_contact")
    sender.tap(sender.step("about"))
    expect(page.locator("#adult")).to_be_visible()
    looking.look("complaint from an adult's page")
    sender.go(f"talk/{NURSE}")
    page.locator("main form summary").tap()
    page.locator('[name="contact"][value="call"]').check()
    page.locator('[name="no_code"]').check()
    looking.look("talk with everything open")
    sender.tap(sender.step("review"))
    expect(page.locator("#number-error")).to_be_visible()
    looking.look("talk with error")
    page.locator("#number").fill("912 34 567")
    page.locator('[name="no_code"]').uncheck()
    sender.review()
    looking.look("talk review")
    code = sender.send()
    looking.look("talk sent")
    office.offer(f"{FIRST}\n{SECOND}")
    sender.go("mailbox")
    sender.open_mailbox(code.digits)
    looking.look("mailbox with times")
    sender.tap(sender.step("pick"))
    expect(page.locator("#time-error")).to_be_visible()
    looking.look("mailbox with times and error")
    page.locator('input[name="time"]').last.check()
    sender.tap(sender.step("pick"))
    expect(page.get_by_role("status")).to_be_visible()
    looking.look("mailbox with times answered")
    office.close()
    assert looking.found == []
