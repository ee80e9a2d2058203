"""From the first page to the answer: what a young person and a youth worker do together."""

from __future__ import annotations

import datetime as dt

import pytest

from sifra.case_store import State
from sifra.sealing import Kind
from tests.reporter.installation import HOUR, Installation, Visitor
from tests.reporter.moments import local, set_clock

TEXT = "Det blir slåsskamp bak stasjonen på fredag kveld.\n\nIkke si at det var meg."

TUESDAY_EVENING = local(2026, 11, 24, 20)


@pytest.mark.parametrize("language", ["nb", "en", "ar"])
def test_a_tip_is_sent_read_and_answered(
    installed: Installation, visitor: Visitor, language: str
) -> None:
    sent = visitor.send(TEXT, language, danger="no", topic="planned_fight", place="askim_stasjon")
    code = sent.code
    assert sent.language == language

    first = installed.read().messages()[0]
    assert first.kind is Kind.TIP
    assert first.body["text"] == TEXT
    assert first.body["topic"] == "planned_fight"
    assert first.body["place"] == "askim_stasjon"
    assert first.body["danger"] == "no"
    # The text's own, whatever page it was written on.
    assert first.body["language"] == "nb"
    assert first.body.get("page", "nb") == language

    visitor.open(code, language)
    installed.staff(Kind.READ, State.READ)
    assert visitor.open(code, language).has("li.read")
    installed.answers("Takk for at du sa fra. Er du trygg nå?")
    answered = visitor.open(code, language)
    assert "Er du trygg nå?" in answered.one("li.answer .said").get_text()

    visitor.press("write", text="Ja, men broren min er redd.")
    assert installed.only_case().clear.state is State.MORE
    assert installed.read().messages()[-1].body["text"] == "Ja, men broren min er redd."
    installed.staff(Kind.CLOSED, State.CLOSED)
    assert visitor.open(code, language).has("li.closed")


def test_four_taps_from_start_to_sent(visitor: Visitor) -> None:
    start = visitor.get("/nb/")
    visitor.get(str(start.one("a.door.first")["href"]))
    visitor.press("review", text=TEXT)
    assert visitor.press("send").code


@pytest.mark.parametrize("no_code", ["", "y"])
def test_what_is_sent_may_still_be_urgent(visitor: Visitor, no_code: str) -> None:
    sent = visitor.send(TEXT, no_code=no_code)
    numbers = [
        one.get_text().replace("\N{NO-BREAK SPACE}", " ")
        for one in sent.soup.select("section.numbers a[href^='tel:']")
    ]
    assert numbers == ["112", "113", "116 111"]


def test_nothing_but_the_text_need_be_filled_in(installed: Installation, visitor: Visitor) -> None:
    visitor.send(TEXT)
    body = installed.read().messages()[0].body
    # A danger question that was not answered is a "don't know", never a "no".
    assert body["danger"] == "unsure"
    assert body["topic"] == body["urgency"] == body["place"] == ""


def test_what_is_in_clear_is_no_finer_than_the_hour(
    installed: Installation, visitor: Visitor
) -> None:
    visitor.send(TEXT)
    clear = installed.only_case().clear
    assert clear.lane == "tip"
    assert clear.state is State.NEW
    assert clear.received % HOUR == 0
    assert clear.retention_days == installed.settings.municipality.retention.days


@pytest.mark.parametrize(
    "ticked", [{"danger": "yes"}, {"urgency": "now"}, {"text": "Han har kniv i sekken."}]
)
def test_what_is_urgent_is_due_at_once(
    installed: Installation, visitor: Visitor, ticked: dict[str, str]
) -> None:
    visitor.send(**{"text": TEXT, **ticked})
    clear = installed.only_case().clear
    assert clear.read_by == clear.received


def test_without_a_code_there_is_no_way_back(installed: Installation, visitor: Visitor) -> None:
    sent = visitor.send(TEXT, no_code="y")
    assert not sent.has("#return-code")
    case = installed.only_case()
    assert {holder for _purpose, holder in case.sealed.wraps} == {"youth_team"}
    assert installed.read(case).messages()[0].body["text"] == TEXT
    # Sent again, it says the same and makes no second case.
    again = visitor.client.post("/nb/tip", data={"text": TEXT, "step": "send"})
    assert "return-code" not in again.text
    assert len(installed.cases()) == 1


