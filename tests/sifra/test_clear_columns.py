"""Everything that the databases hold of a case, column by column, against a list for people.

Design §5 says what stands in clear. Below it is said of each column of each table, and the test
reads them all: a column that is not listed fails, and so does a value that is not as listed.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import insert, update

from sifra.case_store import HOUR, Asked, Clear, State
from sifra.conversation import begin
from sifra.database import file_url, open_engine, reading, writing
from sifra.duty_store import CHANNEL, WORKER, DutyStore
from sifra.key_cards import SigningKey
from sifra.picture_events import SEALED_BYTES, Event, seal_event
from sifra.promise_rows import Promise
from sifra.sealing import Kind, PrivateKey, new_key, pad, seal
from sifra.tables import notices, picture_counts, signals, steps
from tests.sifra.conftest import LATER, LOOKUP, RECEIVED, Folder
from tests.sifra.example_cases import SENDER_KEY, Body, Example, joined

TEXT = (
    "slåsskamp Stasjonsgata Ali Nguyen kniv planned_fight weapons masan askim yes unsure fare "
    "danger arabic språk language whenever urgency hilsen takk"
)
ACCOUNT = "ac" * 16
NUMBER = "+4791234567"
PROFILE = '{"called":{"nb":"Helsesykepleieren"}}'
SUMMARY = {
    "topic": "planned_fight",
    "place": "masan",
    "language": "nb",
    "danger": "yes",
    "urgency": "whenever",
    "text": TEXT[:60],
}

AFTER = {
    Kind.READ: State.READ,
    Kind.ANSWER: State.ANSWERED,
    Kind.CLOSED: State.CLOSED,
    Kind.REOPENED: State.READ,
}

Check = Callable[[object], bool]


def one_of(*allowed: object) -> Check:
    return lambda value: value in allowed


def matching(pattern: str) -> Check:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


def whole_hour(value: object) -> bool:
    return isinstance(value, int) and value % HOUR == 0


def maybe(check: Check) -> Check:
    return lambda value: value is None or check(value)


def sealed_bytes(*sizes: int) -> Check:
    """Bytes of these sizes that look random: no value twice as often as chance allows."""

    def check(value: object) -> bool:
        if not isinstance(value, bytes) or len(value) not in sizes:
            return False
        most = Counter(value).most_common(1)[0][1]
        mean = len(value) / 256
        return most <= mean + 8 * math.sqrt(mean) + 4

    return check


@dataclass(frozen=True)
class Column:
    what: str
    check: Check


CASE_ID = Column("the case's random id", matching("[0-9a-f]{32}"))
HOLDER = Column("a unit that may read, or the sender", one_of("youth_team", "police", "sender"))
UNIT = Column("a unit", one_of("youth_team", "police"))
RANDOM_ID = Column("a random id", matching("[0-9a-f]{32}"))
ACCOUNT_ID = Column("a member of the staff", one_of(ACCOUNT))
SECOND = Column("when staff or a worker did or planned something", lambda v: isinstance(v, int))
DATE = Column("a date", matching(r"20[0-9]{2}-[01][0-9]-[0-3][0-9]"))
MESSAGE_SIZES = (1 + 32 + 12 + 1024 + 16, 1 + 32 + 12 + 2048 + 16)

MAY_HOLD = {
    "cases.id": CASE_ID,
    "cases.lane": Column("tip, talk or parent", one_of("tip", "talk", "parent")),
    "cases.state": Column("where it stands", one_of(*(state.value for state in State))),
    "cases.received": Column("the whole hour it was received in", whole_hour),
    "cases.read_by": Column("the whole hour it is to be read by", whole_hour),
    "cases.promised": Column("the whole hour that the sender was told", whole_hour),
    "cases.retention_days": Column("days of retention", one_of(180)),
    "cases.lookup_id": Column("hash of the return code, or nothing", sealed_bytes(16)),
    "cases.summary": Column("sealed; of one size", sealed_bytes(12 + 512 + 16)),
    "cases.head": Column("HMAC of the chain's end and the readers", sealed_bytes(32)),
    "messages.case_id": CASE_ID,
    "messages.sequence": Column("0, 1, 2 …", one_of(*range(10))),
    "messages.sealed": Column("sealed; of a Padmé size", sealed_bytes(*MESSAGE_SIZES)),
    "wraps.case_id": CASE_ID,
    "wraps.purpose": Column(
        "which key is wrapped", matching(r"(answer-key|tip-key|tip-key\.[1-9][0-9]*)")
    ),
    "wraps.holder": HOLDER,
    "wraps.sealed": Column("a wrapped key under the erasure key", sealed_bytes(1196, 88)),
    "contacts.case_id": CASE_ID,
    "contacts.slot": Column("what the number's erasure key is kept under", CASE_ID.check),
    "contacts.sealed": Column("sealed; of one size", sealed_bytes(28 + 512 + 28)),
    "profiles.adult": Column("an adult of the file", one_of("school_nurse")),
    "profiles.serial": Column("1, 2, 3 …", one_of(1, 2, 3)),
    "profiles.text": Column("what an adult says of themselves, public", one_of(PROFILE)),
    "profiles.signature": Column("Ed25519", sealed_bytes(64)),
    "steps.case_id": CASE_ID,
    "steps.sequence": Column("0, 1, 2 …", one_of(*range(10))),
    "steps.unit": UNIT,
    "steps.due": Column("a whole hour", whole_hour),
    "steps.notice_id": Column("the notice that took it, or nothing", maybe(RANDOM_ID.check)),
    "notices.id": RANDOM_ID,
    "notices.unit": UNIT,
    "notices.made": SECOND,
    "notices.attempts": Column("0, 1, 2 …", one_of(*range(10))),
    "notices.next_try": SECOND,
    "notices.sent": Column("when a worker sent it, or nothing", maybe(SECOND.check)),
    "shifts.id": RANDOM_ID,
    "shifts.unit": UNIT,
    "shifts.start": SECOND,
    "shifts.end": SECOND,
    "shifts.least": Column("how many make a promise", one_of(1, 2)),
    "shift_people.shift_id": RANDOM_ID,
    "shift_people.account_id": ACCOUNT_ID,
    "days_off.id": RANDOM_ID,
    "days_off.unit": UNIT,
    "days_off.first": DATE,
    "days_off.last": DATE,
    "pauses.unit": UNIT,
    "pauses.until": SECOND,
    "pauses.account_id": ACCOUNT_ID,
    "signals.name": Column("a worker, or a unit's channel", one_of("worker", "channel:youth_team")),
    "signals.at": SECOND,
    "promise_counts.unit": UNIT,
    "promise_counts.quarter": Column("a quarter", matching(r"20[0-9]{2}-Q[1-4]")),
    "promise_counts.kept": Column("a count", one_of(*range(10))),
    "promise_counts.late": Column("a count", one_of(*range(10))),
    "key_cards.holder": HOLDER,
    "key_cards.serial": Column("1, 2, 3 …", one_of(1, 2, 3)),
    "key_cards.public": Column("a public key", sealed_bytes(1216)),
    "key_cards.signature": Column("Ed25519", sealed_bytes(64)),
    "spent.mark": Column("keyed hash of a form's token", sealed_bytes(32)),
    "spent.expires": Column("a whole hour", whole_hour),
    "picture_events.id": Column("random, of no case", sealed_bytes(16)),
    "picture_events.sealed": Column("sealed; of one size", sealed_bytes(SEALED_BYTES)),
    "picture_counts.name": Column("there is one row", one_of("counts")),
    "picture_counts.version": Column("1, 2, 3 …", one_of(1, 2, 3)),
    "picture_counts.sealed": Column("sealed; of a Padmé size", sealed_bytes(12 + 1024 + 16)),
    "erasure_keys.case_id": CASE_ID,
    "erasure_keys.key": Column("the case's erasure key", sealed_bytes(32)),
}


@pytest.fixture
def lived_in(folder: Folder, tip: Example) -> Folder:
    """A folder after a conversation with every kind of message, and the operator's cards."""
    store = folder.store
    signing = SigningKey.generate()
    for holder, private in tip.holders.items():
        store.put_card(signing.sign(holder, 1, private))
    keys = store.public_keys(tip.holders, signing.verifier())
    sealed = begin({"text": TEXT}, SUMMARY, keys, SENDER_KEY, store.reserve())
    clear = Clear(sealed.id, "tip", State.NEW, RECEIVED, LATER, 180, LATER)
    asked = (Asked("youth_team", RECEIVED), Asked("police", LATER))
    event = Event("planned_fight", "masan", "nb", "tip", "2026-W48", 4, 18)
    counted = seal_event(event, PrivateKey.generate().public())
    store.deposit(clear, sealed, bytes(range(100, 116)), bytes(range(32)), LATER, asked, counted)
    case = Example(sealed, tip.holders)
    for kind in (Kind.READ, Kind.ANSWER, Kind.CLOSED, Kind.REOPENED, Kind.MORE):
        body: Body = {"text": TEXT, "hour": LATER}
        addition = (
            case.sender().more(body, keys) if kind is Kind.MORE else case.reader().add(kind, body)
        )
        if kind is Kind.MORE:
            promise = Promise(LATER + HOUR, RECEIVED, asked)
            store.add(addition, State.MORE, promise=promise)
        else:
            store.add(addition, AFTER[kind], read_by_unit="police", now=LATER)
        case = Example(joined(case.sealed, addition), tip.holders)
    slot = store.reserve()
    talk = begin({"text": TEXT}, SUMMARY, keys, SENDER_KEY, store.reserve(), (NUMBER, slot))
    clear = Clear(talk.id, "talk", State.NEW, RECEIVED, LATER, 180, LATER)
    mark = bytes(range(40, 72))
    store.deposit(clear, talk, bytes(range(120, 136)), mark, LATER, asked, contact=slot)
    store.put_profile("school_nurse", 2, PROFILE, signing.sign_profile("school_nurse", 2, PROFILE))
    store.spend(bytes(range(60, 92)), LATER, RECEIVED)
    plan_and_notify(folder)
    folded = {"name": "counts", "version": 2, "sealed": seal(new_key(), pad(TEXT.encode()))}
    with writing(folder.engine) as connection:
        connection.execute(insert(picture_counts).values(**folded))
    return folder


