"""Makes a new installation: homes, secrets, databases, keys and the first leader."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import Engine, func, select

from sifra.case_store import CaseStore
from sifra.clock import Clock
from sifra.database import open_engine, reading, writing
from sifra.erasure import ErasureKeys
from sifra.key_cards import account_holder, fingerprint
from sifra.migrate import Tree, migrate
from sifra.settings import PEPPER_BYTES, InstallationSettings
from triage import keys
from triage.keys import NewAccount, Unlocked
from triage.people import held_keys, passing_on
from triage.people.held_keys import Founding
from triage.people.passing_on import LetIn
from triage.permissions import READERS, Permission, may
from triage.staff_tables import accounts


class AlreadyThere(Exception):
    """Something of an installation exists; its text names it. Nothing was changed."""


class NotAllowed(Exception):
    """The member cannot let somebody into that unit; the text says why."""


def install(
    settings: InstallationSettings, *, username: str, display: str, cost: keys.KeyCost | None = None
) -> Founding:
    """Make everything, with the units that read by default; the leader holds their keys.

    A unit gets a key when it gets its first member, so that nothing can be sealed for a unit
    in which nobody could open it. Raises AlreadyThere and StoreUnavailable.
    """
    home = settings.home
    for secret in (home.pepper, home.verifier, home.erasure_keys):
        if secret.exists():
            raise AlreadyThere(str(secret))
    home.path.mkdir(mode=0o755, parents=True, exist_ok=True)
    for private in (home.public, home.office):
        private.mkdir(mode=0o700, exist_ok=True)
        private.chmod(0o700)
    migrate(settings.database_url, Tree.CASES)
    migrate(settings.staff_database_url, Tree.STAFF)
    staff, cases = open_engine(settings.staff_database_url), open_engine(settings.database_url)
    try:
        if _members(staff):
            raise AlreadyThere("a member in the staff database")
        erasure = ErasureKeys(home.erasure_keys)
        erasure.create()
        founding = held_keys.found_installation(
            staff,
            CaseStore(cases, erasure),
            settings.municipality.default_readers,
            username=username,
            display=display,
            cost=cost,
        )
    finally:
        staff.dispose()
        cases.dispose()
    _write(home.pepper, os.urandom(PEPPER_BYTES), 0o600)
    # Last: without it no site starts, so an installation broken off half-way is never used.
    _write(home.verifier, founding.verifier, 0o444)
    return founding


def add_member(
    staff: Engine,
    store: CaseStore,
    leader: Unlocked,
    unit: str,
    *,
    username: str,
    display: str,
    role: str = "reader",
    language: str = "nb",
    cost: keys.KeyCost | None = None,
) -> tuple[NewAccount, LetIn]:
    """Make a member of ``unit`` (of none for a role that reads nothing), let in by ``leader``: both
    sit at the same screen, so there is no fingerprint to compare. What they got of the unit's key
    is as for those who join (triage.people.passing_on).

    Raises NotAllowed, SealError (something was altered), Conflict (the username is taken) and
    StoreUnavailable.
    """
    if not _leads(staff, leader):
        raise NotAllowed("only a leader lets others in")
    account = keys.new_account(
        staff, username=username, display=display, role=role, language=language, cost=cost
    )
    if role in READERS:
        with writing(staff) as connection:
            passing_on.await_keys(connection, account.id, [unit])
    compared = fingerprint(account_holder(account.id), account.private.public())
    now = Clock().now()
    passing_on.sign_own_card(staff, leader, now)
    return account, passing_on.let_in(staff, store, leader, account.id, compared, now)


def _members(staff: Engine) -> int:
    with reading(staff) as connection:
        return connection.execute(select(func.count()).select_from(accounts)).scalar_one()


def _leads(staff: Engine, member: Unlocked) -> bool:
    with reading(staff) as connection:
        role = connection.execute(
            select(accounts.c.role).where(accounts.c.id == member.account_id)
        ).scalar_one()
    return may(role, Permission.LEAD)


def _write(path: Path, secret: bytes, mode: int) -> None:
    """A new file, on the disk before this returns. Never over another."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        os.fchmod(file.fileno(), mode)
        file.write(secret.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
