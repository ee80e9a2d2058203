"""Who may let another unit in, and how far it has come, without a database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sifra.conversation import Message
from sifra.sealing import Kind, SealError
from triage.folders import Body
from triage.handover.handover_rules import (
    CONSENT,
    LATELY,
    Proposal,
    Second,
    State,
    Unfit,
    What,
    standing,
    unfit,
)

NOW = 2_000_000_000
ME, OTHER, LEADER = "a" * 32, "b" * 32, "c" * 32
ID = "f" * 32
PLAN = Proposal("police", False, "avert_crime", False, "youth_team", ME, NOW, "fare", "kort")
LONG_AGO = NOW - LATELY


YOUTH = frozenset({"youth_team"})
POLICE = frozenset({"police"})
SECONDS = {
    "oneself": (Second(ME, LEADER, LONG_AGO, YOUTH), Unfit.PROPOSER),
    "made today": (Second(OTHER, ME, NOW, YOUTH), Unfit.LET_IN),
    "a second too early": (Second(OTHER, ME, LONG_AGO + 1, YOUTH), Unfit.LET_IN),
    "thirty days": (Second(OTHER, ME, LONG_AGO, YOUTH), None),
    "a clock that went back": (Second(OTHER, ME, NOW + 9, YOUTH), Unfit.LET_IN),
    "let in by another": (Second(OTHER, LEADER, NOW, YOUTH), None),
    "not let in": (Second(OTHER, None, None, YOUTH), Unfit.LET_IN),
    "the first leader": (Second(OTHER, None, LONG_AGO, YOUTH), None),
    "invited by oneself": (Second(OTHER, LEADER, NOW, YOUTH, ME), Unfit.LET_IN),
    "invited long ago": (Second(OTHER, LEADER, LONG_AGO, YOUTH, ME), None),
    "of the other unit": (Second(OTHER, LEADER, LONG_AGO, POLICE), Unfit.RECEIVES),
    "of both units": (Second(OTHER, LEADER, LONG_AGO, POLICE | YOUTH), None),
}


@pytest.mark.parametrize(("second", "why"), SECONDS.values(), ids=SECONDS)
def test_who_may_be_the_second_person(second: Second, why: Unfit | None) -> None:
    assert unfit(ME, {"youth_team"}, second, NOW) == why


def said(what: What, account: str = OTHER) -> Body:
    return {"what": what.value, "account": account, "at": NOW, "by": "youth_team"}


def chain(*kinds: Kind, handover: str = ID, plan: Proposal = PLAN) -> list[Message]:
    """In which the sender was asked of ``plan``."""
    asked = {**plan.question(handover), "hour": NOW, "by": "youth_team"}
    bodies = [asked if kind is Kind.ASKED else {"handover": handover} for kind in kinds]
    found = (Message(n, *said) for n, said in enumerate(zip(kinds, bodies, strict=True), 1))
    return [Message(0, Kind.TIP, {"text": "x"}), *found]


ASKED, YES, NO, TOLD, GONE = (
    Kind.ASKED,
    Kind.CONSENTED,
    Kind.REFUSED,
    Kind.HANDED_OVER,
    Kind.WITHDRAWN,
)
LAW, DANGER = "avert_crime", "danger"
APPROVED, REFUSED = What.APPROVAL, What.REFUSAL
ONE, BOTH = ("youth_team",), ("police", "youth_team")
STANDINGS = {
    "not yet asked": (CONSENT, [], [], ONE, State.ASKED, False),
    "asked": (CONSENT, [], [ASKED], ONE, State.ASKED, False),
    "a yes to no question": (CONSENT, [], [YES], ONE, State.ASKED, False),
    "yes": (CONSENT, [], [ASKED, YES], ONE, State.ASKED, True),
    "no": (CONSENT, [], [ASKED, NO], ONE, State.REFUSED, False),
    "yes, taken back": (CONSENT, [], [ASKED, YES, NO], ONE, State.REFUSED, False),
    "yes, and withdrawn": (CONSENT, [], [ASKED, YES, GONE], ONE, State.ASKED, False),
    "yes, stopped halfway": (CONSENT, [], [ASKED, YES, TOLD], ONE, State.ASKED, True),
    "asked anew after a yes": (CONSENT, [], [ASKED, YES, ASKED], ONE, State.ASKED, False),
    "yes, made": (CONSENT, [], [ASKED, YES, TOLD], BOTH, State.MADE, False),
    "proposed": (LAW, [], [], ONE, State.PROPOSED, False),
    "proposed, and withdrawn": (LAW, [], [GONE], ONE, State.PROPOSED, False),
    "a yes is no second person": (LAW, [], [ASKED, YES], ONE, State.PROPOSED, False),
    "approved": (LAW, [APPROVED], [], ONE, State.PROPOSED, True),
    "approved, and withdrawn": (LAW, [APPROVED], [GONE], ONE, State.PROPOSED, True),
    "refused": (LAW, [REFUSED], [], ONE, State.REFUSED, False),
    "the first decision stands": (LAW, [REFUSED, APPROVED], [], ONE, State.REFUSED, False),
    "approved, stopped halfway": (LAW, [APPROVED], [TOLD], ONE, State.PROPOSED, True),
    "approved, made": (LAW, [APPROVED], [TOLD], BOTH, State.MADE, False),
    "danger, before anything": (DANGER, [], [], ONE, State.PROPOSED, True),
    "danger, made": (DANGER, [], [TOLD], BOTH, State.UNCONFIRMED, False),
    "danger, agreed": (DANGER, [What.CONFIRMATION], [TOLD], BOTH, State.CONFIRMED, False),
    "danger, disagreed": (DANGER, [What.OBJECTION], [TOLD], BOTH, State.OBJECTED, False),
}


@pytest.mark.parametrize(
    ("ground", "entries", "kinds", "holders", "state", "may_be_made"),
    STANDINGS.values(),
    ids=STANDINGS,
)
def test_how_far_it_has_come(
    ground: str,
    entries: list[What],
    kinds: list[Kind],
    holders: tuple[str, ...],
    state: State,
    may_be_made: bool,
) -> None:
    plan = replace(PLAN, ground=ground, at_once=ground == "danger")
    found = standing(ID, [plan.entry, *map(said, entries)], holders, chain(*kinds))
    assert (found.state, found.may_be_made) == (state, may_be_made)
    assert found.proposal == plan


OTHER_WORDS = {
    "another summary": replace(PLAN, summary="lenger"),
    "another unit": replace(PLAN, to="child_welfare"),
    "a summary, and all goes over": replace(PLAN, whole=True),
    "another translation": replace(PLAN, translation="shorter", translation_language="en"),
}


@pytest.mark.parametrize("other", OTHER_WORDS.values(), ids=OTHER_WORDS)
def test_a_yes_to_other_words_is_no_yes_to_these(other: Proposal) -> None:
    plan = replace(PLAN, ground=CONSENT)
    found = standing(ID, [plan.entry], ["youth_team"], chain(ASKED, YES, plan=other))
    assert (found.state, found.consent, found.may_be_made) == (State.ASKED, None, False)


def test_the_other_unit_gets_nothing_of_the_senders_language() -> None:
    plan = replace(PLAN, translation="short", translation_language="en")
    assert plan.entry == PLAN.entry


def test_what_is_said_of_another_hand_over_counts_for_nothing() -> None:
    found = standing(
        ID,
        [replace(PLAN, ground=CONSENT).entry],
        ["youth_team"],
        chain(ASKED, YES, handover="0" * 32),
    )
    assert (found.state, found.asked, found.may_be_made) == (State.ASKED, False, False)


@pytest.mark.parametrize("what", [What.APPROVAL, What.CONFIRMATION, What.OBJECTION])
def test_an_approval_by_the_same_person_is_a_forgery(what: What) -> None:
    with pytest.raises(SealError):
        standing(ID, [PLAN.entry, said(what, ME)], ["youth_team"], chain())


@pytest.mark.parametrize(
    "entries",
    [[], [said(What.REPLY)], [{"what": "proposal", "to": "police"}]],
    ids=["empty", "a-reply", "half-a-proposal"],
)
def test_a_folder_that_does_not_begin_with_a_proposal_is_none(entries: list[Body]) -> None:
    with pytest.raises(SealError):
        standing(ID, entries, ["youth_team"], chain())


@pytest.mark.parametrize("whole", [False, True])
def test_the_sender_is_asked_of_exactly_what_goes_over(whole: bool) -> None:
    plan = replace(
        PLAN, whole=whole, summary="" if whole else "kort", language="nb", translation="short",
        translation_language="en",
    )  # fmt: skip
    asked = plan.question(ID)
    words = {"text", "language", "translation", "translation_language"}
    assert (asked["to"], asked["whole"], asked["handover"]) == ("police", int(whole), ID)
    assert words & asked.keys() == (words - {"text", "language"} if whole else words)
    assert "fare" not in asked.values()
