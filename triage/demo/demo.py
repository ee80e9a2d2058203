"""`sifra demo`: a fresh installation with example cases, both sites and the worker, until it is
stopped.

It is the real thing: the same `init`, the same cost of keys, the same gunicorn. Only the office's
cookies go without Secure, because a browser on this machine speaks plain HTTP with it. Whatever
ends it, no process stays and its home is removed.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import select
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import click
import pyotp

from sifra.case_store import CaseStore
from sifra.database import open_engine
from sifra.erasure import ErasureKeys
from sifra.settings import installation_settings, reporter_settings
from triage import installing, keys
from triage.demo import demo_adult, demo_cases, demo_picture, demo_team
from triage.demo.demo_cases import Shown
from triage.demo.demo_sites import (
    HOST,
    Program,
    Site,
    SiteFailed,
    check_alive,
    is_free,
    serving,
    wait_until_ready,
    working,
)
from triage.demo.demo_team import Team
from triage.stopping import stop_signal

HOMES = Path(".demo")


_NOTIFIED = """\
  Notices go where SIFRA_NOTIFY says: at once when somebody may be in danger, else within
  half an hour. A line below says so each time."""
_NOT_NOTIFIED = """\
  No channel is set (SIFRA_NOTIFY), so no notice leaves this machine. With one, the unit is
  told by mail or SMS when a line below says so: at once when somebody may be in danger,
  else within half an hour."""


@dataclass(frozen=True, slots=True)
class _Filled:
    """A home that is ready to be served."""

    team: Team
    code: Shown


def run(moment: dt.datetime | None, port: int, office_port: int) -> int:
    """Run until Ctrl-C; gives the exit status. Raises BadConfiguration."""
    given = {name: value for name, value in os.environ.items() if not name.startswith("SIFRA_")}
    if chosen := os.environ.get("SIFRA_MUNICIPALITY"):
        given["SIFRA_MUNICIPALITY"] = str(Path(chosen).absolute())
    if told := os.environ.get("SIFRA_NOTIFY"):
        given["SIFRA_NOTIFY"] = told
    zone = installation_settings(given).municipality.zone
    if moment is not None and moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    for option, wanted in (("--port", port), ("--office-port", office_port)):
        if not is_free(wanted):
            click.echo(
                f"port {wanted} is taken. Stop what uses it, or pick another: "
                f"sifra demo {option} {wanted + 10}",
                err=True,
            )
            return 1
    with stop_signal() as stop, _home() as home:
        environ = given | {
            "SIFRA_HOME": str(home),
            "SIFRA_AT": moment.isoformat() if moment else "",
            "SIFRA_PLAIN_HTTP": "1",
            "SIFRA_SHOW_UNREVIEWED": "1",
            "SIFRA_OFFICE_URL": f"http://{HOST}:{office_port}",
        }
        filled = _fill(environ, moment or dt.datetime.now(zone))
        with contextlib.ExitStack() as running:
            try:
                worker = running.enter_context(working(environ, home))
                sites = [
                    running.enter_context(serving(name, chosen_port, environ, home))
                    for name, chosen_port in (("reporter", port), ("triage", office_port))
                ]
                if wait_until_ready([worker, *sites], stop):
                    _tell(sites, filled, moment, notified="SIFRA_NOTIFY" in given)
                    _stay(sites, worker, filled, stop)
            except SiteFailed as failed:
                click.echo(str(failed), err=True)
                return 1
            click.echo("\nstopping")
            for program in (worker, *sites):
                program.process.terminate()
    return 0


@contextlib.contextmanager
def _home() -> Iterator[Path]:
    """A home of its own for each run, removed with all that is in it."""
    HOMES.mkdir(mode=0o700, exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix="home-", dir=HOMES)).absolute()
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)
        with contextlib.suppress(OSError):
            HOMES.rmdir()


def _fill(environ: Mapping[str, str], moment: dt.datetime) -> _Filled:
    settings = installation_settings(environ)
    founding = installing.install(
        settings, username=demo_team.LEADER[0], display=demo_team.LEADER[1]
    )
    unit = founding.units[demo_cases.READER]
    team = demo_team.gather(settings, founding.leader)
    if team.nurse:
        demo_adult.introduce(environ, founding.leader, team.nurse)
    engine = open_engine(settings.database_url)
    store = CaseStore(engine, ErasureKeys(settings.home.erasure_keys))
    try:
        code = demo_cases.plant(store, reporter_settings(environ), unit, moment)
        demo_picture.plant(engine, store, settings.municipality, founding.verifier, moment)
    finally:
        engine.dispose()
    demo_team.work(environ, team)
    return _Filled(team, code)


def _tell(
    sites: list[Site], filled: _Filled, moment: dt.datetime | None, *, notified: bool
) -> None:
    public, office = (site.address for site in sites)
    signs_in = "\n  or as         ".join(
        f"{account.username}\n                {account.passphrase}"
        for account in filled.team.accounts
    )
    shown = f"  It is {moment:%A %-d %B %Y, %H:%M} ({moment.tzname()}) there.\n" if moment else ""
    click.echo(
        f"""
  Sifra is running, with invented cases. Ctrl-C stops it and removes everything.
{shown}
  Public site   {public}
  Back office   {office}sign-in

  Sign in as    {signs_in}

  A return code with an answer waiting
                {filled.code.words}
  or as digits  {filled.code.digits}

  Try this
  1  Public site: "Si fra om noe". Write a few words, look at the review, send. Keep the code.
  2  Back office: sign in with a one-time code from below; each works once. The tip stands
     in the queue: open it, mark it as read, answer it.
  3  Public site: "Les svar", with your code: the answer is there. Never what you wrote.
  4  With the code above: the sender is asked whether the police contact may be told. Say
     yes. As ungdomskontakt, open the case on debt, and hand it over.
  5  As leder: "Gitt videre" shows what waits for a second person. As politi: what came over.
  6  As tolk: one case, and nothing else of Sifra.
  7  Public site: "Snakk med en voksen". As helsesykepleier, under your own name: the card that
     the young see. What you change there, a leader approves.
  8  Public site: "For foresatte": who answers now, advice, and below it a form to be called. As
     ungdomskontakt: the number stands in the case until you have called and delete it.

