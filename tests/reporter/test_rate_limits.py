"""Limits by address: generous to a school, fair under load, and nothing to trace anybody by."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import threading
from collections.abc import Iterator

import pytest
import time_machine

from reporter.rate_limits import HourlySecret, Limits, TooMany, hashed_address
from tests.reporter.conftest import Install
from tests.reporter.installation import Installation

SCHOOL, HOME = "81.166.4.9", "84.212.7.7"
MOMENT = dt.datetime(2026, 11, 23, 8, 0, 1, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
AN_HOUR, SHARE, EVERYBODY = 240, 20, 300


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Still, and just after the full hour: counts begin anew at the next."""
    with time_machine.travel(MOMENT, tick=False) as traveller:
        yield traveller


def admit(installed: Installation, address: str, purpose: str = "send") -> None:
    """One more of ``purpose`` from an address, past the work that it would cost."""
    with installed.app.test_request_context(environ_overrides={"REMOTE_ADDR": address}):
        installed.site.limits.admit(purpose)


def seconds_to_wait(installed: Installation, address: str, purpose: str = "send") -> int:
    """How long this address is told to wait; 0 when it is let in."""
    try:
        admit(installed, address, purpose)
    except TooMany as wait:
        return wait.seconds
    return 0


def fill(installed: Installation, address: str, times: int, purpose: str = "send") -> None:
    for _ in range(times):
        admit(installed, address, purpose)


def test_a_school_sends_two_hundred_tips_and_a_flood_is_refused(
    installed: Installation, clock: time_machine.Traveller
) -> None:
    """From one address, spread over the hour so that nobody else is in a hurry."""
    school = installed.visitor(SCHOOL)
    school.get("/nb/tip")
    form = {**dict(school.page.filled("review")), "step": "send", "no_code": "y"}
    for number in range(200):
        response = school.client.post(
            "/nb/tip",
            data={**form, "text": f"Tips {number}."},
            environ_overrides={"REMOTE_ADDR": SCHOOL},
        )
        assert response.status_code == 200
        clock.shift(2 * SECOND)
    assert len(installed.cases()) == 200
    fill(installed, SCHOOL, AN_HOUR - 200)
    text = "Akkurat dette venter litt."
    school.write(text, "en", topic="drugs")
    refused = school.press("send", 429)
    assert refused.language == "en"
    assert refused.one("blockquote").get_text() == text
    assert refused.numbers == ["112", "113", "116111"]
    assert dict(refused.filled("send"))["topic"] == "drugs"
    wait = int(refused.response.headers["Retry-After"])
    assert 0 < wait <= 3600
    assert len(installed.cases()) == 200
    # Another address sends in the same moment.
    assert installed.visitor(HOME).send(text).has("#return-code")
    # And the school does when the time has passed that the page named.
    clock.shift((wait + 1) * SECOND)
    school.page = refused
    assert school.press("send").has("blockquote, #return-code")


def test_only_what_is_stored_counts(installed: Installation, clock: time_machine.Traveller) -> None:
    """Looking, reviewing, changing and mistakes are free; so is sending the same again."""
    visitor = installed.visitor(SCHOOL)
    fill(installed, SCHOOL, AN_HOUR - 1)
    for _ in range(3):
        visitor.write("Noe har skjedd.")
        visitor.press("edit")
        visitor.press("review", 422, text="")
    visitor.write("Noe har skjedd.")
    form = visitor.page.filled("send")
    for _ in range(3):
        assert visitor.post("/nb/tip", form).has("#return-code")
    assert seconds_to_wait(installed, SCHOOL)


@pytest.mark.parametrize(
    ("purpose", "other"), [("send", "open"), ("open", "write"), ("write", "send")]
)
def test_purposes_are_counted_apart(
    installed: Installation, clock: time_machine.Traveller, purpose: str, other: str
) -> None:
    fill(installed, SCHOOL, AN_HOUR, purpose)
    assert seconds_to_wait(installed, SCHOOL, purpose)
    admit(installed, SCHOOL, other)


