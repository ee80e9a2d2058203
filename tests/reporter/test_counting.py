"""Each tip is counted once for the picture, and taken all the same where it cannot be counted."""

from __future__ import annotations

import logging

import pytest
import time_machine
from sqlalchemy import delete, select, update

from sifra.database import reading, writing
from sifra.key_cards import PICTURE, SigningKey
from sifra.picture_events import Event, SealedEvent, open_event
from sifra.sealing import PrivateKey
from sifra.tables import key_cards, picture_events
from tests.reporter.installation import SIGNING_KEY, Installation, Visitor

KEY = PrivateKey.generate()
FRIDAY = "2026-11-27T18:30:00+00:00"
NOT_COUNTED = "cases are taken but not counted in the picture"


@pytest.fixture
def counted(installed: Installation) -> Installation:
    installed.store.put_card(SIGNING_KEY.sign(PICTURE, 1, KEY))
    return installed


def events(installed: Installation, key: PrivateKey = KEY) -> list[Event]:
    with reading(installed.engine) as connection:
        rows = connection.execute(select(picture_events)).all()
    return [open_event(SealedEvent(row.id, row.sealed), key) for row in rows]


def test_a_tip_leaves_one_event_that_says_what_was_ticked(
    counted: Installation, visitor: Visitor
) -> None:
    with time_machine.travel(FRIDAY, tick=False):
        visitor.send("beef på måsan", "en", topic="planned_fight", place="masan", danger="no")
    # Local time, to two hours.
    expected = Event("planned_fight", "masan", "en", "tip", "2026-W48", 4, 18)
    assert events(counted) == [expected]


def test_what_was_not_ticked_is_not_said(counted: Installation, visitor: Visitor) -> None:
    visitor.send("noe skjedde")
    (event,) = events(counted)
    assert (event.topic, event.place, event.lane) == ("", "", "tip")


def test_a_form_that_is_sent_twice_is_counted_once(counted: Installation, visitor: Visitor) -> None:
    visitor.write("noe skjedde")
    review = visitor.page
    visitor.press("send")
    visitor.page = review
    visitor.press("send")
    assert len(counted.cases()) == 1
    assert len(events(counted)) == 1


def test_what_is_written_later_is_not_counted(counted: Installation, visitor: Visitor) -> None:
    code = visitor.send("noe skjedde").code
    visitor.open(code)
    visitor.press("write", text="og så en ting til")
    assert len(events(counted)) == 1


@pytest.mark.parametrize("card", ["none", "not signed", "another holder's"])
def test_without_a_good_card_a_tip_is_taken_and_the_operator_told_once(
    installed: Installation, visitor: Visitor, caplog: pytest.LogCaptureFixture, card: str
) -> None:
    if card == "not signed":
        installed.store.put_card(SigningKey.generate().sign(PICTURE, 1, KEY))
    if card == "another holder's":
        installed.store.put_card(SIGNING_KEY.sign("police", 1, KEY))
        with writing(installed.engine) as connection:
            connection.execute(
                update(key_cards).where(key_cards.c.holder == "police").values(holder=PICTURE)
            )
    with caplog.at_level(logging.WARNING), time_machine.travel(FRIDAY, tick=False) as clock:
        visitor.send("noe skjedde")
        clock.shift(61)
        visitor.send("noe annet skjedde")
    assert len(installed.cases()) == 2
    assert events(installed) == []
    assert caplog.text.count(NOT_COUNTED) == 1


def test_a_card_that_was_renewed_is_used_soon(counted: Installation, visitor: Visitor) -> None:
    newer = PrivateKey.generate()
    with time_machine.travel(FRIDAY, tick=False) as clock:
        visitor.send("noe skjedde")
        with writing(counted.engine) as connection:
            connection.execute(delete(picture_events))
        counted.store.put_card(SIGNING_KEY.sign(PICTURE, 2, newer))
        clock.shift(61)
        visitor.send("noe annet skjedde")
    assert len(events(counted, newer)) == 1


def test_nothing_leads_from_the_event_to_the_case(counted: Installation, visitor: Visitor) -> None:
    visitor.send("noe skjedde")
    with reading(counted.engine) as connection:
        (row,) = connection.execute(select(picture_events)).all()
    case = counted.only_case()
    stored = [case.clear.id, *(str(value) for value in case.sealed.wraps)]
    assert not any(row.id.hex() in value or value in row.id.hex() for value in stored)
    assert set(picture_events.c.keys()) == {"id", "sealed"}
