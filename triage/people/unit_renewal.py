"""A unit's key is renewed when somebody who knew it has left.

Three steps, each by those who can. A *member* of the unit makes the next key, wrapped for every
member who is left. A *leader* compares its fingerprint with what the member reads out, and signs
its card: what comes from then on is sealed for the new key alone. *Members* lock what there is
anew, some at a time, while both keys open; when a whole round finds nothing more that is locked
for an older key, the older ones are deleted. A leader who is a member does the first two at once.

The picture's key is renewed too, but what was counted stays as it was: the older keys are kept.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine, Row, delete, insert, select, update

from sifra.case_store import CaseStore
from sifra.conversation import ReaderView
from sifra.database import Conflict, forget_deleted, reading, writing
from sifra.key_cards import PICTURE, KeyCardError, fingerprint
from sifra.sealing import PrivateKey, SealError
from triage import folders
from triage.audit.audit_log import Action, Deed, append
from triage.folder_store import FolderStore
from triage.keys import Unlocked
from triage.people import held_keys
from triage.people.opening import next_serial
from triage.people.passing_on import OtherKey, await_keys, pin
from triage.staff_tables import accounts, key_renewals, unit_keys

SETTLES_SECONDS = 60
"""Whoever was sealing something for the former card when the next was signed has stored it."""

_CASES, _FOLDERS = "c", "f"


@dataclass(frozen=True, slots=True)
class Renewal:
    """``serial`` and those before it are to go. Times are Unix seconds (UTC)."""

    unit: str
    serial: int
    since: int
    made: int | None
    public: bytes | None
    signed: int | None
    place: str
    clean: bool

    @property
    def fingerprint(self) -> int | None:
        return fingerprint(self.unit, self.public) if self.public else None


@dataclass(frozen=True, slots=True)
class Step:
    """What one step of locking anew did."""

    done: int
    """So many cases and folders are locked for the next key now that were not before."""
    failed: int
    """So many open with no key at all: they were altered outside Sifra."""
    finished: bool


def renewals(engine: Engine) -> list[Renewal]:
    """Those that are not finished, by unit."""
    with reading(engine) as connection:
        rows = connection.execute(select(key_renewals).order_by(key_renewals.c.unit)).all()
    return [_read(row) for row in rows]


def find(engine: Engine, unit: str) -> Renewal | None:
    return next((one for one in renewals(engine) if one.unit == unit), None)


def make(engine: Engine, store: CaseStore, member: Unlocked, unit: str, verifier: bytes) -> int:
    """Make the next key, for everybody who holds the one of today; its fingerprint, for a leader.

    Who has no key card signed by a leader does not get it: they are to be given it later.
    Conflict: somebody has made it already, or the member does not hold the key of today.
    """
    renewal = find(engine, unit)
    with reading(engine) as connection:
        holders = connection.execute(
            select(unit_keys.c.account_id)
            .join(accounts, accounts.c.id == unit_keys.c.account_id)
            .where(
                unit_keys.c.unit == unit,
                unit_keys.c.serial == (renewal.serial if renewal else 0),
                accounts.c.gone.is_(None),
            )
        ).scalars()
        others = {one for one in holders if one != member.account_id}
    mine = held_keys.held_by_serial(engine, member).get(unit, {})
    if renewal is None or renewal.made is not None or renewal.serial not in mine:
        raise Conflict
    serial = next_serial(engine, store, unit, verifier)
    private = PrivateKey.generate()
    public = private.public()
    publics = {member.account_id: member.private.public()}
    for account_id in others:
        try:
            publics[account_id] = held_keys.account_public(engine, account_id, verifier, store.pins)
        except KeyCardError:
            continue
    append(
        engine, Deed(Action.UNIT_KEY_RENEWED, member.account_id, unit, fields={"serial": serial})
    )
    with writing(engine) as connection:
        mark = connection.execute(
            update(key_renewals)
            .where(
                key_renewals.c.unit == unit,
                key_renewals.c.serial == renewal.serial,
                key_renewals.c.made.is_(None),
            )
            .values(made=serial, public=public)
        )
        if mark.rowcount != 1:
            raise Conflict
        connection.execute(
            insert(unit_keys),
            [
                held_keys.wrapped_row(account_id, theirs, unit, serial, private)
                for account_id, theirs in publics.items()
            ],
        )
    return fingerprint(unit, public)


def sign(
    engine: Engine, store: CaseStore, leader: Unlocked, unit: str, compared: int, now: int
) -> bool:
    """Sign the next key's card: it is what everything is sealed for from now on. False when the
    pins could not be written (triage.people.passing_on.pin).

    ``compared`` is the fingerprint that the member who made it read out. OtherKey: the key that
    is there has another. Conflict: there is none, or it is signed. SealError: no leader.
    """
    signing = held_keys.signing_key(engine, leader)
    renewal = find(engine, unit)
    if renewal is None or renewal.made is None or not renewal.public or renewal.signed:
        raise Conflict
    if renewal.fingerprint != compared:
        raise OtherKey
    fields = {"serial": renewal.made}
    append(engine, Deed(Action.KEY_CARD_SIGNED, leader.account_id, unit, fields=fields))
    store.put_card(signing.sign_public(unit, renewal.made, renewal.public))
    with writing(engine) as connection:
        connection.execute(
            update(key_renewals)
            .where(key_renewals.c.unit == unit, key_renewals.c.made == renewal.made)
            .values(signed=now, place="", clean=False)
        )
        if unit == PICTURE:
            connection.execute(delete(key_renewals).where(key_renewals.c.unit == unit))
    return pin(engine, store, signing)


def remaining(engine: Engine, store: CaseStore, renewal: Renewal) -> int:
    """How many cases and folders this round has still to look at."""
    kind, after = _where(renewal)
    most = 1_000_000
    count = len(FolderStore(engine).held_by(renewal.unit, after if kind == _FOLDERS else "", most))
    return count + (len(store.readable_ids(renewal.unit, after, most)) if kind == _CASES else 0)


def lock_anew(
    engine: Engine,
    store: CaseStore,
    member: Unlocked,
    unit: str,
    verifier: bytes,
    now: int,
    limit: int = 50,
) -> Step:
    """Lock some of the unit's cases and folders for its next key. It can be broken off, called
    again, and called by two at once.

    Conflict: nothing is to be locked anew, or the member holds not both keys. SealError: the
    unit's card is not that of the next key.
    """
    renewal = find(engine, unit)
    mine = held_keys.held_by_serial(engine, member).get(unit, {})
    if renewal is None or not renewal.signed or renewal.made not in mine:
        raise Conflict
    keys = (mine[renewal.made], *(key for serial, key in mine.items() if serial != renewal.made))
    public = store.public_keys([unit], verifier)[unit]
    if public != keys[0].public():
        raise SealError
    kind, after = _where(renewal)
    shelf = FolderStore(engine)
    ids = (
        store.readable_ids(unit, after, limit)
        if kind == _CASES
        else shelf.held_by(unit, after, limit)
    )
    append(engine, Deed(Action.CASES_REKEYED, member.account_id, unit, fields={"cases": len(ids)}))
    done = failed = skipped = 0
    for one in ids:
        try:
            lock = _lock_case if kind == _CASES else _lock_folder
            done += lock(store, shelf, one, unit, keys, public)
        except Conflict:
            # Somebody wrote there in this moment: the next round takes it.
            skipped += 1
        except SealError:
            failed += 1
    clean = renewal.clean and not done and not skipped
    here = f"{kind}{ids[-1]}" if ids else kind
    if len(ids) < limit:
        here = _FOLDERS if kind == _CASES else ""
    # The round that ends it must have begun once nobody seals for the former card any more: what
    # comes behind it meanwhile, it does not see.
    settled = now >= (renewal.signed or now) + SETTLES_SECONDS
    _move(engine, renewal, here, clean=clean if here else settled)
    finished = clean and not here
    if finished:
        _finish(engine, renewal)
    return Step(done, failed, finished)


def _lock_case(
    store: CaseStore,
    shelf: FolderStore,  # noqa: ARG001
    case_id: str,
    unit: str,
    keys: tuple[PrivateKey, ...],
    public: bytes,
) -> bool:
    stored = store.find(case_id)
    if stored is None:
        return False
    view = ReaderView.open(stored.sealed, unit, *keys)
    if view.is_locked_for_the_first:
        return False
    store.rewrap(case_id, view.rewrapped(public), stored.sealed.wraps)
    return True


def _lock_folder(
    store: CaseStore,
    shelf: FolderStore,
    folder_id: str,
    unit: str,
    keys: tuple[PrivateKey, ...],
    public: bytes,
) -> bool:
    folder = shelf.find(folder_id)
    stored = store.find(folder.case_id) if folder else None
    if folder is None or stored is None:
        return False
    erasure_key = stored.sealed.erasure_key
    try:
        folders.open_folder(folder, erasure_key, unit, keys[:1])
    except SealError:
        opened = folders.open_folder(folder, erasure_key, unit, keys)
        shelf.replace(folder, opened.admit({unit: public}).sealed)
        return True
    return False


def _where(renewal: Renewal) -> tuple[str, str]:
    """Whether cases or folders are looked at, and the last id of them that was."""
    return (renewal.place[:1] or _CASES), renewal.place[1:]


def _move(engine: Engine, renewal: Renewal, place: str, *, clean: bool) -> None:
    with writing(engine) as connection:
        connection.execute(
            update(key_renewals)
            .where(
                key_renewals.c.unit == renewal.unit,
                key_renewals.c.made == renewal.made,
                key_renewals.c.place == renewal.place,
            )
            .values(place=place, clean=clean)
        )


def _finish(engine: Engine, renewal: Renewal) -> None:
    """The older keys open nothing any more. Who holds no newer one is to be given it."""
    older = (unit_keys.c.unit == renewal.unit) & (unit_keys.c.serial != renewal.made)
    with writing(engine) as connection:
        gone = connection.execute(
            delete(key_renewals).where(
                key_renewals.c.unit == renewal.unit, key_renewals.c.made == renewal.made
            )
        )
        if gone.rowcount != 1:
            raise Conflict
        behind = set(connection.scalars(select(unit_keys.c.account_id).where(older)))
        connection.execute(delete(unit_keys).where(older))
        kept = set(
            connection.scalars(
                select(unit_keys.c.account_id).where(unit_keys.c.unit == renewal.unit)
            )
        )
        for account_id in sorted(behind - kept):
            await_keys(connection, account_id, [renewal.unit])
    forget_deleted(engine)


def _read(row: Row[tuple[object, ...]]) -> Renewal:
    return Renewal(
        row.unit,
        row.serial,
        row.since,
        row.made,
        row.public,
        row.signed,
        row.place,
        row.clean,
    )
