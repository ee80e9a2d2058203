"""Notices by mail, to a server that is there: what arrives, and what happens when none does."""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Iterator

import pytest

from sifra import conversation
from sifra.case_rows import HOUR, Asked, State
from sifra.case_store import Clear
from sifra.database import StoreUnavailable
from sifra.duty_store import WORKER
from sifra.sealing import PrivateKey
from tests.worker.desk import DAY, MUNICIPALITY, NOW, Desk, Mailbox, body, said_by, turn, until
from triage.worker.channels import Channels, faults
from triage.worker.message import Message


def test_a_mail_says_what_a_notice_says(desk: Desk, mailbox: Mailbox) -> None:
    desk.wait_for(urgent=True)
    desk.wait_for()
    turn(desk.worker({"youth_team": [mailbox.address()]}), NOW)
    (mail,), ((notice, _, _),) = mailbox.arrived, desk.notices()
    assert mailbox.to == [["vakt@kommune.example"]]
    assert mail["Subject"] == "Ung i Indre: 2 saker venter"
    assert mail.get_content_type() == "text/plain"
    assert body(mail).split("\n") == [
        "Kø: Ungdomsteamet",
        "Det haster.",
        "Nærmeste frist: ons. 25. nov. 12:00",
        "https://k.no/queue",
        f"Melding {notice}",
    ]
    assert mailbox.ids() == [notice]


def test_a_mail_holds_nothing_of_the_case(desk: Desk, mailbox: Mailbox) -> None:
    """Everything that the sender wrote or ticked, and the case's id, searched for in the mail."""
    text = "Han har kniv i sekken og skal ta X etter siste time, bak Askim stasjon"
    facts = {"danger": "yes", "topic": "weapons", "place": "askim_stasjon", "urgency": "now"}
    public = {"youth_team": PrivateKey.generate().public()}
    sealed = conversation.begin(
        {**facts, "language": "uk", "text": text}, {**facts, "excerpt": text}, public, None
    )
    clear = Clear(sealed.id, "tip", State.NEW, NOW, NOW, 180, NOW + 2 * HOUR)
    desk.store.deposit(clear, sealed, None, os.urandom(32), NOW, [Asked("youth_team", NOW)])
    turn(desk.worker({"youth_team": [mailbox.address()]}), NOW)
    (mail,) = mailbox.arrived
    whole = f"{mail.as_string()}\n{mail['Subject']}\n{body(mail)}".lower()
    names = [topic.name["nb"] for topic in MUNICIPALITY.topics]
    names += [place.name["nb"] for place in MUNICIPALITY.places]
    names += [word for group in MUNICIPALITY.danger_words.values() for word in group.every]
    written = [word for word in text.split() if len(word) > 3]
    for word in (*written, *facts.values(), *names, sealed.id, "tip", "ukrainsk"):
        if word not in ("yes", "now"):
            assert word.lower() not in whole.split(), word
            assert len(word) < 5 or word.lower() not in whole, word


def test_when_nothing_gets_through_the_unit_promises_nothing_until_it_does(
    desk: Desk, mailbox: Mailbox
) -> None:
    worker = desk.worker({"youth_team": [mailbox.address()]})
    mailbox.refuses = True
    desk.wait_for(urgent=True)
    turn(worker, NOW + 60)
    assert desk.signs()["channel:youth_team"] == NOW
    assert desk.duty(NOW + 60).silent == {"youth_team"}

    tried, now = len(said_by(worker)), NOW + 60
    assert tried == 1
    while now < NOW + 6 * HOUR:
        now += 60
        turn(worker, now)
    # After 1, 2, 4, 8, 16 and 32 minutes, then every hour, each up to a quarter sooner.
    assert 9 <= len(said_by(worker)) <= 13
    assert desk.signs()["channel:youth_team"] == NOW

    desk.many(30, "youth_team")
    mailbox.refuses = False
    while not mailbox.arrived:
        now += 60
        turn(worker, now)
    assert now < NOW + 7 * HOUR + 60
    assert "channel:youth_team" not in desk.signs()
    assert desk.duty(now).silent == frozenset()
    turn(worker, now + DAY)
    (mail,) = mailbox.arrived
    assert mail["Subject"] == "Ung i Indre: 31 saker venter"


