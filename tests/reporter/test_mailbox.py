"""The mailbox: what a code opens, what it never shows, and what a wrong one tells."""

from __future__ import annotations

import re
import statistics
import time

import pytest

from sifra import return_code
from sifra.case_store import State
from sifra.sealing import Kind
from tests.reporter.installation import Installation, Visitor
from tests.reporter.moments import FRIDAY_EVENING, TUESDAY_MORNING, set_clock

TEXT = "Kjempegrunn: zulubananer ved Kvisleparken, spør Ragnvald Nøttekråke (91827364)."
MORE = "Oppfølger: xylofonspilleren Brünhild så alt fra Tøddelbakken."
TICKS = {"danger": "no", "topic": "robbery", "place": "askimtorget", "urgency": "whenever"}


def words_of(text: str) -> list[str]:
    return [word for word in re.findall(r"\w+", text) if len(word) > 3]


def test_it_never_shows_what_the_sender_wrote(installed: Installation, visitor: Visitor) -> None:
    """A found code must not prove who told: not a word, not a ticked answer, in any state."""
    code = visitor.send(TEXT, **TICKS).code
    pages = [visitor.open(code), visitor.press("write", text=MORE)]
    for kind, state in (
        (Kind.READ, State.READ),
        (Kind.ANSWER, State.ANSWERED),
        (Kind.CLOSED, State.CLOSED),
    ):
        installed.staff(kind, state, text="Takk.", language="nb")
        pages.append(visitor.open(code))
    pages.append(visitor.press("write", text=MORE))
    pages.append(visitor.press("withdraw", 422, code="1111"))
    pages.append(visitor.press("withdraw", code=code))
    municipality = installed.settings.municipality
    topic = next(t.name["nb"] for t in municipality.topics if t.id == TICKS["topic"])
    place = next(p.name["nb"] for p in municipality.places if p.id == TICKS["place"])
    for page in pages:
        for word in (*words_of(TEXT), *words_of(MORE), topic, place, *TICKS.values()):
            assert not re.search(rf"\b{re.escape(word)}\b", page.main.get_text(" ")), word
        for word in (*words_of(TEXT), *words_of(MORE), TICKS["topic"], TICKS["place"]):
            assert word not in page.html, word


def test_an_answer_is_shown_as_text_in_its_own_language(
    installed: Installation, visitor: Visitor
) -> None:
    code = visitor.send(TEXT).code
    said = '<script>alert(1)</script>\n\n"شكرا لك" & <b>æøå</b>'
    installed.answers(said, "ar")
    page = visitor.open(code)
    answer = page.one("li.answer .said")
    assert answer.get_text() == said
    assert answer["lang"] == "ar"
    assert answer["dir"] == "auto"
    assert answer["translate"] == "no"


def test_answers_stand_in_their_order(installed: Installation, visitor: Visitor) -> None:
    code = visitor.send(TEXT).code
    for number in range(4):
        installed.answers(f"Svar nummer {number}.")
    said = [tag.get_text() for tag in visitor.open(code).soup.select("li.answer .said")]
    assert said == [f"Svar nummer {number}." for number in range(4)]


def test_a_code_opens_its_own_case_only(installed: Installation, visitor: Visitor) -> None:
    code = visitor.send(TEXT).code
    installed.answers("Bare til den første.")
    other = visitor.send("En helt annen historie.").code
    assert "Bare til den første." in visitor.open(code).html
    assert "Bare til den første." not in visitor.open(other).html


def test_a_case_that_was_altered_opens_for_nobody(
    installed: Installation, visitor: Visitor
) -> None:
    """Its rows were dropped behind our back: the same page as for a wrong code, no answers."""
    code = visitor.send(TEXT).code
    installed.answers("Et svar.")
    with installed.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM messages WHERE sequence = 1")
    assert visitor.open(code, status=422).error_beside("code")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "1",
        "1111 1111 1111 1111 111",
        "9" * 20,
        "9" * 5000,
        "ord " * 6,
        "!?",
        "\u202e",
        "½" * 20,
    ],
)
def test_what_is_no_code_is_said_beside_the_field(visitor: Visitor, typed: str) -> None:
    visitor.get("/nb/mailbox")
    page = visitor.press("open", 422, code=typed)
    assert page.error_beside("code")
    assert dict(page.filled("open"))["code"] == typed.strip()


