"""What a folder of an interpreter says."""

from __future__ import annotations

from sifra.conversation import Message
from sifra.sealing import Kind, new_key
from triage.folders import Body
from triage.interpreter.interpretation import (
    Grant,
    Original,
    copied,
    grant,
    is_granted,
    originals,
    read,
    translated,
)

KEY, FOLDER, ACCOUNT, UNTIL = new_key(), "ab" * 16, "cd" * 16, 2_000_000_000


def given(**changed: str | int) -> Grant:
    body: Body = {**grant(KEY, FOLDER, ACCOUNT, UNTIL, "uk", 1_900_000_000), **changed}
    found = read([body]).grant
    assert found is not None
    return found


def message(sequence: int, kind: Kind, **body: str | int) -> Message:
    return Message(sequence, kind, {"hour": 3600 * sequence, **body})


def test_a_grant_is_the_readers_own() -> None:
    assert is_granted(KEY, FOLDER, given())
    assert not is_granted(new_key(), FOLDER, given())
    assert not is_granted(KEY, "ff" * 16, given())
    assert not is_granted(KEY, FOLDER, given(until=UNTIL + 1))
    assert not is_granted(KEY, FOLDER, given(account="ee" * 16))
    for mark in ("", "æ", "\ud800", given().mark.upper()):
        assert not is_granted(KEY, FOLDER, given(mark=mark))


def test_what_no_context_may_hold_is_no_grant() -> None:
    assert not is_granted(KEY, FOLDER, given(account="a|b"))


def test_only_the_first_entry_is_a_grant() -> None:
    body = grant(KEY, FOLDER, ACCOUNT, UNTIL, "uk", 0)
    assert read([{"what": "message"}, body]).grant is None
    longer = grant(KEY, FOLDER, ACCOUNT, UNTIL + 1, "uk", 0)
    found = read([body, longer]).grant
    assert found is not None
    assert found.until == UNTIL


def test_what_both_sides_wrote_is_shown_and_nothing_else() -> None:
    conversation = [
        message(0, Kind.TIP, text="слова", language="uk", topic="debt", danger="yes"),
        message(1, Kind.READ, by="youth_team"),
        message(2, Kind.ANSWER, text="svar", language="nb", by="youth_team"),
        message(3, Kind.ASKED, text="et sammendrag", language="nb", to="police"),
        message(4, Kind.TRANSLATION, of=2, text="відповідь", language="uk"),
        message(5, Kind.MORE, text="ще", language="uk"),
        message(6, Kind.HANDED_OVER, to="police", whole=0),
        message(7, Kind.CLOSED, by="youth_team"),
    ]
    assert originals(conversation, "uk") == [
        Original(0, "sender", "слова", "uk", 0),
        Original(2, "staff", "svar", "nb", 7200),
        Original(5, "sender", "ще", "uk", 18000),
    ]


def test_the_language_is_what_staff_saw_and_not_that_of_the_pages() -> None:
    conversation = [
        message(0, Kind.TIP, text="слова", language="nb"),
        message(1, Kind.MORE, text="words", language="en"),
        message(2, Kind.ANSWER, text="svar", language="nb"),
    ]
    assert [one.language for one in originals(conversation, "uk")] == ["uk", "en", "nb"]


def test_what_waits_and_into_which_language() -> None:
    first = grant(KEY, FOLDER, ACCOUNT, UNTIL, "uk", 0)
    said = [
        Original(0, "sender", "слова", "uk", 0),
        Original(1, "staff", "svar", "nb", 0),
        Original(2, "sender", "nynorsk òg", "nn", 0),
        Original(3, "staff", "вітаю", "uk", 0),
    ]
    work = read([first, *map(copied, said)])
    assert list(work.originals) == said
    assert [work.target(one) for one in said] == ["nb", "uk", "nb", "uk"]
    assert [one.of for one in work.waiting] == [0, 1]
    more = read([first, *map(copied, said), translated(0, "ord", "nb", 0)])
    assert [one.of for one in more.waiting] == [1]


def test_the_latest_translation_counts() -> None:
    work = read([translated(0, "feil", "nb", 0), {"what": "?"}, translated(0, "rett", "nb", 0)])
    found = work.translations[0]
    assert (found.text, found.entry) == ("rett", 2)


def test_a_message_cannot_be_copied_again_as_another() -> None:
    one, other = (Original(0, "sender", text, "uk", 0) for text in ("слова", "інші"))
    assert read([copied(one), copied(other)]).originals == (one,)


def test_what_is_none_of_ours_changes_nothing() -> None:
    strange: list[Body] = [
        {},
        {"what": "message", "of": "0", "side": "sender", "text": "a", "language": "b", "hour": 0},
        {"what": "translation", "of": 0, "text": 7, "language": "nb"},
        {"what": "let-in", "account": ACCOUNT, "until": "evig", "language": "uk", "mark": ""},
    ]
    work = read(strange)
    assert (work.grant, work.originals, dict(work.translations)) == (None, (), {})
