"""A session opens with the browser's cookie, for its time, and with nothing else."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, update

from sifra.database import reading, writing
from tests.triage.example_office import Browser, Installation, started
from triage.people.session_ends import IDLE_SECONDS, LONGEST_SECONDS
from triage.staff_tables import sessions


def rows(office: Installation) -> int:
    with reading(office.staff) as connection:
        return connection.execute(select(func.count()).select_from(sessions)).scalar_one()


def cookie(browser: Browser, name: str = "sifra") -> str:
    found = browser.client.get_cookie(name)
    assert found is not None
    return found.value


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-12-24 22:15:00 +0100", tick=False) as traveller:
        yield traveller


def every_byte(office: Installation) -> bytes:
    return b"".join(
        path.read_bytes() for path in office.settings.home.office.iterdir() if path.is_file()
    )


def test_a_stolen_staff_database_holds_no_key(browser: Browser, office: Installation) -> None:
    stolen = every_byte(office)
    secrets = [office.leader.private.raw, office.founding.signing.raw]
    secrets += [key.raw for key in office.founding.units.values()]
    given = base64.urlsafe_b64decode(cookie(browser))
    for secret in (*secrets, given[:16], given[16:]):
        for spelt in (secret, secret.hex().encode(), base64.b64encode(secret)):
            assert spelt not in stolen
    assert office.leader.passphrase.encode() not in stolen
    assert office.leader.totp_secret.encode() not in stolen


def test_the_right_id_with_another_key_is_a_stranger(
    browser: Browser, office: Installation
) -> None:
    given = base64.urlsafe_b64decode(cookie(browser))
    browser.client.set_cookie("sifra", base64.urlsafe_b64encode(given[:16] + bytes(32)).decode())
    assert browser.client.get("/queue").status_code == 303


@pytest.mark.parametrize("value", ["", "x", "é", "a" * 64, "a" * 3000, "=" * 64])
def test_any_cookie_is_taken_calmly(stranger: Browser, value: str) -> None:
    stranger.client.set_cookie("sifra", value)
    stranger.client.set_cookie("sifra-form", value)
    assert stranger.client.get("/queue").status_code == 303
    stranger.get("/sign-in")


def test_signing_in_makes_a_new_id_and_a_planted_one_is_worth_nothing(
    stranger: Browser, office: Installation
) -> None:
    planted = base64.urlsafe_b64encode(bytes(48)).decode()
    stranger.client.set_cookie("sifra", planted)
    stranger.sign_in(office.leader)
    first = cookie(stranger)
    assert first != planted
    stranger.post("/sign-out")
    stranger.sign_in(office.leader)
    assert cookie(stranger) != first


def test_signing_out_deletes_the_row(browser: Browser, office: Installation) -> None:
    kept = cookie(browser)
    token = browser.page.find("input", {"name": "csrf_token"})
    assert token is not None
    left = browser.client.post("/sign-out", data={"csrf_token": token["value"]})
    assert left.headers["Clear-Site-Data"] == '"cache", "storage", "executionContexts"'
    assert rows(office) == 0
    browser.client.set_cookie("sifra", kept)
    assert browser.client.get("/queue").status_code == 303


def test_a_session_ends_when_nothing_is_asked_for_half_an_hour(
    clock: time_machine.Traveller, browser: Browser
) -> None:
    for _ in range(3):
        clock.shift(IDLE_SECONDS - 1)
        assert browser.client.get("/queue").status_code == 200
    clock.shift(IDLE_SECONDS)
    assert browser.client.get("/queue").status_code == 303


def test_a_session_ends_after_ten_hours_whatever_is_asked(
    clock: time_machine.Traveller, browser: Browser
) -> None:
    for _ in range(LONGEST_SECONDS // 1800 * 2 - 1):
        clock.shift(900)
        assert browser.client.get("/").status_code == 303
    assert browser.client.get("/queue").status_code == 200
    clock.shift(900)
    assert browser.client.get("/queue").status_code == 303


def test_whoever_writes_to_the_database_cannot_make_a_session_younger(
    clock: time_machine.Traveller, browser: Browser, office: Installation
) -> None:
    with writing(office.staff) as connection:
        connection.execute(update(sessions).values(created=sessions.c.created + 600))
    clock.shift(60)
    assert browser.client.get("/queue").status_code == 303


def test_sessions_that_are_over_are_deleted_at_the_next_sign_in(
    clock: time_machine.Traveller, browser: Browser, app: Flask, office: Installation
) -> None:
    clock.shift(IDLE_SECONDS)
    Browser(app.test_client(), office).sign_in(office.leader)
    assert rows(office) == 1


def test_visitors_leave_no_row(stranger: Browser, office: Installation) -> None:
    stranger.get("/sign-in")
    stranger.post("/sign-in", 422)
    assert rows(office) == 0


def test_a_link_from_elsewhere_does_not_end_a_session(app: Flask, browser: Browser) -> None:
    """SameSite=Strict keeps the cookie back, so such a visit looks like a stranger's."""
    visit = app.test_client().get("/sign-in")
    assert [c.split("=")[0] for c in visit.headers.getlist("Set-Cookie")] == ["sifra-form"]


def test_cookies_are_bound_to_the_host_and_out_of_reach(office: Installation) -> None:
    app = started(replace(office.settings, plain_http=False))
    client = app.test_client()
    page = client.get("/sign-in", base_url="https://office.example")
    token = page.get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
    signed_in = client.post(
        "/sign-in",
        base_url="https://office.example",
        data={
            "csrf_token": token,
            "username": "leder",
            "passphrase": office.leader.passphrase,
            "code": office.code(office.leader),
        },
    )
    assert signed_in.status_code == 303
    for response, name in ((page, "__Host-sifra-form"), (signed_in, "__Host-sifra")):
        header = next(
            one for one in response.headers.getlist("Set-Cookie") if one.startswith(f"{name}=")
        )
        _, *attributes = header.split("; ")
        assert sorted(attributes) == ["HttpOnly", "Path=/", "SameSite=Strict", "Secure"]