@pytest.mark.parametrize("language", ["nb", "en"])
def test_a_mistyped_word_is_named_with_the_nearest(visitor: Visitor, language: str) -> None:
    words = return_code.as_words(123_456_789_012_345_678, language).split()
    typo = words[2] + "q"
    visitor.get(f"/{language}/mailbox")
    said = visitor.press("open", 422, code=" ".join([*words[:2], typo, *words[3:]]))
    assert typo in said.error_beside("code")
    assert words[2] in said.error_beside("code")


def unknown_codes(installed: Installation, visitor: Visitor) -> dict[str, str]:
    """Codes that lead nowhere, and why."""
    destroyed = visitor.send("Noe som ble slettet med en gang.").code
    visitor.open(destroyed)
    visitor.press("withdraw", code=destroyed)
    withdrawn = visitor.send("Noe som ble holdt tilbake.", danger="yes").code
    visitor.open(withdrawn)
    visitor.press("withdraw", code=withdrawn)
    # One that opens, so that the tables are not empty.
    visitor.send("Noe som står der.")
    assert len(installed.cases()) == 2
    wrong = return_code.as_digits(98_765_432_109_876_543_210 % (1 << return_code.BITS))
    return {"wrong": wrong, "withdrawn": withdrawn, "destroyed": destroyed}


def test_wrong_withdrawn_and_destroyed_codes_get_the_same_page(
    installed: Installation, visitor: Visitor
) -> None:
    bodies, headers = set(), set()
    for code in unknown_codes(installed, visitor).values():
        page = visitor.open(code, status=422)
        plain = re.sub(r'name="token" value="[^"]+"', "", page.html).replace(code, "")
        bodies.add(plain)
        headers.add(str(page.response.headers))
    assert len(bodies) == 1
    assert len(headers) == 1


def test_wrong_withdrawn_and_destroyed_codes_take_the_same_time(
    installed: Installation, visitor: Visitor
) -> None:
    """Each costs one derivation of a key, which is most of the work. Measured as the work of
    this process, in turns, so that another program on the machine does not count."""
    codes = unknown_codes(installed, visitor)
    spent: dict[str, list[float]] = {kind: [] for kind in (*codes, "no code at all")}
    for _round in range(25):
        for kind, code in {**codes, "no code at all": "1111"}.items():
            before = time.process_time()
            visitor.client.post("/nb/mailbox", data={"step": "open", "code": code})
            spent[kind].append(time.process_time() - before)
    medians = {kind: statistics.median(times) for kind, times in spent.items()}
    nothing = medians.pop("no code at all")
    slowest, quickest = max(medians.values()), min(medians.values())
    assert slowest - quickest < 0.5 * (quickest - nothing), medians


# --- the numbers, while nobody has read it --------------------------------------------------------


@pytest.mark.parametrize("text", ["orker ikke mer", "Et lys er ødelagt."])
def test_whoever_waits_long_is_given_the_numbers_that_answer_now(
    installed: Installation, visitor: Visitor, text: str
) -> None:
    """Whatever was written: else they would tell whoever finds the code what it was."""
    set_clock(installed, FRIDAY_EVENING)
    page = visitor.open(visitor.send(text).code)
    assert page.numbers == ["112", "113", "116111", "02800", "116123", "80033321"]


def test_whoever_is_read_soon_is_told_by_when_and_no_more(
    installed: Installation, visitor: Visitor
) -> None:
    set_clock(installed, TUESDAY_MORNING)
    page = visitor.open(visitor.send("Det er kniv med i bildet.", danger="yes").code)
    assert page.numbers == []


def test_a_parent_who_waits_is_given_the_lines_for_parents(
    installed: Installation, visitor: Visitor
) -> None:
    set_clock(installed, FRIDAY_EVENING)
    visitor.get("/nb/parents")
    visitor.press("review", contact="here", text="Datteren min er redd for noen.")
    page = visitor.open(visitor.press("send").code)
    assert "116117" in page.numbers
    assert "80033321" not in page.numbers
