"""A case: read, answered, closed and opened again, as both sides see it."""

from __future__ import annotations

import pytest
from flask import Flask

from sifra.case_store import HOUR, CaseStore, State
from sifra.conversation import Addition
from sifra.database import Conflict
from sifra.sealing import Kind
from tests.triage.example_office import NOW, Browser, Installation

ARABIC = "هناك شجار يوم الجمعة\nعند المحطة <b>19:00</b>"


def marks(office: Installation, case: str, key: bytes) -> list[tuple[str, dict[str, str | int]]]:
    return [(str(m.kind), dict(m.body)) for m in office.sender(case, key).messages()]


def test_the_whole_way_as_the_sender_sees_it(browser: Browser, office: Installation) -> None:
    case, key = office.tip(danger="yes", topic="weapons", place="masan", read_by=NOW)
    by = {"hour": NOW, "by": "youth_team"}
    browser.get(f"/cases/{case}")
    for action, state in (
        ("acknowledge", State.READ),
        ("answer", State.ANSWERED),
        ("close", State.CLOSED),
        ("reopen", State.READ),
    ):
        browser.act(case, action, text="Takk.\n\nVi ser på det.", language="nb")
        assert office.stored(case).clear.state is state
    assert marks(office, case, key) == [
        ("read", by),
        ("answer", {**by, "text": "Takk.\n\nVi ser på det.", "language": "nb"}),
        ("closed", by),
        ("reopened", by),
    ]
    assert office.reader(case).messages()[0].kind is Kind.TIP


def test_the_conversation_keeps_its_language_direction_and_lines(
    browser: Browser, office: Installation
) -> None:
    case, _ = office.tip(ARABIC, language="ar")
    browser.get(f"/cases/{case}")
    said = browser.page.find(class_="text")
    assert said is not None
    assert (said["lang"], said["dir"], said["translate"]) == ("ar", "auto", "no")
    assert said.get_text() == ARABIC
    assert "Avsenderen skriver på arabisk." in browser.text


def test_what_the_page_says_of_the_case(browser: Browser, office: Installation) -> None:
    case, _ = office.tip(
        danger="yes",
        topic="weapons",
        place="masan",
        urgency="now",
        readers=("police", "youth_team"),
    )
    browser.get(f"/cases/{case}")
    facts = [cell.get_text() for cell in browser.page.find_all("dd")]
    assert facts[:5] == [
        "Noen er i fare nå",
        "Kniv eller våpen",
        "Måsan ungdomspark",
        "Haster nå",
        "Politikontakten, Ungdomsteamet",
    ]
    numbers = {a["href"] for a in browser.page.find_all("a", class_="tel")}
    assert numbers == {"tel:112", "tel:113", "tel:02800"}


@pytest.mark.parametrize("written", ["", "   \n", "\u200b\u2060", "\x00", "a" * 10_001])
def test_an_answer_that_cannot_be_sent_is_kept_beside_its_error(
    browser: Browser, office: Installation, written: str
) -> None:
    case, _ = office.tip()
    browser.get(f"/cases/{case}")
    browser.act(case, "answer", 422, text=written, language="en")
    box = browser.page.find(id="text")
    assert box is not None
    assert box.get_text().strip() == written.replace("\x00", "").strip()
    assert "text-error" in str(box["aria-describedby"])
    assert browser.page.find("option", selected=True)["value"] == "en"  # type: ignore[index]
    assert len(office.stored(case).sealed.messages) == 1


def test_what_came_while_one_wrote_is_read_first(
    app: Flask, browser: Browser, office: Installation
) -> None:
    case, key = office.tip()
    browser.get(f"/cases/{case}")
    other = Browser(app.test_client(), office)
    other.sign_in(office.member("ung", "youth_team"))
    other.get(f"/cases/{case}")
    other.act(case, "answer", text="svar fra en annen", language="nb")
    browser.act(case, "answer", 409, text="mitt lange svar", language="nb")
    assert "Noe kom til" in browser.text
    fresh = browser.page.find(id="new")
    assert fresh is not None
    assert "svar fra en annen" in fresh.get_text()
    assert browser.page.find(id="text").get_text().strip() == "mitt lange svar"  # type: ignore[union-attr]
    browser.act(case, "answer", text="mitt lange svar", language="nb")
    assert [body["text"] for _, body in marks(office, case, key)] == [
        "svar fra en annen",
        "mitt lange svar",
    ]


@pytest.mark.parametrize("action", ["acknowledge", "close"])
def test_nobody_acknowledges_or_closes_what_they_have_not_seen(
    browser: Browser, office: Installation, action: str
) -> None:
    case, key = office.tip()
    browser.get(f"/cases/{case}")
    office.writes_more(case, key, "han har kniv")
    browser.act(case, action, 409)
    assert "han har kniv" in browser.text
    assert marks(office, case, key) == []