def plan_and_notify(folder: Folder) -> None:
    """What staff plan, and what a worker that takes every step leaves behind."""
    rota = DutyStore(folder.engine)
    rota.plan("youth_team", LATER + 61, LATER + 4 * HOUR, 2, LATER, [ACCOUNT])
    rota.stay("police", ACCOUNT, LATER + HOUR, LATER + 7)
    rota.close("police", dt.date(2026, 12, 21), dt.date(2026, 12, 27), LATER)
    rota.pause("youth_team", LATER + 2 * HOUR, ACCOUNT, LATER)
    for name in (WORKER, f"{CHANNEL}youth_team"):
        with writing(folder.engine) as connection:
            connection.execute(insert(signals).values(name=name, at=LATER + 3))
    notice = {"id": "0f" * 16, "unit": "youth_team", "made": LATER + 3, "attempts": 1}
    with writing(folder.engine) as connection:
        connection.execute(insert(notices).values(**notice, next_try=LATER + 90, sent=LATER + 5))
        connection.execute(
            update(steps).where(steps.c.unit == "youth_team").values(notice_id=notice["id"])
        )


def every_value(folder: Folder) -> dict[str, list[object]]:
    found: dict[str, list[object]] = {}
    for file in ("cases.sqlite", "erasure-keys.sqlite"):
        with reading(open_engine(file_url(folder.path / file))) as connection:
            tables = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type='table'")
            for table in tables.scalars().all():
                rows = connection.exec_driver_sql(f'SELECT * FROM "{table}"')  # noqa: S608
                names = list(rows.keys())
                for row in rows:
                    for name, value in zip(names, row, strict=True):
                        found.setdefault(f"{table}.{name}", []).append(value)
    return found


