"""What a notice says, to the letter."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sifra.catalogues import catalogue
from tests.worker.desk import NOW
from triage.worker.message import Sender, Waiting

HOUR = 3600
SENDER = Sender(
    catalogue("triage", "nb"), "Ung i Indre", ZoneInfo("Europe/Oslo"), "https://kontor.no/queue"
)


@pytest.mark.parametrize(
    ("waiting", "title", "lines"),
    [
        pytest.param(
            Waiting(1, False, NOW + 2 * HOUR),
            "Ung i Indre: 1 sak venter",
            ["Kø: Ungdomsteamet", "Nærmeste frist: ons. 25. nov. 12:00"],
            id="one",
        ),
        pytest.param(
            Waiting(3, True, NOW + 26 * HOUR),
            "Ung i Indre: 3 saker venter",
            ["Kø: Ungdomsteamet", "Det haster.", "Nærmeste frist: tor. 26. nov. 12:00"],
            id="urgent",
        ),
        pytest.param(
            Waiting(2, False, NOW),
            "Ung i Indre: 2 saker venter",
            ["Kø: Ungdomsteamet", "Fristen gikk ut: ons. 25. nov. 10:00"],
            id="late",
        ),
        pytest.param(
            Waiting(2, False, None),
            "Ung i Indre: 2 saker venter",
            ["Kø: Ungdomsteamet"],
            id="nothing-promised",
        ),
        pytest.param(
            Waiting(0, False, None),
            "Ung i Indre: varslene kommer fram igjen",
            [
                "Kø: Ungdomsteamet",
                "Varsler til dere kom ikke fram en stund. Ingen saker venter nå.",
            ],
            id="again",
        ),
    ],
)
def test_the_text(waiting: Waiting, title: str, lines: list[str]) -> None:
    said = SENDER.message("Ungdomsteamet", waiting, "a1b2", NOW)
    assert said.title == title
    assert said.body.split("\n") == [*lines, "https://kontor.no/queue", "Melding a1b2"]


def test_without_an_address_of_the_office_there_is_no_link() -> None:
    bare = Sender(SENDER.words, SENDER.site, SENDER.zone)
    assert "://" not in bare.message("Politiet", Waiting(1, True, None), "a1b2", NOW).body


_ALLOWED = re.compile(
    r"Kø: Politikontakten\n(Det haster\.\n)?"
    r"((Nærmeste frist|Fristen gikk ut): \w+\.? \d+\. \w+\.? \d\d:00\n)?"
    r"https://kontor\.no/queue\nMelding a1b2"
)


@given(
    st.integers(1, 5000),
    st.booleans(),
    st.none() | st.integers(450_000, 550_000).map(lambda hours: hours * HOUR),
)
def test_nothing_else_can_stand_in_it(cases: int, urgent: bool, deadline: int | None) -> None:
    said = SENDER.message("Politikontakten", Waiting(cases, urgent, deadline), "a1b2", NOW)
    assert re.fullmatch(r"Ung i Indre: \d+ (sak|saker) venter", said.title)
    assert _ALLOWED.fullmatch(said.body)
