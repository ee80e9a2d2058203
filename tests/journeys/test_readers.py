"""Who may read, on a phone: chosen on the review, and asked again in the mailbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest
from playwright.sync_api import Locator, Page, expect

from sifra import return_code
from sifra.case_store import CaseStore, State
from sifra.conversation import ReaderView
from sifra.database import open_engine
from sifra.erasure import ErasureKeys
from sifra.sealing import Kind, PrivateKey
from tests.journeys.conftest import served
from tests.journeys.looking import Looking
from tests.journeys.pages import Sender, back
from tests.journeys.servers import Place, Server, install
from tests.journeys.tabs import Tabs
from tests.reporter.installation import TEAM
from tests.reporter.moments import FRIDAY_EVENING

TEXT = "Noen selger vape bak gymsalen."
OTHERS = ("police", "child_welfare", "slt")
SUMMARY = "En ungdom forteller om salg av vape ved en skole.\n\nSpør ikke hvem."
LANGUAGES = pytest.mark.parametrize("lang", ["nb", "en", "ar"])

Body = Mapping[str, str | int]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """An installation in which every unit has a key."""
    place = install(tmp_path_factory.mktemp("readers"))
    with_cases(place, lambda store: give_cards(place, store))
    place.live_worker(FRIDAY_EVENING)
    return place


def give_cards(place: Place, store: CaseStore) -> None:
    for unit in OTHERS:
        store.put_card(place.founding.signing.sign(unit, 1, PrivateKey.generate()))


@pytest.fixture(scope="module")
def server(place: Place) -> Iterator[Server]:
    """On Friday evening: nobody reads before Monday."""
    with served("reporter", place, FRIDAY_EVENING) as server:
        yield server


@pytest.fixture
def page(tabs: Tabs, server: Server) -> Page:
    tabs.hosts.add(server.url.removeprefix("http://"))
    return tabs.open(script=False)


def with_cases(place: Place, do: Callable[[CaseStore], None]) -> None:
    engine = open_engine(place.settings.database_url)
    try:
        do(CaseStore(engine, ErasureKeys(place.settings.home.erasure_keys)))
    finally:
        engine.dispose()


def staff_say(place: Place, code: str, state: State, *said: tuple[Kind, Body]) -> None:
    """The youth team adds these to the case that ``code`` opens."""
    pepper = bytes.fromhex(place.settings.home.pepper.read_text("ascii"))
    lookup_id = return_code.keys(return_code.parse(code), pepper).lookup_id

    def say(store: CaseStore) -> None:
        for kind, body in said:
            stored = store.find_by_code(lookup_id)
            assert stored is not None
            view = ReaderView.open(stored.sealed, TEAM, place.founding.units[TEAM])
            hour = int(FRIDAY_EVENING.timestamp()) // 3600 * 3600
            store.add(view.add(kind, {**body, "by": TEAM, "hour": hour}), state)

    with_cases(place, say)


def asks(handover: str = "a" * 32, **body: str | int) -> tuple[Kind, Body]:
    usual: Body = {
        "handover": handover,
        "to": "police",
        "whole": 0,
        "text": SUMMARY,
        "language": "nb",
    }
    return Kind.ASKED, {**usual, **body}


def readers_of(place: Place, code: str) -> list[str]:
    found: list[str] = []
    pepper = bytes.fromhex(place.settings.home.pepper.read_text("ascii"))
    lookup_id = return_code.keys(return_code.parse(code), pepper).lookup_id

    def read(store: CaseStore) -> None:
        stored = store.find_by_code(lookup_id)
        assert stored is not None
        found.extend(stored.sealed.readers)

    with_cases(place, read)
    return found


def choices(page: Page) -> Locator:
    return page.locator('main input[type="radio"][name="readers"]')


def answer(page: Page, value: str) -> Locator:
    return page.locator(f'main button[name="answer"][value="{value}"]')


@LANGUAGES
def test_four_taps_send_to_the_usual_readers(
    page: Page, server: Server, place: Place, lang: str
) -> None:
    sender = Sender(page, server.url, lang)
    sender.start()
    sender.say_something()
    sender.write(TEXT)
    sender.review()
    expect(choices(page)).to_have_count(5)
    expect(choices(page).first).to_be_checked()
    code = sender.send()
    assert sender.taps == 4
    assert readers_of(place, code.digits) == [TEAM]


def test_a_choice_is_kept_when_the_text_is_changed(
    page: Page, server: Server, place: Place
) -> None:
    sender = Sender(page, server.url, "nb")
    sender.go("tip")
    sender.write(TEXT)
    sender.review()
    page.locator("main label").filter(has_text="politikontakten").first.tap()
    sender.tap(sender.step("edit"))
    sender.text.fill(f"{TEXT} Igjen.")
    sender.review()
    expect(choices(page).nth(1)).to_be_checked()
    code = sender.send()
    expect(page.locator("main")).to_contain_text("politikontakten")
    assert readers_of(place, code.digits) == ["police", TEAM]


@LANGUAGES
def test_whoever_comes_back_says_yes_and_takes_it_back(
    page: Page, server: Server, place: Place, lang: str
) -> None:
    sender = Sender(page, server.url, lang)
    code = sender.send_tip(TEXT)
    staff_say(place, code.digits, State.ANSWERED, asks())
    sender.come_back()
    sender.open_mailbox(code.digits)
    page.locator("main .notice a.alone").tap()
    expect(answer(page, "yes")).to_be_in_viewport()
    boxes = [answer(page, value).bounding_box() for value in ("yes", "no")]
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert boxes[0]["width"] == boxes[1]["width"]
    assert boxes[0]["height"] == boxes[1]["height"]
    answer(page, "yes").tap()
    expect(page.get_by_role("status")).to_be_visible()
    expect(answer(page, "yes")).to_have_count(0)
    answer(page, "no").tap()
    expect(answer(page, "no")).to_have_count(0)
    # The browser's Back shows the form again; it changes nothing.
    back(page)
    if answer(page, "no").count():
        answer(page, "no").tap()
        expect(sender.step("open")).to_be_visible()
    sender.come_back()
    sender.open_mailbox(code.digits)
    assert sender.happened() == ["asked"]
    expect(answer(page, "yes")).to_have_count(0)


def pages(sender: Sender, place: Place) -> Iterator[str]:
    sender.go("tip")
    sender.write(TEXT)
    sender.review()
    yield "review with readers"
    choices(sender.page).last.check()
    code = sender.send()
    yield "sent to more readers"
    staff_say(
        place,
        code.digits,
        State.ANSWERED,
        (Kind.ANSWER, {"text": "Takk. Vi ser på det.", "language": "nb"}),
        (Kind.TRANSLATION, {"of": 1, "text": "شكرًا. سننظر في ذلك.", "language": "ar"}),
        (Kind.TRANSLATION, {"of": 1, "text": "Thanks. We look into it.", "language": "en"}),
        asks(),
        asks("b" * 32, to="child_welfare", whole=1, text=""),
    )
    sender.go("mailbox")
    sender.open_mailbox(code.digits)
    for summary in sender.page.locator("main li summary").all():
        summary.tap()
    yield "asked"
    form = sender.page.locator("main li.asked form").first
    form.evaluate("one => one.submit()")
    expect(sender.page.locator("#answer-error")).to_be_visible()
    yield "asked with error"
    answer(sender.page, "yes").first.tap()
    expect(sender.page.get_by_role("status")).to_be_visible()
    yield "said yes"
    done: Body = {"to": "police", "whole": 0, "ground": "consent"}
    more: Body = {
        "handover": "c" * 32,
        "to": "child_welfare",
        "whole": 1,
        "ground": "child_welfare",
    }
    staff_say(
        place,
        code.digits,
        State.CLOSED,
        (Kind.HANDED_OVER, {"handover": "a" * 32, **done}),
        (Kind.HANDED_OVER, more),
        (Kind.CLOSED, {}),
    )
    sender.go("mailbox")
    sender.open_mailbox(code.digits)
    expect(sender.page.locator(".deletion")).to_be_visible()
    yield "handed over and closed"


@pytest.mark.parametrize("lang", ["nb", "ar"])
def test_pages_of_who_may_read(tabs: Tabs, server: Server, place: Place, lang: str) -> None:
    look_at_them(tabs, server, place, lang)


@pytest.mark.pages
@LANGUAGES
def test_pages_of_who_may_read_in_every_language(
    tabs: Tabs, server: Server, place: Place, lang: str
) -> None:
    look_at_them(tabs, server, place, lang)


def look_at_them(tabs: Tabs, server: Server, place: Place, lang: str) -> None:
    tabs.hosts.add(server.url.removeprefix("http://"))
    page = tabs.open()
    looking = Looking(page, thumbs=True)
    for name in pages(Sender(page, server.url, lang), place):
        looking.look(name)
    assert not looking.found, "\n".join(looking.found)