def test_two_who_press_in_the_same_moment(
    browser: Browser, office: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, key = office.tip()
    browser.get(f"/cases/{case}")
    add = CaseStore.add

    def beaten(self: CaseStore, addition: Addition, state: State, **rest: bool) -> None:
        monkeypatch.setattr(CaseStore, "add", add)
        office.writes_more(case, key, "vent")
        add(self, addition, state, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(CaseStore, "add", beaten)
    browser.act(case, "answer", 409, text="svar", language="nb")
    assert "vent" in browser.page.find(id="new").get_text()  # type: ignore[union-attr]
    assert browser.page.find(id="text").get_text().strip() == "svar"  # type: ignore[union-attr]


def test_a_lost_race_is_a_conflict(office: Installation) -> None:
    """What the page rests on: of two additions to one end, the second is refused."""
    case, _ = office.tip()
    body: dict[str, str | int] = {"hour": NOW, "by": "youth_team"}
    one, two = (office.reader(case).add(Kind.READ, body) for _ in range(2))
    office.store.add(one, State.READ)
    with pytest.raises(Conflict):
        office.store.add(two, State.READ)


def test_without_a_code_nobody_could_read_an_answer(browser: Browser, office: Installation) -> None:
    case, _ = office.tip(with_code=False)
    browser.get(f"/cases/{case}")
    assert browser.page.find(id="text") is None
    assert "ikke ha noen kode" in browser.text
    browser.act(case, "answer", 409, text="svar", language="nb")
    browser.act(case, "acknowledge")
    browser.act(case, "close")
    assert office.stored(case).clear.state is State.CLOSED


def test_a_withdrawn_case_is_read_and_left_alone(browser: Browser, office: Installation) -> None:
    case, key = office.tip("de har kniv")
    browser.get(f"/cases/{case}")
    office.withdraws(case, key)
    browser.act(case, "answer", 409, text="mistet?", language="nb")
    assert browser.page.find(id="text").get_text().strip() == "mistet?"  # type: ignore[union-attr]
    browser.get(f"/cases/{case}")
    assert "de har kniv" in browser.text
    assert "trukket saken tilbake" in browser.text
    assert browser.page.find(id="text") is None
    for action in ("acknowledge", "close", "reopen", "answer"):
        data = {"seen": "2", "text": "x", "csrf_token": browser.page.find("input")["value"]}  # type: ignore[index]
        assert browser.client.post(f"/cases/{case}/{action}", data=data).status_code == 409
    assert office.stored(case).clear.state is State.WITHDRAWN


def test_more_on_a_closed_case_waits_to_be_read(browser: Browser, office: Installation) -> None:
    case, key = office.tip()
    browser.get(f"/cases/{case}")
    browser.act(case, "close")
    office.writes_more(case, key, "det skjer igjen")
    browser.get("/queue")
    assert "Skrevet mer" in browser.text
    browser.get(f"/cases/{case}")
    assert "Databasen sier noe annet" not in browser.text
    browser.act(case, "acknowledge")
    assert office.stored(case).clear.state is State.READ


def test_a_case_is_kept_its_days_from_when_it_is_closed(
    browser: Browser, office: Installation
) -> None:
    """In full: a day that has begun since it was received counts as one."""
    case, _ = office.tip(received=NOW - 10 * 24 * HOUR)
    days = office.stored(case).clear.retention_days
    browser.get(f"/cases/{case}")
    browser.act(case, "acknowledge")
    assert office.stored(case).clear.retention_days == days
    browser.act(case, "close")
    assert office.stored(case).clear.retention_days == days + 11


def test_more_before_anybody_read_is_still_new(browser: Browser, office: Installation) -> None:
    case, key = office.tip()
    office.writes_more(case, key, "og en ting til")
    browser.get(f"/cases/{case}")
    assert browser.page.find("i").get_text() == "Ny"  # type: ignore[union-attr]
    assert "Databasen sier noe annet" not in browser.text


@pytest.mark.parametrize("seen", ["", "x", "-1", "1.0", "٢", "9" * 40])
def test_a_forged_count_is_a_plain_error(browser: Browser, office: Installation, seen: str) -> None:
    case, _ = office.tip()
    browser.get(f"/cases/{case}")
    browser.act(case, "close", 400, seen=seen)


@pytest.mark.parametrize("language", ["xx", "", "<b>"])
def test_an_unknown_language_is_the_members_own(
    browser: Browser, office: Installation, language: str
) -> None:
    case, key = office.tip()
    browser.get(f"/cases/{case}")
    browser.act(case, "answer", text="svar", language=language)
    ((_, body),) = marks(office, case, key)
    assert body["language"] == "nb"


def test_the_second_of_two_units_answers_as_itself(
    app: Flask, browser: Browser, office: Installation
) -> None:
    case, key = office.tip(readers=("police", "youth_team"))
    police = Browser(app.test_client(), office)
    police.sign_in(office.member("politi", "police"))
    police.get(f"/cases/{case}")
    police.act(case, "acknowledge")
    ((_, body),) = marks(office, case, key)
    assert body["by"] == "police"


@pytest.mark.parametrize(
    "action",
    [
        "answer",
        "notes",
        "labels",
        "level",
        "follow-up",
        "told",
        "phrase",
        "assign",
        "incident",
        "enter",
    ],
)
def test_where_a_form_came_back_one_finds_the_case(
    browser: Browser, office: Installation, action: str
) -> None:
    """Also by changing the language there."""
    case, _ = office.tip()
    browser.get(f"/cases/{case}")
    browser.post("/language", language="en", back=f"/cases/{case}/{action}")
    assert browser.page.find(id="text") is not None


@pytest.mark.parametrize("case_id", ["0" * 32, "x", "é", "0" * 500])
def test_no_such_case(browser: Browser, case_id: str) -> None:
    browser.get(f"/cases/{case_id}", 404)


@pytest.mark.parametrize(
    "facts",
    [
        {"topic": "gone", "place": "gone", "urgency": "?", "danger": "maybe"},
        {"topic": "<i>", "language": '"><script>'},
    ],
)
def test_facts_that_the_file_no_longer_has_do_no_harm(
    browser: Browser, office: Installation, facts: dict[str, str]
) -> None:
    case, _ = office.tip(**facts)  # type: ignore[arg-type]
    browser.get("/queue")
    browser.get(f"/cases/{case}")
    assert "<i>" not in browser.text