{_NOTIFIED if notified else _NOT_NOTIFIED}
"""
    )


def _stay(sites: list[Site], worker: Program, filled: _Filled, stop: socket.socket) -> None:
    """Show the one-time codes, and what the worker says, until a signal comes. Raises SiteFailed
    when one of them ends."""
    on_terminal = sys.stdout.isatty()
    watched: list[int | socket.socket] = [stop]
    if not on_terminal or sys.stdin.isatty():
        watched.append(sys.stdin.fileno())
    if not on_terminal:
        click.echo("  ".join(_codes(filled)))
    with worker.log.open(encoding="utf-8", errors="replace") as written:
        while True:
            for line in written.readlines():
                click.echo(f"{_CLEAR}  {line}" if on_terminal else f"  {line}", nl=False)
            if on_terminal:
                shown = _codes(filled)
                # And up again, to where they began.
                click.echo(f"{_CLEAR}{_UNDER.join(shown)}\x1b[{len(shown) - 1}A\r", nl=False)
            ready = select.select(watched, [], [], 1.0)[0]
            if stop in ready:
                if on_terminal:
                    click.echo(_CLEAR, nl=False)
                return
            check_alive([worker, *sites])
            if ready:
                if not os.read(sys.stdin.fileno(), 1024):
                    watched = [stop]
                elif not on_terminal:
                    click.echo("  ".join(_codes(filled)))


_ABREAST = 3
_CLEAR, _UNDER = "\r\x1b[J", "\n         "
"""The line and what is below it; a line under the codes' own."""


def _codes(filled: _Filled) -> list[str]:
    """In lines short enough for a narrow terminal: one that wraps cannot be written over."""
    now = time.time()
    said = [
        f"{account.username} {pyotp.TOTP(account.totp_secret).at(int(now))}"
        for account in filled.team.accounts
    ]
    left = keys.STEP_SECONDS - int(now) % keys.STEP_SECONDS
    lines = ["  ".join(said[at : at + _ABREAST]) for at in range(0, len(said), _ABREAST)]
    lines[0] = f"  Codes  {lines[0]}"
    lines[-1] += f"  {left:2d} s"
    return lines
