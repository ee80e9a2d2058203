"""The ``sifra`` command. Exit 0 when all is well, 1 on a finding, 2 on wrong use."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os
import sys
import time
from pathlib import Path
from typing import NoReturn

import click
import segno

from sifra import coverage, municipality, routing
from sifra.case_store import CaseStore
from sifra.database import Conflict, StoreUnavailable, open_engine
from sifra.erasure import ErasureKeys
from sifra.key_pins import KeyPins
from sifra.migrate import Tree, UnknownRevision, newest
from sifra.migrate import migrate as bring_up
from sifra.municipality import UNITS, BadConfiguration, Municipality
from sifra.routing import Facts
from sifra.sealing import SealError
from sifra.settings import InstallationSettings, installation_settings, worker_settings
from triage import checking, installing, keys, purging
from triage.audit import audit_commands
from triage.keys import NewAccount, SignInRefused
from triage.members import LANGUAGES
from triage.permissions import ROLES
from triage.posters import poster_commands
from triage.rules import explaining, reckoning
from triage.rules.explaining import YEARS
from triage.stopping import stop_signal

FINDING, WRONG_USE = 1, 2
_LONGEST_USERNAME = 40


class _Commands(click.Group):
    """Faults that any command may meet become one line each, never a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BadConfiguration as bad:
            _stop("\n".join(bad.faults), WRONG_USE)
        except StoreUnavailable as fault:
            _stop(f"the database cannot be used now ({fault}); `sifra check` says more", FINDING)
        except UnknownRevision as fault:
            _stop(f"the {fault} database was migrated by a newer Sifra than this one", FINDING)


@click.group(cls=_Commands)
def main() -> None:
    """Sifra: a place where a young person says something, unseen."""


main.add_command(audit_commands.audit)
main.add_command(poster_commands.poster)


def _username(_: click.Context, __: click.Parameter, value: str) -> str:
    plain = keys.plain_username(value)
    if not plain or len(plain) > _LONGEST_USERNAME or any(c.isspace() for c in plain):
        raise click.BadParameter(f"one word of at most {_LONGEST_USERNAME} letters")
    return plain


@main.command()
@click.option("--username", default="leder", show_default=True, callback=_username)
@click.option("--display", default="Leder, ungdomsteamet", show_default=True, help="A role.")
def init(username: str, display: str) -> None:
    """Make homes, secrets, databases, keys and the first leader."""
    settings = installation_settings(os.environ)
    try:
        founding = installing.install(settings, username=username, display=display)
    except installing.AlreadyThere as there:
        _stop(f"{there}: this is an installation already, nothing was changed", WRONG_USE)
    click.echo(f"Sifra lies in {settings.home.path.absolute()}.")
    click.echo(
        f"Back up {settings.home.pepper} apart from the databases: without it no return code\n"
        "opens anything again.\n"
    )
    _show(founding.leader, settings)


@main.group()
def staff() -> None:
    """The members of the back office."""


@staff.command("add")
@click.option("--username", required=True, callback=_username)
@click.option("--display", required=True, help="A role and place of work, never a name.")
@click.option(
    "--unit", default="youth_team", show_default=True, help="Or an adult, as the file names it."
)
@click.option("--role", type=click.Choice(tuple(ROLES)), default="reader", show_default=True)
@click.option("--language", type=click.Choice(LANGUAGES), default="nb", show_default=True)
@click.option("--leader", default="leder", show_default=True, help="Who lets them in.")
def staff_add(
    username: str, display: str, unit: str, role: str, language: str, leader: str
) -> None:
    """Let somebody in. Asks for a leader's passphrase and one-time code.

    The first member of a unit, or an adult, gets a new key that nobody else has; a unit's key that
    the leader does not hold is passed on by somebody of the unit, in the back office. A role that
    reads nothing gets no key, and its --unit is not looked at.
    """
    settings = installation_settings(os.environ)
    known = (*UNITS, *(adult.id for adult in settings.municipality.adults))
    if unit not in known:
        raise click.BadParameter(f"must be one of {', '.join(known)}", param_hint="--unit")
    passphrase = click.prompt(f"Passphrase of {leader}", hide_input=True)
    code = click.prompt("One-time code")
    engine, cases = (
        open_engine(url) for url in (settings.staff_database_url, settings.database_url)
    )
    home = settings.home
    store = CaseStore(cases, ErasureKeys(home.erasure_keys), KeyPins(home.key_pins))
    try:
        member = keys.unlock(engine, leader, passphrase, code, time.time())
        account, got = installing.add_member(
            engine,
            store,
            member,
            unit,
            username=username,
            display=display,
            role=role,
            language=language,
        )
    except SignInRefused:
        _stop("wrong username, passphrase or code, or the code was used", FINDING)
    except installing.NotAllowed as why:
        _stop(str(why), FINDING)
    except SealError:
        _stop("a key does not open: something was altered outside Sifra", FINDING)
    except Conflict:
        _stop(f"--username: {username} is taken", WRONG_USE)
    finally:
        engine.dispose()
        cases.dispose()
    place = settings.municipality
    for opened in got.opened:
        second = "let in a second member."
        if place.adult(opened) is not None:
            second = f"a new one is let in by {' or '.join(place.deputies(opened))}."
        click.echo(f"{opened}: opened. Only {username} holds its key: {second}")
    for awaited in got.awaited:
        click.echo(f"{awaited}: somebody of it must pass the key on, at /staff.")
    if not got.pinned:
        click.echo(f"{home.key_pins}: could not be written", err=True)
    _show(account, settings)