def test_danger_does_not_wait_for_the_next_attempt(desk: Desk, mailbox: Mailbox) -> None:
    worker = desk.worker({"youth_team": [mailbox.address()]}, first_wait=3600)
    mailbox.refuses = True
    desk.wait_for(urgent=True)
    turn(worker, NOW)
    mailbox.refuses = False
    desk.wait_for()
    turn(worker, NOW + 60)
    assert mailbox.arrived == []
    desk.wait_for(urgent=True)
    turn(worker, NOW + 65)
    assert [mail["Subject"] for mail in mailbox.arrived] == ["Ung i Indre: 3 saker venter"]


def test_a_new_worker_tries_at_once_what_failed(desk: Desk, mailbox: Mailbox) -> None:
    """The operator has mended the address and starts it again."""
    desk.wait_for(urgent=True)
    turn(
        desk.worker({"youth_team": ["mailto://127.0.0.1:9/?from=a@b.example"]}, first_wait=3600),
        NOW,
    )
    assert "channel:youth_team" in desk.signs()
    mended = desk.worker({"youth_team": [mailbox.address()]})
    mended.looked = None
    turn(mended, NOW + 10)
    assert len(mailbox.arrived) == 1
    assert "channel:youth_team" not in desk.signs()


def test_a_unit_learns_that_notices_get_through_again(desk: Desk, mailbox: Mailbox) -> None:
    """Even when all has been read meanwhile: promises would else stay stopped until the next."""
    worker = desk.worker({"youth_team": [mailbox.address()]})
    mailbox.refuses = True
    case = desk.wait_for(urgent=True)
    turn(worker, NOW)
    desk.acknowledge(case)
    mailbox.refuses = False
    turn(worker, NOW + 60)
    (mail,) = mailbox.arrived
    assert mail["Subject"] == "Ung i Indre: varslene kommer fram igjen"
    assert desk.duty(NOW + 60).silent == frozenset()


def test_one_address_that_takes_it_is_enough(desk: Desk, mailbox: Mailbox) -> None:
    dead = "mailto://127.0.0.1:9/?from=sifra@kommune.example&to=borte@kommune.example"
    worker = desk.worker({"youth_team": [dead, mailbox.address()]})
    desk.wait_for(urgent=True)
    turn(worker, NOW)
    turn(worker, NOW + DAY)
    assert len(mailbox.arrived) == 1
    assert "channel:youth_team" not in desk.signs()
    assert "youth_team: address 1 (mailto) did not take the notice" in said_by(worker)


def test_a_unit_fails_alone(desk: Desk, mailbox: Mailbox) -> None:
    worker = desk.worker(
        {"police": ["mailto://127.0.0.1:9/?from=a@b.example"], "youth_team": [mailbox.address()]}
    )
    desk.many(2, "police", "youth_team", urgent=True)
    turn(worker, NOW)
    assert len(mailbox.arrived) == 1
    assert desk.duty(NOW).silent == {"police"}


def test_an_adult_without_an_address_is_told_at_the_units(desk: Desk, mailbox: Mailbox) -> None:
    (adult, *_) = [one for one in MUNICIPALITY.adults if one.unit == "youth_team"]
    desk.wait_for(Asked(adult.id, NOW), urgent=True)
    turn(desk.worker({"youth_team": [mailbox.address()]}), NOW)
    assert len(mailbox.arrived) == 1


def test_an_adult_of_no_unit_is_told_where_the_deputy_is(desk: Desk, mailbox: Mailbox) -> None:
    (adult, *_) = [one for one in MUNICIPALITY.adults if not one.unit]
    desk.wait_for(Asked(adult.id, NOW), urgent=True)
    turn(desk.worker({"youth_team": [mailbox.address()]}), NOW)
    assert len(mailbox.arrived) == 1