def test_edit_keeps_everything(visitor: Visitor) -> None:
    ticked = {
        "text": TEXT + "\n  innrykk\tog «tegn» <b>&amp;",
        "danger": "unsure",
        "topic": "threats",
        "urgency": "soon",
        "place": "masan",
        "no_code": "y",
    }
    visitor.get("/nb/tip")
    review = visitor.press("review", **ticked)
    assert review.one("blockquote").get_text() == ticked["text"]
    form = visitor.press("edit")
    kept = dict(form.filled("review"))
    assert {name: kept[name] for name in ticked} == ticked
    # And round again, from the form that was kept.
    visitor.press("review")
    assert dict(visitor.page.filled("send"))["text"] == ticked["text"]


def test_the_code_works_in_words_and_in_digits(visitor: Visitor) -> None:
    sent = visitor.send(TEXT)
    words, digits = sent.one("#return-code").get_text(" ", strip=True), sent.code
    assert len(words.split()) == 6
    visitor.open(words.upper().replace("  ", "-"), "en")
    visitor.open(digits.replace(" ", "").translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")))


def test_arabic_pages_spell_the_code_in_digits_only(visitor: Visitor) -> None:
    sent = visitor.send("هناك شجار يوم الجمعة", "ar")
    assert sent.one("#return-code").get_text(" ", strip=True) == sent.code
    assert sent.one("#return-code")["dir"] == "ltr"


def test_a_kept_code_may_be_shown(visitor: Visitor) -> None:
    code = visitor.send(TEXT).code
    wrong = visitor.press("kept", 422, code="1111 1111 1111 1111 1111")
    assert wrong.error_beside("code")
    assert wrong.code == code
    kept = visitor.press("kept", code=code)
    assert code not in kept.html
    visitor.open(code)


def test_a_code_kept_without_showing_it(visitor: Visitor) -> None:
    code = visitor.send(TEXT).code
    assert code not in visitor.press("kept").html
    visitor.open(code)


def test_a_closed_case_is_opened_again_by_writing(
    installed: Installation, visitor: Visitor
) -> None:
    code = visitor.send(TEXT).code
    installed.staff(Kind.READ, State.READ)
    installed.staff(Kind.CLOSED, State.CLOSED)
    visitor.open(code)
    visitor.press("write", text="Det skjedde igjen.")
    assert installed.only_case().clear.state is State.MORE


def test_more_with_a_danger_word_is_due_at_once(installed: Installation, visitor: Visitor) -> None:
    visitor.open(visitor.send(TEXT).code)
    before = installed.only_case().clear
    assert before.read_by is not None
    assert before.read_by > before.received
    visitor.press("write", text="Nå har han pistol.")
    clear = installed.only_case().clear
    assert clear.read_by == clear.received


def test_the_page_with_the_code_is_each_senders_own(
    installed: Installation, visitor: Visitor
) -> None:
    """It is made once and filled for each; a sender must never see what is another's."""
    set_clock(installed, TUESDAY_EVENING)
    first, second = visitor.send(TEXT), installed.visitor().send("Noe annet.")
    own = [
        {
            sent.code,
            str(sent.one("#return-code").decode_contents()),
            *(str(one["value"]) for one in sent.soup.select("[name=ticket], [name=token]")),
        }
        for sent in (first, second)
    ]
    assert [len(one) for one in own] == [4, 4]
    assert not own[0] & own[1]
    assert not [value for value in own[0] if value in second.html]
    assert "(the " not in first.html + second.html
    assert "Leses innen i morgen kl. 12." in second.said.replace("\u00a0", " ")
    set_clock(installed, TUESDAY_EVENING + dt.timedelta(hours=6))
    later = installed.visitor().send("Noe tredje.")
    assert "Leses innen i dag kl. 12." in later.said.replace("\u00a0", " ")