@main.command()
def migrate() -> None:
    """Bring both databases to the tables that this version knows."""
    settings = installation_settings(os.environ)
    for tree, url in (
        (Tree.CASES, settings.database_url),
        (Tree.STAFF, settings.staff_database_url),
    ):
        done = bring_up(url, tree)
        click.echo(f"{tree}: {'brought to' if done else 'is at'} {newest(tree)}")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="One object, for programs.")
def check(as_json: bool) -> None:
    """Look at the whole installation; name each fault by its path."""
    report = checking.check(os.environ, dt.datetime.now(dt.UTC).date())
    if as_json:
        click.echo(json.dumps({"faults": report.faults, "warnings": report.warnings}, indent=2))
    else:
        for fault in report.faults:
            click.echo(f"fault    {fault}")
        for warning in report.warnings:
            click.echo(f"warning  {warning}")
        click.echo(f"{len(report.faults)} faults, {len(report.warnings)} warnings")
    sys.exit(FINDING if report.faults else 0)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="One object, for programs.")
def purge(as_json: bool) -> None:
    """Delete closed and withdrawn cases whose days are over, and what they left behind."""
    settings = installation_settings(os.environ)
    engine = open_engine(settings.database_url)
    staff = open_engine(settings.staff_database_url)
    store = CaseStore(engine, ErasureKeys(settings.home.erasure_keys))
    try:
        gone = purging.purge(store, staff, int(time.time()))
    finally:
        engine.dispose()
        staff.dispose()
    if as_json:
        click.echo(json.dumps(dataclasses.asdict(gone)))
    else:
        click.echo(
            f"deleted {gone.cases} cases, {gone.keys} keys without a case, "
            f"{gone.marks} marks that had expired, what staff wrote on {gone.left} cases, "
            f"{gone.invitations} invitations that had expired, {gone.sessions} sessions"
        )


@main.command()
@click.option("--tell", is_flag=True, help="A line for each notice. It says when somebody wrote.")
def worker(tell: bool) -> None:
    """Notify units of cases that wait, live so that promises are made, delete at night."""
    from triage.worker import running

    settings = worker_settings(os.environ)
    with stop_signal() as stop:
        running.run(settings, stop, lambda said: click.echo(said), tell=tell)


@main.command()
@click.option("--at", help="The moment, like 2026-12-24T22:15; local when it has no offset. Now.")
@click.option("--lane", type=click.Choice(coverage.LANES), default="tip", show_default=True)
@click.option("--danger", type=click.Choice(coverage.DANGERS), default="unsure", show_default=True)
@click.option("--topic", default="", help="As the file names it.")
@click.option("--urgency", type=click.Choice(coverage.URGENCIES), default="")
@click.option("--readers", multiple=True, help="A unit; may be repeated, or several by commas.")
@click.option("--place", default="", help="As the file names it.")
@click.option("--adult", default="", help="Whom a talk is with, or whom a complaint is about.")
@click.option("--language", default="nb", show_default=True, help="What the sender writes in.")
@click.option("--json", "as_json", is_flag=True, help="One object, for programs.")
def explain(at: str | None, readers: tuple[str, ...], as_json: bool, **ticked: str) -> None:
    """What the contact rules give for some facts at a moment, and why.

    By the municipality's file alone: neither the rota, nor pauses, nor what adults say on their
    cards is looked at. Exit 1 when an urgent case has neither a reader on duty nor a number that
    answers.
    """
    place = _municipality()
    facts = Facts(readers=_several(readers), **ticked)
    try:
        explaining.check_facts(facts, place)
    except explaining.Unknown as unknown:
        raise click.BadParameter(str(unknown), param_hint=f"--{unknown.fact}") from None
    found = routing.decide(facts, _moment(at, place), place.rule_book())
    if as_json:
        click.echo(json.dumps(explaining.as_object(found, place), ensure_ascii=False, indent=2))
    else:
        click.echo(explaining.as_text(facts, found, place, _spoken()))
    sys.exit(FINDING if coverage.is_dark(found) else 0)


