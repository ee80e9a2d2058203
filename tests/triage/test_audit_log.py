"""The chain: whatever is done to it from outside is found, and many at once make one."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, event, select

from sifra.database import StoreUnavailable, create_file, file_url, open_engine, reading, writing
from sifra.migrate import Tree, go_back, migrate
from triage.audit import audit_log
from triage.audit.audit_log import BEGINNING, Action, Deed, Noted
from triage.staff_tables import audit_entries, metadata

WHO, CASE, SHIFT = "a" * 32, "c" * 32, "5" * 32
COLUMNS = [column.name for column in audit_entries.columns]
SAMPLES: dict[str, int | str] = {
    **dict.fromkeys(("messages", "message", "joined", "until", "serial"), 1),
    **dict.fromkeys(("entry", "whole", "cases"), 1),
    **dict.fromkeys(("shift", "added", "account", "interpreter", "handover"), SHIFT),
    "to": SHIFT,
    "what": "label",
    "whom": "police_emergency",
    "form": "json",
    "ground": "consent",
    "purpose": "renew",
    "first": "2026-11-27",
    "last": "2026-12-01",
    "reason": "prank",
    "role": "reader",
}


def deed(action: Action) -> Deed:
    of_unit, of_case = action.scope.value
    return Deed(
        action,
        WHO,
        "police" if of_unit else "",
        CASE if of_case else None,
        {name: SAMPLES[name] for name in action.fields},
    )


DEEDS = [deed(action) for action in Action]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = made_at(tmp_path / "staff.sqlite")
    yield made
    made.dispose()


def made_at(path: Path) -> Engine:
    create_file(file_url(path))
    made = open_engine(file_url(path))
    with writing(made) as connection:
        metadata.create_all(connection)
    return made


@pytest.fixture(scope="session")
def chain(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Noted]]:
    """A log with an entry of each kind, and the head after each."""
    path = tmp_path_factory.mktemp("chain") / "staff.sqlite"
    engine = made_at(path)
    heads = [audit_log.end(engine)]
    for one in DEEDS:
        audit_log.append(engine, one)
        heads.append(audit_log.end(engine))
    engine.dispose()
    with closing(sqlite3.connect(path)) as plain:
        plain.execute("PRAGMA journal_mode=DELETE")
    return path, heads


@contextmanager
def tampered(
    chain: tuple[Path, list[Noted]], *steps: tuple[str, tuple[object, ...]]
) -> Iterator[Engine]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(shutil.copy(chain[0], folder))
        with closing(sqlite3.connect(path, isolation_level=None)) as plain:
            for statement, values in steps:
                plain.execute(statement, values)
        engine = open_engine(file_url(path))
        try:
            yield engine
        finally:
            engine.dispose()


def first_bad(engine: Engine, noted: Noted | None = None) -> int | None:
    found = audit_log.verify(engine, noted)
    assert found.finding is not None
    return found.finding.sequence


def test_an_untouched_log_is_well_and_every_head_is_found(
    chain: tuple[Path, list[Noted]],
) -> None:
    with tampered(chain) as engine:
        for noted in chain[1]:
            for written in (noted, Noted(None, noted.head), Noted.parse(str(noted))):
                found = audit_log.verify(engine, written)
                assert found.finding is None
                assert found.end == chain[1][-1]
    assert len({noted.head for noted in chain[1]}) == len(Action) + 1


def test_an_empty_log_is_well(engine: Engine) -> None:
    assert audit_log.verify(engine) == audit_log.Verified(Noted(0, BEGINNING), None)
    assert first_bad(engine, Noted(1, "f" * 64)) == 1


PLACES = st.integers(1, len(DEEDS))
VALUES = st.one_of(
    st.integers(-(2**60), 2**60),
    st.text(max_size=70).filter(lambda text: "\x00" not in text),
    st.binary(max_size=40),
    st.floats(allow_nan=False),
)


@given(PLACES, st.sampled_from([one for one in COLUMNS if one != "sequence"]), VALUES)
def test_any_flipped_field_is_found_where_it_stands(
    chain: tuple[Path, list[Noted]], place: int, column: str, value: object
) -> None:
    change = f"UPDATE audit_entries SET {column} = ? WHERE sequence = ?"  # noqa: S608
    with tampered(chain, (change, (value, place))) as engine:
        with reading(engine) as connection:
            here = connection.execute(
                select(audit_entries).where(audit_entries.c.sequence == place)
            ).one()
        is_same = first_of(chain, place)[column] == getattr(here, column)
        if is_same:
            assert audit_log.verify(engine).finding is None
        else:
            assert first_bad(engine) == place


def first_of(chain: tuple[Path, list[Noted]], place: int) -> dict[str, object]:
    with tampered(chain) as engine, reading(engine) as connection:
        row = connection.execute(
            select(audit_entries).where(audit_entries.c.sequence == place)
        ).one()
        return dict(row._mapping)


@given(PLACES)
def test_a_removed_entry_is_found(chain: tuple[Path, list[Noted]], place: int) -> None:
    steps = [("DELETE FROM audit_entries WHERE sequence = ?", (place,))]
    with tampered(chain, *steps) as engine:
        if place < len(DEEDS):
            assert first_bad(engine) == place
        assert first_bad(engine, chain[1][-1]) == place
    # The same with the gap closed.
    close_gap = "UPDATE audit_entries SET sequence = sequence - 1 WHERE sequence = ?"
    steps += [(close_gap, (later,)) for later in range(place + 1, len(DEEDS) + 1)]
    with tampered(chain, *steps) as engine:
        assert first_bad(engine, chain[1][-1]) == place


@given(PLACES, PLACES)
def test_swapped_entries_are_found(chain: tuple[Path, list[Noted]], one: int, other: int) -> None:
    move = "UPDATE audit_entries SET sequence = ? WHERE sequence = ?"
    steps = [(move, (-1, one)), (move, (one, other)), (move, (other, -1))]
    if one != other:
        with tampered(chain, *steps) as engine:
            assert first_bad(engine) == min(one, other)


@given(st.integers(1, len(DEEDS) + 1), PLACES)
def test_an_inserted_entry_is_found(chain: tuple[Path, list[Noted]], place: int, like: int) -> None:
    """A copy of an entry, with the later ones moved up; also after the end."""
    move = "UPDATE audit_entries SET sequence = sequence + 1 WHERE sequence = ?"
    steps: list[tuple[str, tuple[object, ...]]] = [
        (move, (later,)) for later in range(len(DEEDS), place - 1, -1)
    ]
    copied = like if like < place else like + 1
    rest = ", ".join(COLUMNS[1:])
    put = f"INSERT INTO audit_entries SELECT ?, {rest} FROM audit_entries WHERE sequence = ?"  # noqa: S608
    with tampered(chain, *steps, (put, (place, copied))) as engine:
        assert (
            first_bad(engine) == place if like != place else first_bad(engine) in (place, place + 1)
        )


@given(st.integers(0, len(DEEDS) - 1), st.data())
def test_a_cut_end_is_found_by_any_later_head(
    chain: tuple[Path, list[Noted]], left: int, data: st.DataObject
) -> None:
    noted = chain[1][data.draw(st.integers(left + 1, len(DEEDS)))]
    with tampered(chain, ("DELETE FROM audit_entries WHERE sequence > ?", (left,))) as engine:
        assert audit_log.verify(engine).finding is None
        assert first_bad(engine, noted) == left + 1
        assert first_bad(engine, Noted(None, noted.head)) is None
        # Whatever is entered afterwards, it is not what was noted.
        audit_log.append(engine, *[replace(DEEDS[0], account_id="b" * 32)] * len(DEEDS))
        assert audit_log.verify(engine).finding is None
        assert first_bad(engine, noted) == noted.entries
        assert first_bad(engine, Noted(None, noted.head)) is None


def test_a_head_at_another_place_is_not_that_head(chain: tuple[Path, list[Noted]]) -> None:
    with tampered(chain) as engine:
        assert first_bad(engine, Noted(2, chain[1][3].head)) == 2
        assert first_bad(engine, Noted(99, chain[1][3].head)) == len(DEEDS) + 1


# --- what an entry can hold ----------------------------------------------------------------


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize(
    "change",
    [
        {"account_id": "leder"},
        {"account_id": ""},
        {"fields": {"text": "han har kniv"}},
        {"fields": {**SAMPLES, "more": 1}},
        {"case_id": "Han har kniv"},
        {"unit": "Han har kniv"},
    ],
    ids=["name", "nobody", "text", "more", "case", "unit"],
)
def test_nothing_but_what_the_action_declares(action: Action, change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="is not entered like that") as refused:
        replace(deed(action), **change)  # type: ignore[arg-type]
    assert "kniv" not in str(refused.value)


@pytest.mark.parametrize("action", [one for one in Action if one.fields])
@pytest.mark.parametrize("value", ["noen skal tas på fredag", "", -1, True, None, 1.5, 10**12])
def test_no_field_has_room_for_words(action: Action, value: object) -> None:
    for name in action.fields:
        with pytest.raises(ValueError, match="is not entered like that"):
            replace(deed(action), fields={**deed(action).fields, name: value})  # type: ignore[dict-item]


@pytest.mark.parametrize("action", list(Action))
def test_a_case_and_a_unit_stand_where_the_action_has_them_and_nowhere_else(
    action: Action,
) -> None:
    of_unit, of_case = action.scope.value
    other = "" if of_unit else "police"
    with pytest.raises(ValueError, match="is not entered like that"):
        replace(deed(action), unit=other)
    with pytest.raises(ValueError, match="is not entered like that"):
        replace(deed(action), case_id=None if of_case else CASE)


@pytest.mark.parametrize("written", ["", "x", "12:", "f" * 63, "f" * 65, ":" + "f" * 64, "F" * 64])
def test_what_is_no_head(written: str) -> None:
    assert Noted.parse(written) is None


# --- many at once, and when it cannot be written -------------------------------------------


def test_many_threads_make_one_chain(engine: Engine) -> None:
    def work(number: int) -> None:
        for _ in range(20):
            audit_log.append(engine, replace(DEEDS[0], account_id=f"{number:032x}"))

    workers = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    found = audit_log.verify(engine)
    assert (found.end.entries, found.finding) == (160, None)


def test_many_processes_make_one_chain(engine: Engine, tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from sifra.database import open_engine\n"
        "from triage.audit.audit_log import Action, Deed, append\n"
        "engine = open_engine(sys.argv[1])\n"
        "for _ in range(30):\n"
        "    append(engine, Deed(Action.SIGN_IN, sys.argv[2] * 32))\n"
    )
    url = file_url(tmp_path / "staff.sqlite")
    workers = [subprocess.Popen([sys.executable, "-c", program, url, who]) for who in "abcd"]
    assert [one.wait(60) for one in workers] == [0] * 4
    found = audit_log.verify(engine)
    assert (found.end.entries, found.finding) == (120, None)


def test_whoever_loses_the_place_takes_the_next(engine: Engine) -> None:
    """As a database does that lets two write at once: the number is taken when one writes it."""
    audit_log.append(engine, DEEDS[0])
    beaten = 0

    @event.listens_for(engine, "before_cursor_execute", retval=True)
    def _taken(
        _: object, __: object, statement: str, values: tuple[object, ...], *___: object
    ) -> tuple[str, tuple[object, ...]]:
        nonlocal beaten
        if statement.startswith("INSERT") and beaten < 3:
            beaten += 1
            assert values[0] == 2
            return statement, (1, *values[1:])
        return statement, values

    audit_log.append(engine, DEEDS[1])
    assert beaten == 3
    found = audit_log.verify(engine)
    assert (found.end.entries, found.finding) == (2, None)


def test_several_deeds_are_all_entered_or_none(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER no_third BEFORE INSERT ON audit_entries WHEN NEW.sequence = 3"
            " BEGIN SELECT RAISE(FAIL, 'no'); END"
        )
    with pytest.raises(StoreUnavailable):
        audit_log.append(engine, *DEEDS[:3])
    assert audit_log.end(engine).entries == 0


def test_an_account_lives_through_the_migration_and_back(tmp_path: Path) -> None:
    url = file_url(tmp_path / "old.sqlite")
    migrate(url, Tree.STAFF, "staff_0001")
    with closing(sqlite3.connect(tmp_path / "old.sqlite")) as plain:
        plain.execute("INSERT INTO accounts VALUES (7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7)")
        plain.commit()
        before = plain.execute("SELECT * FROM accounts").fetchall()
        assert migrate(url, Tree.STAFF)
        engine = open_engine(url)
        audit_log.append(engine, *DEEDS)
        assert audit_log.verify(engine).end.entries == len(DEEDS)
        engine.dispose()
        columns = ", ".join(row[1] for row in plain.execute("PRAGMA table_info(accounts)"))
        old = columns.partition(", card_serial")[0]
        assert plain.execute(f"SELECT {old} FROM accounts").fetchall() == before  # noqa: S608
        # Whoever was there before need not be let in again.
        assert plain.execute("SELECT let_in FROM accounts").fetchall() == [(7,)]
        assert go_back(url, Tree.STAFF, "staff_0001")
        assert plain.execute("SELECT * FROM accounts").fetchall() == before
        assert not plain.execute("SELECT 1 FROM sqlite_master WHERE name LIKE '%audit%'").fetchall()