def test_no_password_is_printed_or_logged(
    desk: Desk, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    addresses = [
        "mailto://bruker:hemmelig@127.0.0.1:9/?from=vakt@kommune.example",
        "json://bruker:hemmelig@127.0.0.1:9/hemmelig?+X-Key=hemmelig",
        "hemmelig://hemmelig",
    ]
    worker = desk.worker({"youth_team": addresses})
    desk.wait_for(urgent=True)
    turn(worker, NOW)
    (said,) = said_by(worker)
    assert said.startswith(
        "youth_team: address 1 (mailto), address 2 (json), address 3 (of an unknown kind) "
        "did not take the notice; next attempt in "
    )
    written = capfd.readouterr()
    everything = "".join([said, *faults({"youth_team": addresses}), written.out, written.err])
    for secret in ("hemmelig", "bruker", "vakt@"):
        assert secret not in everything
        assert secret not in caplog.text
    assert "hemmelig" not in repr(worker.channels)


def test_a_wrong_address_is_named_by_its_place() -> None:
    found = list(faults({"police": ["mailto://a:b@c.no", "gopher://hemmelig", "mailto://?to=x"]}))
    assert [fault.partition(" is none")[0] for fault in found] == [
        "SIFRA_NOTIFY: address 2 of police (of an unknown kind)",
        "SIFRA_NOTIFY: address 3 of police (mailto)",
    ]


def test_nothing_is_written_to_a_disk(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox
) -> None:
    home = tmp_path_factory.mktemp("home")
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "TMPDIR"):
        monkeypatch.setenv(name, str(home))
    channels = Channels({"youth_team": [mailbox.address()]})
    sending = channels.tell("youth_team", Message("Tittel", "Tekst"), "a1b2")
    until(lambda: sending.got_through)
    assert list(home.iterdir()) == []


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a mail server that takes a connection and says nothing."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield f"mailto://127.0.0.1:{server.getsockname()[1]}/?from=a@b.example&to=c@d.example"


def test_a_server_that_hangs_holds_up_nobody_else(
    desk: Desk, mailbox: Mailbox, silent: str
) -> None:
    worker = desk.worker(
        {"police": [silent], "youth_team": [silent, mailbox.address()]}, patience=2
    )
    desk.wait_for(Asked("police", NOW), urgent=True)
    worker.look(NOW)
    begun = time.monotonic()
    worker.send(NOW)
    desk.wait_for(urgent=True)
    worker.look(NOW + 40)
    worker.send(NOW + 40)
    mailbox.wait_for(1)
    while not said_by(worker):
        worker.settle(NOW + 40)
    assert time.monotonic() - begun < 2
    assert said_by(worker) == ["notice to youth_team: 1 waiting; sent"]
    assert desk.signs()[WORKER] == NOW + 40
    assert desk.duty(NOW + 40).silent == frozenset()
    turn(worker, NOW + 41)
    assert [said.partition(";")[0] for said in said_by(worker)[1:]] == [
        "police: address 1 (mailto) did not take the notice",
        "youth_team: address 1 (mailto) did not take the notice",
    ]
    assert desk.duty(NOW + 41).silent == {"police"}
    assert len(mailbox.arrived) == 1


def test_what_got_through_is_remembered_while_the_database_is_away(
    desk: Desk, mailbox: Mailbox
) -> None:
    worker = desk.worker({"youth_team": [mailbox.address()]})
    desk.wait_for(urgent=True)
    worker.look(NOW)
    worker.send(NOW)
    mailbox.wait_for(1)
    file = desk.home / "public" / "cases.sqlite"
    file.rename(file.with_name("away"))
    until(lambda: worker.under_way[mailbox.ids()[0]].sending.got_through)
    for _ in range(3):
        with pytest.raises(StoreUnavailable):
            worker.settle(NOW)
    file.with_name("away").rename(file)
    worker.settle(NOW + HOUR)
    turn(worker, NOW + HOUR)
    assert len(mailbox.arrived) == 1
    assert all(sent for _, _, sent in desk.notices())


def test_a_service_that_fails_in_the_making_is_a_refusal_and_says_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("mailto://bruker:hemmelig@k.example")

    monkeypatch.setattr("apprise.Apprise.instantiate", broken)
    worker = desk.worker({"youth_team": ["mailto://bruker:hemmelig@k.example"]})
    desk.wait_for(urgent=True)
    turn(worker, NOW)
    assert said_by(worker)[0].startswith("youth_team: address 1 (mailto) did not take the notice")
    assert "hemmelig" not in "".join(capfd.readouterr())
