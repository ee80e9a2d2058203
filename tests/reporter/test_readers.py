"""Who may read: what the review offers, and whom the keys are for."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from reporter import readers
from sifra import tables
from sifra.conversation import ReaderView
from sifra.database import reading
from sifra.key_cards import SigningKey
from sifra.sealing import PrivateKey, SealError
from tests.reporter.choosing import (
    CHOICES,
    KEYS,
    MINUTE,
    SHIPPED,
    TEXT,
    checked,
    chosen,
    label,
    lose_card,
    radios,
    values,
)
from tests.reporter.installation import TEAM, Installation, Visitor
from tests.reporter.moments import TUESDAY_MORNING, set_clock

pytestmark = pytest.mark.usefixtures("every_key")


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
        ("en", "the youth team, the police contact and the child welfare services"),
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
        assert (
            "Politiet leser det bare hvis du velger det, eller hvis noen er i alvorlig fare."
            in said
        )
        assert "Det er ikke politiet som leser." not in said


@pytest.mark.parametrize(
    ("tag", "who"),
    [
        ("nb", "Ungdomsteamet og politikontakten leser det du skriver."),
        ("en", "What you write is read by: The youth team and the police contact."),
        ("ar", "من يقرأ رسالتك: فريق الشباب وجهة الاتصال في الشرطة."),
    ],
)
def test_what_was_sent_names_its_readers_as_a_sentence_does(
    visitor: Visitor, tag: str, who: str
) -> None:
    visitor.write(TEXT, tag)
    page = visitor.press("send", readers="youth_team,police")
    assert who in page.said


# --- what is sent --------------------------------------------------------------------------------


@pytest.mark.parametrize("choice", CHOICES, ids="+".join)
def test_keys_are_for_exactly_those_who_were_chosen(
    installed: Installation, visitor: Visitor, choice: tuple[str, ...]
) -> None:
    visitor.write(TEXT)
    page = visitor.press("send", readers=",".join(choice))
    for unit in choice:
        assert SHIPPED.units[unit].name["nb"].lower() in page.main.get_text().lower()
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
    assert "og politikontakten leser" in visitor.press("kept", 422, code="1234").main.get_text()


def test_without_a_code_it_says_the_same_readers(visitor: Visitor) -> None:
    visitor.write(TEXT, no_code="y")
    assert (
        "og politikontakten leser"
        in visitor.press("send", readers="youth_team,police").main.get_text()
    )


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
    assert "De du valgte, kan ikke lese nå." in page.one("[role=alert]").get_text()
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