def test_guessing_codes_is_slowed_and_says_when_to_come_back(
    installed: Installation, clock: time_machine.Traveller
) -> None:
    visitor = installed.visitor(SCHOOL)
    code = visitor.send("Noe har skjedd.").code
    fill(installed, SCHOOL, AN_HOUR, "open")
    visitor.get("/nb/mailbox")
    page = visitor.press("open", 429, code=code)
    assert int(page.response.headers["Retry-After"]) > 0
    assert page.numbers == ["112", "113", "116111"]
    # What is no code at all costs nothing, and is said at once.
    visitor.get("/nb/mailbox")
    visitor.press("open", 422, code="1111")


def test_a_message_that_was_refused_is_kept(
    installed: Installation, clock: time_machine.Traveller
) -> None:
    visitor = installed.visitor(SCHOOL)
    visitor.open(visitor.send("Noe har skjedd.").code)
    fill(installed, SCHOOL, AN_HOUR, "write")
    page = visitor.press("write", 429, text="Og så mer.")
    assert dict(page.filled("open"))["text"] == "Og så mer."
    assert len(installed.read().messages()) == 1


def test_when_very_much_is_sent_each_address_gets_a_share(
    installed: Installation, clock: time_machine.Traveller
) -> None:
    addresses = [f"10.0.{number}.1" for number in range(EVERYBODY // 100)]
    for address in addresses:
        fill(installed, address, 100)
    # Busy now: each address gets its share of the minute, whoever made it busy.
    fill(installed, addresses[0], SHARE)
    assert 0 < seconds_to_wait(installed, addresses[0]) <= 61
    fill(installed, HOME, SHARE)
    assert seconds_to_wait(installed, HOME)
    clock.shift(62 * SECOND)
    admit(installed, addresses[0])
    admit(installed, HOME)


def test_one_address_alone_cannot_make_it_busy_for_others(
    installed: Installation, clock: time_machine.Traveller
) -> None:
    fill(installed, SCHOOL, AN_HOUR)
    for _ in range(500):
        assert seconds_to_wait(installed, SCHOOL)
    fill(installed, HOME, 2 * SHARE)


def test_an_address_that_is_forged_in_a_header_counts_for_nothing(install: Install) -> None:
    installed = install()
    client = installed.app.test_client()
    fill(installed, SCHOOL, AN_HOUR, "open")
    for forged in ("1.2.3.4", "5.6.7.8"):
        response = client.post(
            "/nb/mailbox",
            data={"step": "open", "code": "1111 1111 1111 1111 1111"},
            headers={"X-Forwarded-For": forged, "Forwarded": f"for={forged}", "X-Real-Ip": forged},
            environ_overrides={"REMOTE_ADDR": SCHOOL},
        )
        assert response.status_code == 429


def test_behind_a_trusted_proxy_the_last_forwarded_address_counts(install: Install) -> None:
    installed = install(trusted_proxies=1)
    fill(installed, SCHOOL, AN_HOUR, "open")

    def status(forwarded: str) -> int:
        return (
            installed.app.test_client()
            .post(
                "/nb/mailbox",
                data={"step": "open", "code": "1111 1111 1111 1111 1111"},
                headers={"X-Forwarded-For": forwarded},
                environ_overrides={"REMOTE_ADDR": "127.0.0.1"},
            )
            .status_code
        )

    assert status(SCHOOL) == 429
    assert status(f"{HOME}, {SCHOOL}") == 429
    assert status(f"{SCHOOL}, {HOME}") == 422


def test_argon2_runs_one_at_a_time_and_who_waits_in_vain_keeps_the_text(
    installed: Installation,
) -> None:
    visitor = installed.visitor()
    text = "Kommer ikke fram nå."
    visitor.write(text)
    form = visitor.page.filled("send")
    installed.site.patience = 0.05
    with installed.site.stretching():
        page = visitor.post("/nb/tip", form, 429)
        assert page.one("blockquote").get_text() == text
        assert int(page.response.headers["Retry-After"]) > 0
        visitor.get("/nb/mailbox")
        visitor.press("open", 429, code="1111 1111 1111 1111 1111")
        # Without a code there is nothing to derive: that goes through.
        visitor.send("Uten kode.", no_code="y")
    assert visitor.post("/nb/tip", form).has("#return-code")


def test_derivations_never_run_at_once(installed: Installation) -> None:
    site, inside, most = installed.site, [0], [0]

    def derive() -> None:
        for _ in range(20):
            with site.stretching():
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                inside[0] -= 1

    threads = [threading.Thread(target=derive) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]


# --- keys ----------------------------------------------------------------------------------------


def test_an_ipv6_subscriber_is_one_key_and_a_mapped_address_is_its_ipv4() -> None:
    secret = b"s" * 32

    def key(address: str | None) -> str:
        return hashed_address(address, secret)

    assert key("2001:db8:1:2::1") == key("2001:db8:1:2:ffff:ffff:ffff:ffff")
    assert key("2001:db8:1:2::1") != key("2001:db8:1:3::1")
    assert key("::ffff:81.166.4.9") == key(SCHOOL)
    assert key(SCHOOL) != key("81.166.4.10")
    assert key("fe80::1%eth0") == key("fe80::2")
    assert key(None) == key("") == key("unix:") == key("81.166.4.9:4711")


def test_a_key_tells_nothing_without_the_secret_and_changes_every_hour(
    clock: time_machine.Traveller,
) -> None:
    secret = HourlySecret()
    first = secret.now()
    assert len(first) == 32
    clock.shift(3598 * SECOND)
    assert secret.now() == first
    clock.shift(SECOND)
    second = secret.now()
    assert second != first
    assert hashed_address(SCHOOL, first) != hashed_address(SCHOOL, second)
    # The old one is nowhere: neither in the shared memory nor in the object.
    assert first not in bytes(secret._shared[:])
    # And it does not come back when the clock is set back, nor in another installation.
    clock.shift(-3600 * SECOND)
    assert secret.now() not in (first, second)
    assert HourlySecret().now() != secret.now()


def test_the_hour_begins_with_a_clean_slate(
    installed: Installation, clock: time_machine.Traveller
) -> None:
    """The price of keys that cannot be linked: said in docs/decisions/0003-limits.md."""
    clock.shift(dt.timedelta(minutes=59, seconds=30))
    fill(installed, SCHOOL, AN_HOUR)
    assert seconds_to_wait(installed, SCHOOL)
    clock.shift(60 * SECOND)
    admit(installed, SCHOOL)


def test_worker_processes_share_the_secret_and_its_change() -> None:
    """It is made in memory that a fork shares; also the one that a worker makes first."""
    secret = HourlySecret()
    fork = multiprocessing.get_context("fork")
    with time_machine.travel(MOMENT, tick=False) as clock:
        mine = secret.now()
        assert ask(fork, secret) == [mine] * 2
        clock.shift(3600 * SECOND)
        # The workers are the first to notice the new hour.
        theirs = ask(fork, secret)
        assert theirs[0] != mine
        assert theirs == [secret.now()] * 2


def ask(fork: multiprocessing.context.ForkContext, secret: HourlySecret) -> list[bytes]:
    answers = []
    for _ in range(2):
        here, there = fork.Pipe()
        worker = fork.Process(target=lambda end=there: end.send_bytes(secret.now()))
        worker.start()
        answers.append(here.recv_bytes())
        worker.join()
    return answers


def test_limits_that_are_turned_off_let_everybody_in(install: Install) -> None:
    fill(install(limits=False), SCHOOL, AN_HOUR + 10)


def test_every_purpose_has_its_limits(installed: Installation) -> None:
    assert Limits.PURPOSES == ("send", "open", "write")
    for purpose in Limits.PURPOSES:
        fill(installed, "10.9.9.9", AN_HOUR, purpose)
        assert seconds_to_wait(installed, "10.9.9.9", purpose)
