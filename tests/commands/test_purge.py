"""`sifra purge`: what is due goes, what is not stays, and no deposit under way is lost."""

from __future__ import annotations

import json
import os
import threading
import time

import pytest
from sqlalchemy import func, select

from sifra import conversation, tables
from sifra.case_store import HOUR, Clear, State, hour_of
from sifra.conversation import ReaderView, SenderView, Slot
from sifra.database import StoreUnavailable, open_engine, reading, writing
from sifra.erasure import ErasureKeys
from sifra.sealing import Kind, new_key
from tests.commands.conftest import Installation, Sifra
from triage import purging

DAY = 24 * HOUR
NOW = hour_of(time.time())


def _send(
    there: Installation,
    received: int,
    *,
    withdrawn_for: int | None = None,
    slot: Slot | None = None,
) -> str:
    """A case; withdrawn and held for so many days when that is given."""
    sender_key = new_key()
    public = {unit: key.public() for unit, key in there.founding.units.items()}
    sealed = conversation.begin({"text": "noen skal tas"}, {}, public, sender_key, slot)
    clear = Clear(sealed.id, "tip", State.NEW, received, None, 180)
    there.store.deposit(clear, sealed, os.urandom(16), os.urandom(32), received + DAY)
    if withdrawn_for is not None:
        addition = SenderView.open(sealed, sender_key).withdrawn({"hour": received})
        there.store.end_access(addition, withdrawn_for, received)
    return sealed.id


def _marks(there: Installation) -> int:
    with reading(there.cases) as connection:
        return connection.execute(select(func.count()).select_from(tables.spent)).scalar_one()


def test_only_withdrawn_cases_whose_days_are_over_go(installation: Installation) -> None:
    due = _send(installation, NOW - 14 * DAY, withdrawn_for=14)
    held = _send(installation, NOW - 14 * DAY + HOUR, withdrawn_for=14)
    old = _send(installation, NOW - 400 * DAY)
    gone = purging.purge(installation.store, installation.staff, NOW)
    assert gone.cases == 1
    assert installation.erasure.ids() == {held, old}
    assert installation.store.find(due) is None
    assert installation.store.find(held) is not None


def test_a_closed_case_goes_when_its_days_are_over(installation: Installation) -> None:
    """What the pages say: when the case is finished, all of it is deleted."""
    key = installation.founding.units["youth_team"]
    finished = [_send(installation, NOW - days * DAY) for days in (180, 179)]
    for case_id in finished:
        found = installation.store.find(case_id)
        assert found is not None
        view = ReaderView.open(found.sealed, "youth_team", key)
        closed = view.add(Kind.CLOSED, {"hour": NOW, "by": "youth_team"})
        installation.store.add(closed, State.CLOSED)
    assert purging.purge(installation.store, installation.staff, NOW).cases == 1
    assert [installation.store.find(case_id) is None for case_id in finished] == [True, False]


def test_expired_marks_go_and_others_stay(installation: Installation) -> None:
    _send(installation, NOW - 2 * DAY)
    _send(installation, NOW - DAY)
    _send(installation, NOW)
    assert purging.purge(installation.store, installation.staff, NOW).marks == 2
    assert _marks(installation) == 1


def test_keys_that_lead_to_no_case_go(installation: Installation) -> None:
    kept = _send(installation, NOW)
    installation.erasure.keep(Slot.draw())
    installation.erasure.keep(Slot.draw())
    gone = purging.purge(installation.store, installation.staff, NOW)
    assert (gone.cases, gone.keys) == (0, 2)
    assert installation.erasure.ids() == {kept}


def test_a_key_held_ready_and_purged_is_put_back_by_the_case_that_uses_it(
    installation: Installation,
) -> None:
    slot = installation.erasure.reserve()
    assert purging.purge(installation.store, installation.staff, NOW).keys > 0
    assert slot.case not in installation.erasure.ids()
    _send(installation, NOW, slot=slot)
    assert installation.erasure.get(slot.case) == slot.erasure_key


def test_purging_without_pause_loses_no_case_that_is_stored_meanwhile(
    installation: Installation,
) -> None:
    stop = threading.Event()

    def keep_purging() -> None:
        while not stop.is_set():
            purging.purge(installation.store, installation.staff, NOW)

    purger = threading.Thread(target=keep_purging)
    purger.start()
    try:
        sent = {_send(installation, NOW, slot=installation.erasure.reserve()) for _ in range(40)}
    finally:
        stop.set()
        purger.join()
    assert sent <= installation.erasure.ids()


def test_what_a_sender_adds_while_cases_are_deleted_is_not_lost(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is refused, and can be sent again, or it is kept."""
    key = installation.founding.units["youth_team"]
    case_id = _send(installation, NOW - 180 * DAY)
    found = installation.store.find(case_id)
    assert found is not None
    view = ReaderView.open(found.sealed, "youth_team", key)
    closed = view.add(Kind.CLOSED, {"hour": NOW, "by": "youth_team"})
    installation.store.add(closed, State.CLOSED)
    destroy, taken = ErasureKeys.destroy, []

    def more_comes(keys: ErasureKeys, *ids: str) -> None:
        if case_id in ids:
            impatient = open_engine(f"{installation.home.default_database_url}?timeout=0")
            try:
                with writing(impatient) as connection:
                    connection.execute(tables.cases.update().values(state=State.MORE.value))
                taken.append(case_id)
            except StoreUnavailable:
                pass
            finally:
                impatient.dispose()
        destroy(keys, *ids)

    monkeypatch.setattr(ErasureKeys, "destroy", more_comes)
    assert purging.purge(installation.store, installation.staff, NOW).cases == 1
    assert taken == []


def test_the_command_says_how_many(sifra: Sifra, installation: Installation) -> None:
    _send(installation, NOW - 20 * DAY, withdrawn_for=14)
    said = sifra("purge", "--json")
    assert said.exit_code == 0
    assert json.loads(said.stdout) == {
        "cases": 1,
        "keys": 0,
        "marks": 1,
        "left": 0,
        "invitations": 0,
        "sessions": 0,
    }
    assert "deleted 0 cases" in sifra("purge").output


def test_without_a_database_it_says_so(sifra: Sifra) -> None:
    said = sifra("purge")
    assert said.exit_code == 1
    assert "the database cannot be used now" in said.output
    assert "Traceback" not in said.output
