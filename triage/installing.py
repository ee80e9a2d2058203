"""Makes a new installation: homes, secrets, databases, keys and the first leader."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import Engine, func, select

from sifra.case_store import CaseStore
from sifra.clock import Clock
from sifra.database import open_engine, reading
from sifra.erasure import ErasureKeys
from sifra.key_cards import PICTURE
from sifra.migrate import Tree, migrate
from sifra.settings import PEPPER_BYTES, InstallationSettings
from triage import held_keys, keys
from triage.audit_log import Action, Deed, append
from triage.held_keys import Founding
from triage.keys import NewAccount, Unlocked
from triage.permissions import Permission, may
from triage.staff_tables import accounts, unit_keys


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
    leader: Unlocked,
    unit: str,
    *,
    username: str,
    display: str,
    language: str = "nb",
    cost: keys.KeyCost | None = None,
) -> NewAccount:
    """Make a member of ``unit``, whose key ``leader`` holds and passes on.

    Raises NotAllowed, SealError (something was altered), Conflict (the username is taken) and
    StoreUnavailable.
    """
    if not _leads(staff, leader):
        raise NotAllowed("only a leader lets others in")
    held = held_keys.held(staff, leader)
    if unit not in held:
        raise NotAllowed(f"you do not hold the key of {unit}, so you cannot pass it on")
    account = keys.new_account(
        staff, username=username, display=display, role="reader", language=language, cost=cost
    )
    # Until it stands in the log, the account holds no key.
    added = {"added": account.id, "role": "reader"}
    append(staff, Deed(Action.STAFF_ADDED, leader.account_id, unit, fields=added))
    public = account.private.public()
    signing = held_keys.signing_key(staff, leader)
    held_keys.sign_account(staff, signing, account.id, public, leader.account_id, Clock().now())
    for holder in (unit, PICTURE):
        if holder in held:
            serial = _serial(staff, leader, holder)
            held_keys.give_unit_key(staff, account.id, public, holder, serial, held[holder][0])
    return account


def _members(staff: Engine) -> int:
    with reading(staff) as connection:
        return connection.execute(select(func.count()).select_from(accounts)).scalar_one()


def _leads(staff: Engine, member: Unlocked) -> bool:
    with reading(staff) as connection:
        role = connection.execute(
            select(accounts.c.role).where(accounts.c.id == member.account_id)
        ).scalar_one()
    return may(role, Permission.LEAD)


def _serial(staff: Engine, member: Unlocked, unit: str) -> int:
    """The serial of the first key that ``held`` gives: the newest."""
    with reading(staff) as connection:
        return connection.execute(
            select(func.max(unit_keys.c.serial)).where(
                unit_keys.c.account_id == member.account_id, unit_keys.c.unit == unit
            )
        ).scalar_one()


def _write(path: Path, secret: bytes, mode: int) -> None:
    """A new file, on the disk before this returns. Never over another."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        os.fchmod(file.fileno(), mode)
        file.write(secret.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
