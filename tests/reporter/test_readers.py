"""Who may read: what the review offers, what each choice is told, and whom the keys are for."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from bs4 import Tag
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select

from reporter import readers
from reporter.forms import DANGERS, URGENCIES
from sifra import municipality, tables
from sifra.conversation import ReaderView
from sifra.database import reading, writing
from sifra.duty import Duty
from sifra.file_parts import TOPICS
from sifra.key_cards import SigningKey
from sifra.routing import Facts, decide
from sifra.sealing import PrivateKey, SealError
from tests.reporter.conftest import Install
from tests.reporter.installation import SIGNING_KEY, TEAM, TEAM_KEY, Installation, Visitor
from tests.reporter.moments import FRIDAY_EVENING, TUESDAY_MORNING, local, set_clock
from tests.reporter.pages import Page

TEXT = "Noen selger vape bak gymsalen."
SHIPPED = municipality.load(municipality.shipped_path())
CHOICES = SHIPPED.choices_of_readers
KEYS = {TEAM: TEAM_KEY, **{u: PrivateKey.generate() for u in ("police", "child_welfare", "slt")}}
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _cards(installed: Installation) -> None:
    for unit, key in KEYS.items():
        installed.store.put_card(SIGNING_KEY.sign(unit, 1, key))


def lose_card(installed: Installation, unit: str) -> None:
    with writing(installed.engine) as connection:
        connection.execute(delete(tables.key_cards).where(tables.key_cards.c.holder == unit))


def pause(installed: Installation, *units: str) -> None:
    now = installed.site.clock.now()
    with writing(installed.engine) as connection:
        for unit in units:
            connection.execute(
                insert(tables.pauses).values(unit=unit, until=now + 86_400, account_id="0" * 32)
            )
    set_clock(installed, dt.datetime.fromtimestamp(now + 60, dt.UTC))


def radios(page: Page) -> list[Tag]:
    return page.soup.select("input[type=radio][name=readers]")


def values(page: Page) -> list[str]:
    return [str(radio["value"]) for radio in radios(page)]


def checked(page: Page) -> list[str]:
    return [str(radio["value"]) for radio in radios(page) if radio.has_attr("checked")]


def label(page: Page, value: str) -> str:
    (radio,) = [radio for radio in radios(page) if radio["value"] == value]
    found = radio.find_parent("label")
    assert found is not None
    return " ".join(found.get_text(" ").split()).replace(" .", ".")


def chosen(installed: Installation) -> tuple[str, ...]:
    return installed.only_case().sealed.readers


def promised(installed: Installation) -> int | None:
    return installed.only_case().clear.promised


# --- what is offered -----------------------------------------------------------------------------


def test_the_youth_team_alone_comes_first_and_is_chosen(visitor: Visitor) -> None:
    page = visitor.write(TEXT)
    assert values(page) == [",".join(choice) for choice in CHOICES]
    assert checked(page) == [TEAM]
    assert label(page, TEAM).startswith("Bare ungdomsteamet")
    # Above the button, and with the one exception beside it.
    assert page.html.index('name="readers"') < page.html.index('value="send"')
    assert "Er noen i alvorlig fare" in str(page.form("send"))


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("nb", "ungdomsteamet, politikontakten og barneverntjenesten"),
        ("en", "the youth team, the police contact, and Child welfare services"),
        ("ar", "فريق الشباب وجهة الاتصال في الشرطة وخدمة حماية الأطفال"),
    ],
)
def test_each_choice_is_named_and_says_what_it_means(visitor: Visitor, tag: str, said: str) -> None:
    page = visitor.write(TEXT, tag)
    assert label(page, "youth_team,police,child_welfare").startswith(said)
    secrecy = SHIPPED.units["police"].secrecy
    assert secrecy is not None
    assert secrecy[tag] in label(page, "youth_team,police")
    assert secrecy[tag] not in label(page, TEAM)


def test_one_word_of_letters_is_no_proper_name() -> None:
    units = ("slt", TEAM)
    assert readers.listed(units, SHIPPED, "nb") == "SLT-koordinatoren og ungdomsteamet"


def test_a_unit_without_a_key_card_is_not_offered(
    installed: Installation, visitor: Visitor
) -> None:
    lose_card(installed, "police")
    page = visitor.write(TEXT)
    assert [value for value in values(page) if "police" in value] == []
    assert len(values(page)) == 3
    assert "Det er ikke politiet som leser." in visitor.get("/nb/").main.get_text()


def test_where_there_is_one_choice_it_is_told_and_not_asked(
    installed: Installation, visitor: Visitor
) -> None:
    for unit in ("police", "child_welfare", "slt"):
        lose_card(installed, unit)
    page = visitor.write(TEXT)
    assert radios(page) == []
    assert "Bare ungdomsteamet kan lese dette." in page.main.get_text()
    visitor.press("send")
    assert chosen(installed) == (TEAM,)


def test_the_form_says_that_the_police_read_if_they_are_chosen(visitor: Visitor) -> None:
    for path in ("/nb/", "/nb/tip"):
        said = visitor.get(path).main.get_text()
        assert "Politiet leser det ikke, hvis du ikke velger det selv." in said
        assert "Det er ikke politiet som leser." not in said


# --- what is sent --------------------------------------------------------------------------------


@pytest.mark.parametrize("choice", CHOICES, ids="+".join)
def test_keys_are_for_exactly_those_who_were_chosen(
    installed: Installation, visitor: Visitor, choice: tuple[str, ...]
) -> None:
    visitor.write(TEXT)
    page = visitor.press("send", readers=",".join(choice))
    for unit in choice:
        assert SHIPPED.units[unit].name["nb"] in page.main.get_text()
    case = installed.only_case()
    assert {holder for _, holder in case.sealed.wraps} == {*choice, "sender"}
    for unit, key in KEYS.items():
        if unit in choice:
            assert ReaderView.open(case.sealed, unit, key).messages()[0].body["text"] == TEXT
        for holder in case.sealed.readers:
            if holder != unit:
                with pytest.raises(SealError):
                    ReaderView.open(case.sealed, holder, key)
    with reading(installed.engine) as connection:
        assert {*connection.scalars(select(tables.steps.c.unit))} <= {*choice}


@pytest.mark.parametrize(
    "sent",
    [
        [("readers", "police"), ("readers", "youth_team")],
        [("readers", "police,youth_team")],
        [("readers", " youth_team , police ,"), ("readers", "")],
        [("readers", "police,youth_team"), ("readers", "police")],
    ],
    ids=["repeated", "joined", "blanks", "twice"],
)
def test_the_units_may_come_in_any_order(
    installed: Installation, visitor: Visitor, sent: list[tuple[str, str]]
) -> None:
    page = visitor.write(TEXT)
    form = [(name, value) for name, value in page.filled("send") if name != "readers"]
    visitor.post("/nb/tip", [*form, *sent])
    assert chosen(installed) == ("police", "youth_team")


@pytest.mark.parametrize("readers", ["police", "youth_team,sender", "youth_team,account:1", "slt"])
@pytest.mark.parametrize("step", ["review", "send"])
def test_what_the_file_does_not_offer_is_refused_and_the_text_kept(
    installed: Installation, visitor: Visitor, readers: str, step: str
) -> None:
    visitor.write(TEXT)
    form = {**dict(visitor.page.filled("send")), "readers": readers, "step": step}
    page = visitor.post("/nb/tip", form, 422)
    assert page.error_beside("readers")
    assert dict(page.filled("review"))["text"] == TEXT
    assert installed.cases() == []


def test_changing_the_text_keeps_the_choice(installed: Installation, visitor: Visitor) -> None:
    visitor.write(TEXT)
    visitor.press("edit", readers="youth_team,police")
    assert checked(visitor.press("review")) == ["youth_team,police"]
    visitor.press("send")
    assert chosen(installed) == ("police", "youth_team")


def test_a_try_that_failed_keeps_the_choice(installed: Installation, visitor: Visitor) -> None:
    set_clock(installed, TUESDAY_MORNING)
    visitor.write(TEXT)
    here = installed.settings.home.public / "cases.sqlite"
    here.rename(here.with_name("away"))
    installed.engine.dispose()
    visitor.press("send", 503, readers="youth_team,police")
    here.with_name("away").rename(here)
    visitor.press("send")
    assert chosen(installed) == ("police", "youth_team")


def test_a_wrong_check_of_the_code_says_the_same_readers(visitor: Visitor) -> None:
    visitor.write(TEXT)
    visitor.press("send", readers="youth_team,police")
    assert "Politikontakten" in visitor.press("kept", 422, code="1234").main.get_text()


def test_without_a_code_it_says_the_same_readers(visitor: Visitor) -> None:
    visitor.write(TEXT, no_code="y")
    assert "Politikontakten" in visitor.press("send", readers="youth_team,police").main.get_text()


def test_the_same_form_with_the_same_choice_is_one_case(
    installed: Installation, visitor: Visitor
) -> None:
    visitor.write(TEXT)
    form = {**dict(visitor.page.filled("send")), "readers": "youth_team,police"}
    promises = [("promise", v) for n, v in visitor.page.filled("send") if n == "promise"]
    code = visitor.post("/nb/tip", [*(i for i in form.items() if i[0] != "promise"), *promises])
    again = {**form, "readers": "police,youth_team"}
    assert visitor.post("/nb/tip", again).code == code.code
    assert len(installed.cases()) == 1


def test_another_choice_is_another_case(installed: Installation, visitor: Visitor) -> None:
    visitor.write(TEXT)
    form = [(n, v) for n, v in visitor.page.filled("send") if n != "readers"]
    first = visitor.post("/nb/tip", [*form, ("readers", TEAM)]).code
    assert visitor.post("/nb/tip", [*form, ("readers", "youth_team,police")]).code != first
    # No choice is the usual one.
    assert visitor.post("/nb/tip", form).code == first
    assert len(installed.cases()) == 2


# --- a card that goes away, or is swapped --------------------------------------------------------


def test_a_unit_that_loses_its_card_is_asked_about_again(
    installed: Installation, visitor: Visitor
) -> None:
    visitor.write(TEXT)
    lose_card(installed, "police")
    page = visitor.press("send", 409, readers="youth_team,police")
    assert "Dem du valgte, kan ikke lese nå." in page.one("[role=alert]").get_text()
    assert page.one("blockquote").get_text() == TEXT
    assert checked(page) == [TEAM]
    assert [value for value in values(page) if "police" in value] == []
    assert installed.cases() == []
    assert visitor.press("send").has("#return-code")
    assert chosen(installed) == (TEAM,)


def test_one_that_went_while_the_text_was_changed_too(
    installed: Installation, visitor: Visitor
) -> None:
    set_clock(installed, TUESDAY_MORNING)
    visitor.write(TEXT)
    visitor.press("edit", readers="youth_team,police")
    lose_card(installed, "police")
    set_clock(installed, TUESDAY_MORNING + MINUTE)
    page = visitor.press("review")
    assert checked(page) == [TEAM]
    assert page.has("[role=alert]")


def test_without_the_usual_card_nothing_can_be_sent(
    installed: Installation, visitor: Visitor
) -> None:
    visitor.write(TEXT)
    lose_card(installed, TEAM)
    page = visitor.press("send", 503, readers="youth_team,police")
    assert TEXT in page.html
    assert installed.cases() == []


@pytest.mark.parametrize("unit", [TEAM, "police"])
def test_a_swapped_card_stops_it_and_tells_the_operator(
    installed: Installation, visitor: Visitor, caplog: pytest.LogCaptureFixture, unit: str
) -> None:
    visitor.write(TEXT)
    installed.store.put_card(SigningKey.generate().sign(unit, 1, PrivateKey.generate()))
    page = visitor.press("send", 503, readers="youth_team,police")
    assert TEXT in page.html
    assert installed.cases() == []
    assert f"key card of {unit} is not signed by the verifier" in caplog.text
    assert TEXT not in caplog.text


# --- a ceiling, never a way to be faster ---------------------------------------------------------


def evening_shift(installed: Installation, unit: str, moment: dt.datetime) -> None:
    start = int(moment.timestamp())
    with writing(installed.engine) as connection:
        connection.execute(
            insert(tables.shifts).values(
                id="1" * 32, unit=unit, start=start, end=start + 3 * 3600, least=0
            )
        )


def test_a_wider_choice_is_told_no_sooner(installed: Installation, visitor: Visitor) -> None:
    """The police are on duty tonight, and the youth team is not."""
    set_clock(installed, FRIDAY_EVENING)
    evening_shift(installed, "police", FRIDAY_EVENING)
    page = visitor.write(TEXT)
    assert "mandag 30. november" in page.one("section.numbers").get_text()
    assert "kl." not in label(page, "youth_team,police")
    sent = visitor.press("send", readers="youth_team,police")
    assert "mandag 30. november" in sent.main.get_text()
    assert promised(installed) == int(local(2026, 11, 30, 12).timestamp())
    # In the mailbox as well.
    assert "mandag 30. november" in visitor.open(sent.code).one(".state").get_text()


def test_while_the_usual_readers_promise_nothing_nothing_is_promised(
    installed: Installation, visitor: Visitor
) -> None:
    set_clock(installed, TUESDAY_MORNING)
    pause(installed, TEAM)
    page = visitor.write(TEXT)
    assert "Vi kan ikke si når noen leser dette." in page.main.get_text()
    assert not page.has("[name=promise]")
    code = visitor.press("send", readers="youth_team,police").code
    case = installed.only_case()
    assert (case.clear.promised, case.clear.read_by) == (None, None)
    visitor.open(code)
    visitor.press("write", text="Og en ting til.")
    assert promised(installed) is None


WITHOUT_TEAM = replace_choices = (("youth_team",), ("police",), ("child_welfare",))


@pytest.fixture
def apart(install: Install) -> Installation:
    """Where a sender may choose others instead of the youth team."""
    file = SHIPPED.model_copy(update={"reader_choices": WITHOUT_TEAM})
    made = install(municipality=file)
    for unit, key in KEYS.items():
        made.store.put_card(SIGNING_KEY.sign(unit, 1, key))
    return made


def test_a_choice_that_is_read_later_says_so_and_is_promised_so(apart: Installation) -> None:
    set_clock(apart, TUESDAY_MORNING)
    with writing(apart.engine) as connection:
        connection.execute(
            insert(tables.days_off).values(
                id="2" * 32, unit="police", first="2026-11-24", last="2026-11-25"
            )
        )
    visitor = apart.visitor()
    page = visitor.write(TEXT)
    assert "Leses innen i dag kl. 16." in " ".join(page.one("dl.facts").get_text().split())
    assert "Blir lest senere: innen torsdag 26. november kl. 12." in label(page, "police")
    assert "senere" not in label(page, "child_welfare")
    visitor.press("send", readers="police")
    assert promised(apart) == int(local(2026, 11, 26, 12).timestamp())


def test_a_choice_of_which_nothing_can_be_said_says_so(apart: Installation) -> None:
    set_clock(apart, TUESDAY_MORNING)
    pause(apart, "police")
    visitor = apart.visitor()
    page = visitor.write(TEXT)
    assert "Da kan vi ikke si når noen leser det." in label(page, "police")
    assert visitor.press("send", readers="police").has("#return-code")
    assert promised(apart) is None


@pytest.mark.parametrize("readers", ["youth_team", "police", "child_welfare"])
def test_what_was_said_of_each_choice_stands(apart: Installation, readers: str) -> None:
    """Looked over a minute before everybody goes home."""
    set_clock(apart, local(2026, 11, 24, 13, 59))
    visitor = apart.visitor()
    visitor.write(TEXT, topic="planned_fight")
    set_clock(apart, local(2026, 11, 24, 14, 1))
    visitor.press("send", readers=readers)
    assert promised(apart) == int(local(2026, 11, 24, 15).timestamp())


def test_a_promise_is_for_its_own_choice(apart: Installation) -> None:
    set_clock(apart, TUESDAY_MORNING)
    visitor = apart.visitor()
    form = [(n, v) for n, v in visitor.write(TEXT).filled("send") if n != "readers"]
    usual = next(item for item in form if item[0] == "promise")
    rest = [item for item in form if item[0] != "promise"]
    page = visitor.post("/nb/tip", [*rest, usual, ("readers", "police")])
    assert page.steps() == ["send", "edit"]
    assert checked(page) == ["police"]
    assert apart.cases() == []


# --- whatever the facts, the hour and the rota ---------------------------------------------------

UNITS = tuple(SHIPPED.units)
facts = st.builds(
    Facts,
    lane=st.just("tip"),
    danger=st.sampled_from(DANGERS),
    topic=st.sampled_from(["", *TOPICS]),
    urgency=st.sampled_from(["", *URGENCIES]),
    adult=st.sampled_from(["", *(adult.id for adult in SHIPPED.adults)]),
    language=st.sampled_from(["nb", "en", "ar"]),
)
moments = st.integers(0, 40 * 24 * 4).map(lambda n: TUESDAY_MORNING + n * 15 * MINUTE)
silent = st.sets(st.sampled_from(UNITS)).map(lambda units: Duty(silent=frozenset(units)))
every_choice = st.lists(
    st.sets(st.sampled_from(UNITS), min_size=1).map(tuple), max_size=6, unique_by=frozenset
).map(lambda wider: ((TEAM,), *wider))


@given(facts, moments, silent, every_choice, st.sets(st.sampled_from(UNITS)))
def test_no_choice_is_told_sooner_and_none_is_offered_that_a_rule_empties(
    facts: Facts,
    moment: dt.datetime,
    duty: Duty,
    choices: tuple[tuple[str, ...], ...],
    cards: set[str],
) -> None:
    book = SHIPPED.rule_book(duty)
    usual = decide(facts, moment, book)
    alone = {units: decide(replace(facts, readers=units), moment, book) for units in choices}
    found = readers.offered(choices, cards, lambda units: readers.never_sooner(alone[units], usual))
    assert len({frozenset(choice.readers) for choice in found}) == len(found)
    for choice in found:
        told = choice.routing.read_by
        assert usual.read_by is None or told is None or told >= usual.read_by
        assert usual.read_by is not None or told is None
        # Nor sooner than those who were chosen can read it, if anybody of them is to be there.
        own = alone[choice.units].read_by
        assert told is None or own is None or told >= own or told == usual.read_by
        assert own is not None or told is None
        assert choice.readers
        assert {*choice.routing.readers} == {*choice.readers} <= {*choice.units}
        assert {*choice.readers} <= {*alone[choice.units].readers}
        assert {step.unit for step in choice.routing.steps} <= {*choice.readers}
        assert {*choice.units} <= {*cards, TEAM}
    if usual.readers:
        assert found[0].units == (TEAM,)
        assert found[0].routing.read_by == usual.read_by


@given(st.text(max_size=40))
def test_whatever_is_named_is_one_of_the_choices_or_none(said: str) -> None:
    units = readers.named([said])
    found = readers.chosen(units, CHOICES)
    assert found is None or found in CHOICES
    assert found is None or not units or {*found} == units