def test_every_column_holds_what_is_listed_and_nothing_else(lived_in: Folder) -> None:
    values = every_value(lived_in)
    assert set(values) == set(MAY_HOLD)
    for name, column in MAY_HOLD.items():
        wrong = [value for value in values[name] if not column.check(value)]
        assert wrong == [], f"{name} may hold only: {column.what}"


def test_no_word_of_it_lies_in_any_file(lived_in: Folder) -> None:
    data = lived_in.every_byte().lower()
    assert b"youth_team" in data
    words = [*TEXT.split(), TEXT[:60], *SUMMARY, "hour", NUMBER, NUMBER[3:]]
    # Shorter ones would be found by chance among so many random bytes.
    found = [
        word
        for word in words
        for coded in (word.lower().encode(), word.lower().encode("utf-16-le"))
        if len(coded) >= 5 and coded in data
    ]
    assert found == []


def test_a_case_without_a_code_has_no_lookup(folder: Folder, tip: Example) -> None:
    sealed = begin({"text": TEXT}, SUMMARY, tip.public_keys, None)
    folder.deposit(sealed, None)
    values = every_value(folder)
    assert values["cases.lookup_id"] == [None]
    assert "sender" not in values["wraps.holder"]
    assert LOOKUP not in folder.every_byte()
