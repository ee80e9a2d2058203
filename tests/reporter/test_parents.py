"""A parent asks to be called: the number sealed apart, in the language that they speak."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pytest

from reporter.forms import SPOKEN
from sifra.languages import own_name
from tests.reporter.choosing import SHIPPED
from tests.reporter.conftest import Install
from tests.reporter.installation import TEAM, Installation, Visitor
from tests.reporter.moments import TUESDAY_MORNING, at, local, set_clock
from tests.reporter.pages import Page, fields
from tests.reporter.test_database_faults import vanished
from tests.reporter.test_who_answers import numbers

TEXT = "Sønnen min kommer ikke hjem om kvelden."
NUMBER = "412 34 567"
POLISH = "Syn (15) nie wrócił, nie odbiera, boję się"
ARABIC = "ابني لا يعود إلى البيت في المساء"
FRIDAY_NIGHT = local(2026, 11, 27, 23)


def ask(visitor: Visitor, language: str = "nb", status: int = 200, /, **filled: str) -> Page:
    """From the page for parents to the review."""
    visitor.get(f"/{language}/parents")
    visitor.words.add(filled.get("number", "").strip() or NUMBER)
    return visitor.press("review", status, **{"number": NUMBER, **filled})


def number_of(installed: Installation) -> str:
    """The number to call, as a reader opens it; empty where there is none."""
    case = installed.only_case()
    found = installed.store.contact(case.clear.id)
    return installed.read(case).contact(*found) if found else ""


def opening(installed: Installation) -> Mapping[str, str | int]:
    """What was ticked and written, as a reader opens it."""
    return installed.read().messages()[0].body


def rows(page: Page) -> dict[str, str]:
    """The review's list of what was chosen."""
    terms = page.main.select("dl.facts dt")
    return {
        term.get_text(): " ".join(dd.get_text(" ").split())
        for term in terms
        if (dd := term.find_next_sibling("dd"))
    }


def shown(page: Page) -> str:
    return " ".join(page.main.get_text(" ").split())


# --- the form -------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["nb", "en", "ar"])
def test_the_form_is_on_the_page_for_parents_and_led_to_from_its_top(
    visitor: Visitor, language: str
) -> None:
    page = visitor.get(f"/{language}/parents")
    order = [
        str(tag.get("href") or tag.get("id")) for tag in page.main.select("a[href='#call'], [id]")
    ]
    assert order.index("#call") < order.index("answers") < order.index("advice")
    assert order.index("advice") < order.index("call") < order.index("number")
    given = dict(fields(page.form("review")))
    assert given["contact"] == "call"
    assert given["spoken"] == language
    number = page.one("#number")
    assert (number["type"], number["autocomplete"], number["dir"]) == ("tel", "off", "ltr")
    # Nothing is written yet: who reads another language still finds it.
    assert len(page.soup.select(".langs a")) == 2


def test_each_language_stands_in_its_own_name_and_script(visitor: Visitor) -> None:
    options = visitor.get("/nb/parents").main.select("#spoken option")
    assert [option["value"] for option in options] == list(SPOKEN)
    assert [option["lang"] for option in options] == list(SPOKEN)
    said = {str(option["value"]): option.get_text() for option in options}
    assert said["nb"] == "Norsk"
    assert said["pl"] == "Polski"
    assert said["ti"] == "ትግርኛ"
    assert said["fa-AF"] == "دری"
    assert said == {tag: own_name(tag) for tag in SPOKEN}


def test_danger_shows_the_numbers_at_once(visitor: Visitor) -> None:
    box = visitor.get("/nb/parents").one(".danger-question .now")
    assert [str(a["href"]) for a in box.select("a.tel")] == ["tel:112", "tel:113", "tel:02800"]


def test_topics_are_in_a_parents_words_also_on_the_review(visitor: Visitor) -> None:
    options = visitor.get("/nb/parents").main.select("#topic option")
    said = {str(option["value"]): option.get_text() for option in options}
    assert said["self_harm"] == "Barnet har det veldig vondt"
    assert "friend" not in said
    page = ask(visitor, topic="self_harm")
    assert rows(page)["Handler om"] == "Barnet har det veldig vondt"
    # The file's own words are for the young, and stay on their form.
    tip = visitor.get("/nb/tip").main.select("#topic option[value=self_harm]")
    assert [one.get_text() for one in tip] == ["Jeg har det veldig vondt"]


