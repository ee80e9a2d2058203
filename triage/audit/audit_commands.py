"""``sifra audit``: is the audit log as it was written?"""

from __future__ import annotations

import json
import os
import sys

import click

from sifra.database import open_engine
from sifra.settings import installation_settings
from triage.audit import audit_log
from triage.audit.audit_log import Noted, Verified

_FINDING = 1


def _noted(_: click.Context, __: click.Parameter, written: str | None) -> Noted | None:
    if written is None:
        return None
    parsed = Noted.parse(written)
    if parsed is None:
        raise click.BadParameter("write it as it was printed: number:hash, or the hash alone")
    return parsed


@click.group()
def audit() -> None:
    """The log of who did what to which case."""


@audit.command()
@click.option("--head", "noted", callback=_noted, help="An earlier head, noted down elsewhere.")
@click.option("--json", "as_json", is_flag=True, help="One object, for programs.")
def verify(noted: Noted | None, as_json: bool) -> None:
    """Look for changed, removed, moved or inserted entries; with --head, also for a log that was
    cut off or written anew since. Prints the head to note down. Exit 1 on a finding."""
    settings = installation_settings(os.environ)
    engine = open_engine(settings.staff_database_url)
    try:
        found = audit_log.verify(engine, noted)
    finally:
        engine.dispose()
    click.echo(json.dumps(_as_object(found), indent=2) if as_json else _as_text(found))
    sys.exit(_FINDING if found.finding else 0)


def _as_object(found: Verified) -> dict[str, object]:
    finding = found.finding
    return {
        "entries": found.end.entries,
        "head": str(found.end),
        "finding": {"sequence": finding.sequence, "what": finding.what} if finding else None,
    }


def _as_text(found: Verified) -> str:
    if found.finding is not None:
        which = found.finding.sequence
        name = "the log" if which is None else f"entry {which}"
        return f"finding  {name}: {found.finding.what}\nas written up to entry {found.end.entries}"
    return (
        f"entries  {found.end.entries}\n"
        f"head     {found.end}\n"
        "Note the head down where nobody who can write to the database can change it. With it,\n"
        "`sifra audit verify --head` finds later that the log was cut off or written anew."
    )
