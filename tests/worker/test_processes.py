"""Workers as they are run: killed, stopped, started again, and several at once."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from sifra.case_rows import Asked
from tests.worker.desk import Desk, Mailbox, Running, start, this_hour, until
from triage.worker.pace import Pace

QUICK = Pace(turn=0.05, beat=1, grid=1, lease=60, first_wait=1, longest_wait=1)
SHORT_LEASE = replace(QUICK, lease=2)
"""For one worker at a time: on a slow machine, two of them could take each other for dead."""
Run = Callable[[Running], Running]


def notify(mailbox: Mailbox, *units: str) -> str:
    return "\n".join(f"{unit}={mailbox.address(f'{unit}@k.example')}" for unit in units)


def test_killed_between_send_and_commit_it_is_sent_again_under_the_same_id(
    desk: Desk, mailbox: Mailbox, running: Run
) -> None:
    """At least once: nobody can know whether a mail that was handed over was also noted."""
    where = notify(mailbox, "youth_team")
    first = running(start(desk, where, SHORT_LEASE))
    # The server has the mail; the worker is dead before it hears so.
    mailbox.on_arrival = first.process.kill
    desk.wait_for(urgent=True, received=this_hour(), promised=None)
    mailbox.wait_for(1)
    first.process.wait(30)
    assert [sent for _, _, sent in desk.notices()] == [None]

    mailbox.on_arrival = lambda: None
    second = running(start(desk, where, SHORT_LEASE))
    mailbox.wait_for(2)
    until(lambda: all(sent for _, _, sent in desk.notices()))
    time.sleep(1)
    second.stop()
    ((notice, _, _),) = desk.notices()
    assert mailbox.ids() == [notice, notice]
    assert all(f"Melding {notice}" in said for said in mailbox.bodies())


def test_a_restart_sends_nothing_twice_and_loses_nothing(
    desk: Desk, mailbox: Mailbox, running: Run
) -> None:
    where = notify(mailbox, "youth_team")
    for count in (1, 2):
        desk.wait_for(urgent=True, received=this_hour(), promised=None)
        worker = running(start(desk, where, QUICK))
        mailbox.wait_for(count)
        until(lambda: all(sent for _, _, sent in desk.notices()))
        assert worker.stop().endswith("stopped\n")
    assert len(mailbox.arrived) == 2
    assert [mail["Subject"].split(": ")[1] for mail in mailbox.arrived] == [
        "1 sak venter",
        "2 saker venter",
    ]
    assert desk.untaken() == 0


def test_stopped_while_it_sends_it_finishes_that_and_begins_nothing_more(
    desk: Desk, mailbox: Mailbox, running: Run
) -> None:
    worker = running(start(desk, notify(mailbox, "youth_team", "police"), QUICK))

    def stop_it() -> None:
        worker.process.terminate()
        desk.many(1, "police", received=this_hour(), urgent=True)
        time.sleep(0.3)

    mailbox.on_arrival = stop_it
    desk.wait_for(received=this_hour(), urgent=True)
    mailbox.wait_for(1)
    said, _ = worker.process.communicate(timeout=30)
    assert worker.process.returncode == 0
    assert said.endswith("notice to youth_team: 1 waiting; sent\nstopped\n")
    assert [bool(sent) for _, unit, sent in desk.notices() if unit == "youth_team"] == [True]
    assert len(mailbox.arrived) == 1


@pytest.mark.parametrize("count", [400, pytest.param(4000, marks=pytest.mark.long)])
def test_two_workers_at_once_take_each_step_once(
    desk: Desk, mailbox: Mailbox, running: Run, count: int
) -> None:
    units = ("youth_team", "police", "child_welfare", "slt")
    where = notify(mailbox, *units)
    workers = [running(start(desk, where, QUICK)) for _ in range(2)]
    for worker in workers:
        worker.wait_until_it_works()
    # So long that the other, when it is awake at all, has looked meanwhile; and cases come for
    # so long that there is something left for it.
    mailbox.seconds = 0.1
    hour = this_hour()
    for _ in range(count // 8):
        desk.many(8, *units, received=hour, urgent=True)
        time.sleep(0.03)
    until(lambda: desk.untaken() == 0 and all(sent for _, _, sent in desk.notices()))
    said = [worker.stop() for worker in workers]
    # Told by count: every mail is a notice, every notice one mail.
    sent = Counter(mailbox.ids())
    assert set(sent.values()) == {1}
    assert set(sent) == {notice for notice, _, _ in desk.notices()}
    assert sum(one.count("; sent\n") for one in said) == len(sent)
    assert all("; sent\n" in one for one in said), "one worker did it all"


def test_a_thousand_after_an_outage_are_one_mail_a_unit_with_two_workers(
    desk: Desk, mailbox: Mailbox, running: Run
) -> None:
    hour = this_hour() - 48 * 3600
    units = ("youth_team", "police")
    desk.many(1000, *units, received=hour)
    workers = [running(start(desk, notify(mailbox, *units), QUICK)) for _ in range(2)]
    mailbox.wait_for(2)
    until(lambda: desk.untaken() == 0 and all(sent for _, _, sent in desk.notices()))
    time.sleep(1.5)
    for worker in workers:
        worker.stop()
    assert [mail["Subject"].split(": ")[1] for mail in mailbox.arrived] == ["500 saker venter"] * 2
    assert sorted(mailbox.to) == [["police@k.example"], ["youth_team@k.example"]]


def test_it_waits_for_a_database_that_is_away(desk: Desk, mailbox: Mailbox, running: Run) -> None:
    file = desk.home / "public" / "cases.sqlite"
    desk.wait_for(urgent=True, received=this_hour(), promised=None)
    file.rename(file.with_name("away"))
    worker = running(start(desk, notify(mailbox, "youth_team"), QUICK))
    assert worker.process.stdout is not None
    assert "the database cannot be used now" in worker.process.stdout.readline()
    file.with_name("away").rename(file)
    mailbox.wait_for(1)
    assert "the database answers again" in worker.stop()


def test_the_demos_clock_is_honoured(desk: Desk, mailbox: Mailbox, running: Run) -> None:
    moment = dt.datetime(2026, 12, 24, 22, 15, tzinfo=dt.UTC)
    hour = int(moment.replace(minute=0).timestamp())
    desk.wait_for(Asked("police", hour + 3600), received=hour, urgent=True, promised=None)
    desk.wait_for(received=hour, urgent=True, promised=hour + 3600)
    where = notify(mailbox, "youth_team", "police")
    worker = running(start(desk, where, QUICK, moment.isoformat()))
    mailbox.wait_for(1)
    until(lambda: all(sent == hour for _, _, sent in desk.notices()))
    worker.stop()
    assert mailbox.to == [["youth_team@k.example"]]
    assert "Nærmeste frist: fre. 25. des. 00:00" in mailbox.bodies()[0]
    assert 0 <= desk.signs()["worker"] - moment.timestamp() < 60


def test_a_killed_worker_leaves_a_database_that_others_use(
    desk: Desk, mailbox: Mailbox, running: Run
) -> None:
    where = notify(mailbox, "youth_team", "police")
    over = threading.Event()

    def keep_sending() -> None:
        while not over.wait(0.05):
            hour = this_hour()
            desk.wait_for(received=hour, urgent=True, promised=None)
            desk.wait_for(Asked("police", hour), received=hour, promised=None)

    sender = threading.Thread(target=keep_sending)
    sender.start()
    try:
        for kill in range(2):
            worker = running(start(desk, where, SHORT_LEASE))
            mailbox.wait_for(2 * kill + 2)
            worker.kill()
    finally:
        over.set()
        sender.join()
    last = running(start(desk, where, SHORT_LEASE))
    until(lambda: desk.untaken() == 0 and all(sent for _, _, sent in desk.notices()))
    last.stop()
    assert set(mailbox.ids()) == {notice for notice, _, _ in desk.notices()}
    # Each kill can have come between the sending of both and their commit.
    assert sum(Counter(mailbox.ids()).values()) <= len(desk.notices()) + 4