@pytest.mark.parametrize("language", ["nb", "en", "ar"])
@pytest.mark.parametrize(
    "moment",
    [TUESDAY_MORNING, FRIDAY_NIGHT, local(2026, 12, 24, 23, 10)],
    ids=["tuesday", "friday", "christmas-eve"],
)
def test_the_page_says_who_reads_and_by_when(
    installed: Installation, visitor: Visitor, language: str, moment: dt.datetime
) -> None:
    set_clock(installed, moment)
    page = visitor.get(f"/{language}/parents")
    form = page.one("section.asking")
    assert form.select("p.reads")
    is_open = moment == TUESDAY_MORNING and language != "ar"
    assert bool(form.select("p.notice")) != is_open
    if not is_open:
        # The numbers stand above, once.
        assert [a["href"] for a in form.select("p.notice a")] == ["#answers"]
        assert page.one("#answers").select("a[href='tel:02800']")


def test_on_paper_it_says_when_it_was_so(installed: Installation, visitor: Visitor) -> None:
    set_clock(installed, local(2026, 11, 24, 9, 7))
    for path in ("parents", "parents/missing"):
        said = shown(visitor.get(f"/nb/{path}")).replace("\u00a0", " ")
        assert "da siden ble åpnet: tirsdag 24. november kl. 09:07 ." in said


# --- the whole way --------------------------------------------------------------------------------


def test_a_parent_asks_to_be_called(installed: Installation, visitor: Visitor) -> None:
    set_clock(installed, TUESDAY_MORNING)
    page = ask(visitor, text=TEXT, when="Etter kl. 16", spoken="ti", interpreter="y")
    said = rows(page)
    assert said["Kontakt"] == "Ring meg"
    assert said["Nummer"].startswith("41234567 Vi sletter nummeret")
    assert said["Når det passer"] == "Etter kl. 16"
    assert (said["Språk"], said["Tolk"]) == ("ትግርኛ", "Ja")
    assert "Vi må finne tolk" in shown(page)
    assert page.one("blockquote.said").get_text() == TEXT
    sent = visitor.press("send")
    assert "Vi kan ikke love når noen ringer." in shown(sent)
    assert "Vi sletter nummeret når vi har brukt det" in shown(sent)
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
    assert "Ingen leser dette nå." in shown(page)
    assert "Vi må finne tolk" in shown(page)
    assert "Bare ungdomsteamet kan lese dette." in shown(page)
    assert page.one("h2#now").find_next("button", string="Send")
    visitor.press("send")
    case = installed.only_case()
    assert set(case.sealed.readers) == {TEAM}
    assert opening(installed)["urgency"] == "now"


def test_to_be_spoken_to_in_a_language_that_is_read_is_sooner(
    installed: Installation, visitor: Visitor
) -> None:
    """What the parent speaks decides, not what the page is in."""
    set_clock(installed, TUESDAY_MORNING)
    assert "Vi må finne tolk" in shown(ask(visitor, spoken="pl"))
    assert "Vi må finne tolk" not in shown(ask(visitor, spoken="en"))
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
    assert "Vi kan ikke love når noen ringer." in shown(sent)
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


# --- what is wrong --------------------------------------------------------------------------------


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
    "typed", ["+47 412 34 567", "0047 412 34 567", "41-23.45/67", "(412) 34 567", "۴۱۲۳۴۵۶۷"]
)
def test_numbers_as_people_write_them(
    installed: Installation, visitor: Visitor, typed: str
) -> None:
    ask(visitor, number=typed)
    visitor.press("send")
    assert number_of(installed).removeprefix("+47") == "41234567"


# --- courses and networks -------------------------------------------------------------------------


def test_other_parents_and_courses_come_from_the_file(install: Install) -> None:
    assert [one.id for one in SHIPPED.networks] == ["fau", "natteravnene"]
    (fau, _ravens) = SHIPPED.networks
    for confirmed in (False, True):
        evening = fau.model_copy(
            update={
                "number": "69 00 00 02",
                "confirmed": confirmed,
                "where": {"nb": "Skolen, hver tirsdag."},
            }
        )
        known = SHIPPED.model_copy(update={"networks": (evening,)})
        page = install(municipality=known).visitor().get("/en/parents")
        assert "The parents' council at school" in shown(page)
        # A text that the file has in Norwegian alone says so.
        assert page.main.select("span[lang=nb]")[-1].get_text() == "Skolen, hver tirsdag."
        assert ("69000002" in numbers(page)) == confirmed
    bare = SHIPPED.model_copy(update={"networks": ()})
    assert "Other parents" not in shown(install(municipality=bare).visitor().get("/en/parents"))


@pytest.mark.parametrize("language", ["nb", "en", "ar"])
def test_each_page_of_advice_ends_with_the_way_to_the_form(visitor: Visitor, language: str) -> None:
    links = [
        str(one["href"]) for one in visitor.get(f"/{language}/parents").main.select(".topics a")
    ]
    assert len(links) == 10
    for link in links:
        ends = [str(a["href"]) for a in visitor.get(link).main.select("a")][-2:]
        assert ends == [f"/{language}/parents#call", f"/{language}/parents#advice"]


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