@main.command("coverage")
@click.option("--year", type=click.IntRange(YEARS[0], YEARS[-1]), help="This year.")
@click.option("--json", "as_json", is_flag=True, help="One object, for programs.")
def show_coverage(year: int | None, as_json: bool) -> None:
    """The longest silences of a year, and the moments when nobody answers what is urgent.

    By the municipality's file alone: neither the rota nor what adults say on their cards is looked
    at. Exit 1 when an urgent case ever has neither a reader on duty nor a number that answers, or
    nobody can read a complaint.
    """
    place = _municipality()
    found = reckoning.reckon(place, year or dt.datetime.now(place.zone).year)
    if as_json:
        click.echo(json.dumps(reckoning.as_object(found, place), ensure_ascii=False, indent=2))
    else:
        click.echo(reckoning.as_text(found, place, _spoken()))
    sys.exit(FINDING if found.dark or found.unheard else 0)


@main.command()
@click.option("--at", help="The moment, like 2026-12-24T22:15; local when it has no offset.")
@click.option("--port", type=click.IntRange(1, 65535), default=5000, show_default=True)
@click.option("--office-port", type=click.IntRange(1, 65535), default=5001, show_default=True)
def demo(at: str | None, port: int, office_port: int) -> None:
    """Both sites with example cases, until Ctrl-C."""
    from triage.demo import demo as running

    try:
        moment = dt.datetime.fromisoformat(at) if at else None
        if moment is not None and moment.year not in YEARS:
            raise ValueError
    except ValueError:
        raise click.BadParameter("write it like 2026-12-24T22:15", param_hint="--at") from None
    if port == office_port:
        raise click.BadParameter("must not be --port", param_hint="--office-port")
    sys.exit(running.run(moment, port, office_port))


def _municipality() -> Municipality:
    """The file alone: nothing else of an installation need be there. Raises BadConfiguration."""
    chosen = os.environ.get("SIFRA_MUNICIPALITY")
    return municipality.load(Path(chosen) if chosen else municipality.shipped_path())


def _several(given: tuple[str, ...]) -> tuple[str, ...]:
    parts = (part.strip() for one in given for part in one.split(","))
    return tuple(dict.fromkeys(part for part in parts if part))


def _moment(at: str | None, place: Municipality) -> dt.datetime:
    """The moment that was asked for, or now. Says so where the clock makes it doubtful."""
    if at is None:
        return dt.datetime.now(dt.UTC).replace(microsecond=0)
    try:
        moment = explaining.local_moment(at, place.zone)
    except ValueError:
        raise click.BadParameter("write it like 2026-12-24T22:15", param_hint="--at") from None
    shown = explaining.iso(moment.at, place.zone)
    if moment.skipped:
        click.echo(f"--at: the clock skips {at}; this is the moment after, {shown}", err=True)
    if moment.again:
        again = explaining.iso(moment.again, place.zone)
        click.echo(f"--at: the clock shows {at} twice; this is {shown}, not {again}", err=True)
    return moment.at


def _spoken() -> str:
    """English for those whose machine speaks it; else Norwegian, as the file."""
    names = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "en" if next(filter(None, names), "").startswith("en") else "nb"


def _show(account: NewAccount, settings: InstallationSettings) -> None:
    """The sign-in, for the only time that anybody can see it."""
    uri = account.totp_uri(settings.municipality.public_name)
    click.echo("This is shown once. Write the passphrase down, put the code secret into an app.\n")
    click.echo(f"  username        {account.username}")
    click.echo(f"  passphrase      {account.passphrase}")
    click.echo(f"  code secret     {account.totp_secret}")
    click.echo(f"                  {uri}\n")
    if sys.stdout.isatty():
        segno.make(uri, error="l", micro=False).terminal(compact=True)


def _stop(why: str, status: int) -> NoReturn:
    click.echo(why, err=True)
    sys.exit(status)
