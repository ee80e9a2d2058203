"""The numbers above the send button: found in memory, shown in order, never in the way."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from reporter import dangers
from sifra import municipality
from sifra.municipality import DangerWords, Municipality
from tests.reporter.installation import Installation, Visitor
from tests.reporter.moments import FRIDAY_EVENING, TUESDAY_MORNING, local, set_clock

POLICE, AMBULANCE, CHILD, MENTAL = "112", "113", "116111", "116123"
NUMBERS = {
    "weapon": [POLICE, CHILD],
    "health": [AMBULANCE, CHILD],
    "life": [AMBULANCE, CHILD, MENTAL],
    "child": [CHILD],
}
PLAIN = {"nb": "Noen røyker bak skolen.", "en": "Some smoke there.", "ar": "بعضهم يدخن هناك."}


@pytest.fixture(scope="module")
def shipped() -> Municipality:
    return municipality.load(municipality.shipped_path())


@pytest.mark.parametrize("language", ["nb", "en", "ar"])
@pytest.mark.parametrize("group", NUMBERS)
def test_the_review_shows_them_above_the_button_and_lets_it_be_sent(
    installed: Installation, visitor: Visitor, group: str, language: str
) -> None:
    word = installed.settings.municipality.danger_words[group].words[language][0]
    page = visitor.write(f"{PLAIN[language]} {word}.", language, danger="no")
    first = NUMBERS[group]
    assert page.numbers[: len(first)] == first
    assert len(set(page.numbers)) == len(page.numbers)
    assert page.html.index('section class="danger numbers"') < page.html.index('value="send"')
    assert visitor.press("send").has("#return-code")


@pytest.mark.parametrize(
    ("danger", "numbers"),
    [("yes", [POLICE, AMBULANCE, CHILD]), ("unsure", [CHILD]), ("no", []), ("", [])],
)
def test_what_was_ticked_counts_as_well(
    installed: Installation, visitor: Visitor, danger: str, numbers: list[str]
) -> None:
    set_clock(installed, TUESDAY_MORNING)
    page = visitor.write(PLAIN["nb"], danger=danger)
    assert page.numbers == numbers


@pytest.mark.parametrize("topic", ["place", "drugs"])
def test_where_nothing_is_promised_a_number_is_there_whatever_the_rule(
    installed: Installation, visitor: Visitor, topic: str
) -> None:
    """What does not hurry needs no number, as long as somebody reads it."""
    set_clock(installed, TUESDAY_MORNING)
    facts = {"danger": "no", "topic": topic, "urgency": "whenever"}
    assert visitor.write(PLAIN["nb"], **facts).numbers == []
    installed.lose_worker()
    set_clock(installed, TUESDAY_MORNING + dt.timedelta(minutes=1))
    assert visitor.write(PLAIN["nb"], **facts).numbers == [CHILD]


def test_ticked_and_written_give_each_number_once_emergency_first(visitor: Visitor) -> None:
    page = visitor.write("Jeg vil dø. Han har kniv og jeg har tatt piller.", danger="yes")
    assert page.numbers[:4] == [POLICE, AMBULANCE, CHILD, MENTAL]
    assert len(set(page.numbers)) == len(page.numbers)


@pytest.mark.parametrize(
    ("text", "topic", "numbers"),
    [
        (PLAIN["nb"], "weapons", [POLICE, AMBULANCE, CHILD]),
        (PLAIN["nb"], "friend", [AMBULANCE, POLICE, CHILD]),
        (PLAIN["nb"], "self_harm", [AMBULANCE, POLICE, CHILD, MENTAL]),
        ("Venninna mi har tatt piller.", "friend", [AMBULANCE, POLICE, CHILD]),
        ("Venninna mi har tatt piller.", "", [AMBULANCE, POLICE, CHILD]),
        ("Han har kniv.", "friend", [POLICE, AMBULANCE, CHILD]),
    ],
)
def test_in_danger_the_emergency_number_that_fits_stands_on_top(
    visitor: Visitor, text: str, topic: str, numbers: list[str]
) -> None:
    assert visitor.write(text, topic=topic, danger="yes").numbers == numbers


def test_every_word_of_the_file_is_found_in_every_group(shipped: Municipality) -> None:
    for group, danger in shipped.danger_words.items():
        for word in (word for words in danger.words.values() for word in words):
            for text in (word, word.upper(), f"({word})", f"og {word}, sa han", f"x\n{word}\ny"):
                found = dangers.found(text, shipped)
                assert set(danger.lines) <= set(found), (group, text)


@pytest.mark.parametrize(
    "text",
    [
        "KNIVEN lå der",
        "knivstikking",
        "Vi\u00a0vil\n\n  dø",
        "vil ikke\tleve",
        "ｋｎｉｆｅ",
        "PISTOLER",
        "والسكين معه",
        "بالسلاح",
        "سِكِّين",
        "ســكين",
        "on ma bron w plecaku",
        "ai ka arme ne shkolle",
        "he forces me to stay",
    ],
)
def test_words_are_found_as_they_are_written(shipped: Municipality, text: str) -> None:
    assert dangers.found(text, shipped)


@pytest.mark.parametrize(
    ("word", "text", "is_found"),
    [
        ("вб'ю", "Я вбю", True),
        ("вб'ю", "Я вбʼю", True),
        ("вбью", "я ВБЁЮ", False),
        ("убьёт", "он убьет", True),
        ("bıçak", "BIÇAK", True),
        ("silah", "SİLAH", True),
        ("gwałci", "gwalci", True),
        ("død", "dod", True),
        ("gun", "gün", False),
        ("چاقوی", "چاقو\u200cي", True),
        ("چەقۆ", "چه\u200cقۆ", True),
        ("سكين", "وبالسکین", False),
        ("سكين", "بالسکین", True),
        ("أقتل", "اقتلك", True),
        ("ጠበንጃ", "ብጠበንጃ", True),
        ("ጠበንጃ", "ካብ፡ጠበንጃ", True),
        ("ኣጽዋር", "አፅዋር", True),
        ("ንጃ", "ጠበንጃ", False),
    ],
)
def test_a_word_is_the_same_on_every_keyboard(
    shipped: Municipality, word: str, text: str, is_found: bool
) -> None:
    words = DangerWords(lines=("police_emergency",), words={"nb": (word,)})
    place = replace(shipped, danger_words={"one": words})
    assert dangers.found(text, place) == (["police_emergency"] if is_found else [])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "jakten på lykken",
        "hakniv",
        "afire",
        "skyene",
        PLAIN["ar"],
        # Words of one language, typed without marks, that begin a word of another.
        "Jeg har vondt i armen.",
        "Vi fikk bronse i cupen.",
        "My uncle is in the air forces.",
    ],
)
def test_other_words_are_not(shipped: Municipality, text: str) -> None:
    assert dangers.found(text, shipped) == []


def test_a_number_that_is_not_confirmed_is_never_shown(shipped: Municipality) -> None:
    lines = [
        replace(line, confirmed=False) if line.id == "ambulance" else line
        for line in shipped.help_lines
    ]
    unsure = replace(shipped, help_lines=tuple(lines))
    shown = dangers.lines_to_show("yes", dangers.found("han puster ikke", unsure), unsure)
    assert [line.number for line in shown] == ["112", "116 111"]


# --- words of danger, where the sender says that there is none -----------------------------------

EXPOSED = {"topic": "exposed", "danger": "no", "urgency": "soon"}
NUDES = "askimexposed har nakenvideo av en i klassen. hva gjør jeg"


def test_the_topics_rule_stands_and_the_readers_are_hurried(
    installed: Installation, visitor: Visitor
) -> None:
    set_clock(installed, TUESDAY_MORNING)
    visitor.send(NUDES, **EXPOSED)
    clear = installed.only_case().clear
    assert clear.promised == local(2026, 11, 24, 12).timestamp()
    assert clear.read_by == clear.received


def test_the_rules_own_numbers_are_shown(installed: Installation, visitor: Visitor) -> None:
    set_clock(installed, FRIDAY_EVENING)
    page = visitor.write(NUDES, **EXPOSED)
    numbers = [str(link["href"]) for link in page.soup.select("main a[href^='tel:']")]
    assert numbers == ["tel:116111", "tel:02800"]
