"""A parent asks to be called: the number sealed apart, and nothing lost on the way."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.reporter.calling import NUMBER, TEXT, ask, number_of, opening, rows
from tests.reporter.installation import TEAM, Installation, Visitor
from tests.reporter.moments import TUESDAY_MORNING, at, local, set_clock
from tests.reporter.pages import fields
from tests.reporter.test_database_faults import vanished

POLISH = "Syn (15) nie wrócił, nie odbiera, boję się"
ARABIC = "ابني لا يعود إلى البيت في المساء"
FRIDAY_NIGHT = local(2026, 11, 27, 23)


def test_a_parent_asks_to_be_called(installed: Installation, visitor: Visitor) -> None:
    set_clock(installed, TUESDAY_MORNING)
    page = ask(visitor, text=TEXT, when="Etter kl. 16", spoken="ti", interpreter="y")
    said = rows(page)
    assert said["Kontakt"] == "Ring meg"
    assert said["Nummer"].startswith("41234567 Vi sletter nummeret")
    assert said["Når det passer"] == "Etter kl. 16"
    assert (said["Språk"], said["Tolk"]) == ("ትግርኛ", "Ja")
    assert "Vi må finne tolk" in page.said
    assert page.one("blockquote.said").get_text() == TEXT
    sent = visitor.press("send")
    assert "Vi kan ikke love at noen tar kontakt, eller når." in sent.said
    assert "Vi sletter nummeret når vi har brukt det" in sent.said
    assert NUMBER not in sent.html
    assert "41234567" not in sent.html

    case = installed.only_case()
    assert case.clear.lane == "parent"
    sealed = opening(installed)
    assert {name: sealed[name] for name in ("contact", "spoken", "interpreter", "language")} == {
        "contact": "call",
        "spoken": "ti",
        "interpreter": "yes",
        "language": "nb",
    }
    assert (sealed["text"], sealed["when"]) == (TEXT, "Etter kl. 16")
    # The number stands apart, so that it can go when it has been used.
    assert number_of(installed) == "41234567"
    assert "41234567" not in str(sealed)
    assert installed.store.forget_contact(case.clear.id)
    assert number_of(installed) == ""

    page = visitor.open(sent.code)
    assert page.has("button[name=step][value=write]")


def test_a_father_writes_in_arabic(installed: Installation, visitor: Visitor) -> None:
    set_clock(installed, TUESDAY_MORNING)
    page = ask(visitor, "ar", number="٤١ ٢٣-٤٥ ٦٧", text=ARABIC)
    assert page.one("dl.facts bdi[dir=ltr][translate=no]").get_text() == "41234567"
    assert page.one("blockquote.said")["dir"] == "auto"
    assert page.one("dl.facts [lang=ar]").get_text() == "العربية"
    sent = visitor.press("send")
    assert number_of(installed) == "41234567"
    assert opening(installed)["spoken"] == "ar"
    assert visitor.open(sent.code, "ar").language == "ar"


def test_a_mother_on_a_friday_night_whose_son_has_not_come_home(
    installed: Installation, visitor: Visitor
) -> None:
    """Case 7 of the seventeen: an interpreter, and the police answer now."""
    set_clock(installed, FRIDAY_NIGHT)
    page = ask(visitor, text=POLISH, danger="unsure", topic="other", urgency="now", spoken="pl")
    assert {*page.numbers[:2]} == {"112", "02800"}
    assert "Ingen leser dette nå." in page.said
    assert "Vi må finne tolk" in page.said
    assert "Bare ungdomsteamet kan lese dette." in page.said
    assert page.one("h2#now").find_next("button", {"value": "send"})
    visitor.press("send")
    case = installed.only_case()
    assert set(case.sealed.readers) == {TEAM}
    assert opening(installed)["urgency"] == "now"


def test_in_danger_the_emergency_numbers_come_first_and_sending_is_not_blocked(
    installed: Installation, visitor: Visitor
) -> None:
    set_clock(installed, TUESDAY_MORNING)
    page = ask(visitor, danger="yes", text="Han har tatt piller og svarer ikke")
    assert page.numbers[:2] == ["113", "112"]
    assert page.one("section.danger").find_next("button", {"value": "send"})
    visitor.press("send")
    assert installed.only_case().clear.read_by is not None


def test_to_be_spoken_to_in_a_language_that_is_read_is_sooner(
    installed: Installation, visitor: Visitor
) -> None:
    """What the parent speaks decides, not what the page is in."""
    set_clock(installed, TUESDAY_MORNING)
    assert "Vi må finne tolk" in ask(visitor, spoken="pl").said
    assert "Vi må finne tolk" not in ask(visitor, spoken="en").said
    visitor.press("send")
    soon = installed.only_case().clear.promised
    assert soon is not None
    assert soon <= TUESDAY_MORNING.timestamp() + 24 * 3600


def test_nothing_has_to_be_written_but_the_number(
    installed: Installation, visitor: Visitor
) -> None:
    page = ask(visitor)
    assert not page.has("blockquote")
    visitor.press("send")
    assert opening(installed)["text"] == ""
    assert number_of(installed) == "41234567"


def test_who_wants_the_answer_here_gives_no_number(
    installed: Installation, visitor: Visitor
) -> None:
    """One that was typed before the choice was changed is not sealed either."""
    page = ask(visitor, contact="here", text=TEXT)
    assert "Nummer" not in rows(page)
    assert rows(page)["Kontakt"] == "Svar her, med koden"
    visitor.press("send")
    assert number_of(installed) == ""
    assert opening(installed)["contact"] == "here"


def test_without_a_code(installed: Installation, visitor: Visitor) -> None:
    ask(visitor, no_code="y")
    sent = visitor.press("send")
    assert not sent.has("#return-code")
    assert "Vi kan ikke love at noen tar kontakt, eller når." in sent.said
    assert number_of(installed) == "41234567"


def test_pressing_send_twice_makes_one_case(installed: Installation, visitor: Visitor) -> None:
    review = ask(visitor, text=TEXT)
    first = visitor.press("send").code
    visitor.page = review
    assert visitor.press("send").code == first
    installed.only_case()


def test_going_back_to_change_keeps_everything(visitor: Visitor) -> None:
    filled = {
        "danger": "no",
        "contact": "call",
        "number": "+47 412 34 567",
        "when": "Kveld",
        "spoken": "so",
        "interpreter": "y",
        "text": TEXT,
        "topic": "debt",
        "urgency": "soon",
    }
    ask(visitor, **filled)
    page = visitor.press("edit")
    kept = dict(fields(page.form("review")))
    assert {name: kept[name] for name in filled} == filled
    assert page.one("h1").get_text() == "Be om å bli ringt"
    assert page.one("details").has_attr("open")


def test_the_number_is_kept_while_it_cannot_be_sent(
    installed: Installation, visitor: Visitor
) -> None:
    review = ask(visitor, text="")
    with vanished(installed):
        page = visitor.press("send", 503)
    assert not page.has("blockquote")
    visitor.press("send")
    assert number_of(installed) == "41234567"
    assert review.steps() == ["send", "edit"]


def test_after_exit_the_form_gives_nothing_back(visitor: Visitor) -> None:
    review = ask(visitor, text=TEXT)
    assert visitor.exit().status_code == 303
    visitor.page = review
    assert NUMBER not in visitor.press("send", 410).html


def test_a_page_that_lay_open_over_the_closing_hour_says_the_new_promise(
    installed: Installation, visitor: Visitor
) -> None:
    """What the review said stands all the same."""
    set_clock(installed, TUESDAY_MORNING)
    ask(visitor, text=TEXT)
    with at(installed, TUESDAY_MORNING + dt.timedelta(minutes=20)):
        visitor.press("send")
    promised = installed.only_case().clear.promised
    assert promised is not None
    assert promised <= TUESDAY_MORNING.replace(hour=16).timestamp()


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"number": ""}, "number", "Skriv nummeret vi skal ringe."),
        ({"number": " "}, "number", "Skriv nummeret vi skal ringe."),
        ({"number": "1234567"}, "number", "minst åtte siffer"),
        ({"number": "ring meg"}, "number", "minst åtte siffer"),
        ({"number": "4" * 400}, "number", "minst åtte siffer"),
        ({"when": "n" * 301}, "when", "Skriv litt kortere"),
        ({"when": "kv\ufffdld"}, "when", "Noen tegn kom ikke fram"),
        ({"text": "å" * 20_001}, "text", "Teksten er for lang"),
        ({"spoken": "tlh"}, "spoken", "Velg ett av svarene."),
        ({"contact": "pigeon"}, "contact", "Velg ett av svarene."),
        ({"contact": "text"}, "contact", "Velg ett av svarene."),
        ({"danger": "maybe"}, "danger", "Velg ett av svarene."),
        ({"topic": "nothing"}, "topic", "Velg ett av svarene."),
        ({"urgency": "never"}, "urgency", "Velg ett av svarene."),
        ({"contact": "here", "no_code": "y"}, "no_code", "Uten kode kan du ikke lese svar her."),
    ],
    ids=lambda value: "-".join(value)[:20] if isinstance(value, dict) else "",
)
def test_what_is_wrong_is_said_beside_it_and_nothing_is_lost(
    installed: Installation, visitor: Visitor, changed: dict[str, str], field: str, said: str
) -> None:
    filled = {"number": NUMBER, "when": "Kveld", "text": TEXT, "spoken": "pl", **changed}
    page = ask(visitor, "nb", 422, **filled)
    assert page.errors() == [field]
    assert said in page.error_beside(field)
    assert page.has("p.summary[role=alert]")
    kept = dict(fields(page.form("review")))
    for name in {"number", "when", "text", "spoken"} - ({field} & {"spoken"}):
        assert kept[name] == filled[name].strip() if name == "number" else filled[name], name
    assert not installed.cases()


@pytest.mark.parametrize(
    "typed",
    ["+47 412 34 567", "0047 412 34 567", "41-23.45/67", "(412) 34 567", "412\t34567", "۴۱۲۳۴۵۶۷"],
)
def test_numbers_as_people_write_them(
    installed: Installation, visitor: Visitor, typed: str
) -> None:
    ask(visitor, number=typed)
    visitor.press("send")
    assert number_of(installed).removeprefix("+47") == "41234567"
