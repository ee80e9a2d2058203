"""What a summary repeats of the sender's words."""

from __future__ import annotations

import pytest

from triage.handover.own_words import repeated

TOLD = "Beef fredag kl 19 på måsan, noen fra Ski kommer!! ikke si det var meg"


@pytest.mark.parametrize(
    ("summary", "found"),
    [
        ("Slåsskamp fredag kl. 19 på Måsan. Flere kommer utenfra.", []),
        ("Noen skriver at NOEN FRA SKI kommer, ikke si hvem.", ["NOEN FRA SKI kommer, ikke si"]),
        ("si det var\nmeg: sa hun", []),
        ("", []),
        ("fredag", []),
    ],
    ids=["time-and-place", "six-words", "four-words", "empty", "short"],
)
def test_a_run_of_the_same_words(summary: str, found: list[str]) -> None:
    assert repeated(summary, [TOLD]) == found


def test_runs_that_meet_are_one_and_those_that_do_not_are_two() -> None:
    again = "beef fredag kl 19 på måsan"
    summary = f"Først: {TOLD}. Så noe helt annet her nå, og: {again}."
    assert repeated(summary, ["x", TOLD]) == [TOLD, again]


def test_other_scripts_have_words_too() -> None:
    text = "هناك شجار يوم الجمعة عند المحطة في المساء"
    assert repeated(text, [text]) == [text]
