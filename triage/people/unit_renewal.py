"""A unit's key is renewed when somebody who knew it has left.

Three steps, each by those who can. A *member* of the unit makes the next key, wrapped for every
member who is left. A *leader* compares its fingerprint with what the member reads out, and signs
its card: what comes from then on is sealed for the new key alone. *Members* lock what there is
anew, some at a time, while both keys open; when a whole round finds nothing more that is locked
for an older key, the older ones are deleted. A leader who is a member does the first two at once.

When nobody holds a key from before any more (triage.people.opening), there is a new one already,
and its card is signed. Then other readers of the same cases take the third step, by their own keys:
they let the new key in. That ends with a round in which all was let in to by them, or opened for
whoever holds the new key; what opens for nobody is counted, and keeps nobody waiting.

The picture's key is renewed too, but what was counted stays as it was: the older keys are kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Engine, Row, delete, insert, select, update

from sifra.case_store import CaseStore
from sifra.database import Conflict, forget_deleted, reading, snapshot, writing
from sifra.key_cards import PICTURE, KeyCardError, fingerprint
from sifra.sealing import PrivateKey, SealError
from triage.audit.audit_log import Action, Deed, append
from triage.folder_store import FolderStore
from triage.keys import Unlocked
from triage.people import held_keys, opening
from triage.people.locking import Found, Locking
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
    lost: bool
    """Nobody holds a key from before the next one: what it opened, other readers let that in to."""

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
    waits: int = 0
    """So many open for another reader, who may let the key in, or for nobody whom we can tell."""
    lost: int = 0
    """So many open for nobody any more."""
    around: bool = False
    """This round is over."""


def renewals(engine: Engine) -> list[Renewal]:
    """Those that are not finished, by unit."""
    with snapshot(engine) as connection:
        rows = connection.execute(select(key_renewals).order_by(key_renewals.c.unit)).all()
        keys = connection.execute(select(unit_keys.c.unit, unit_keys.c.serial).distinct()).all()
    older = {row.unit for row in rows if any(u == row.unit and n != row.made for u, n in keys)}
    return [_read(row, lost=row.signed is not None and row.unit not in older) for row in rows]


def lost(engine: Engine) -> Mapping[str, int]:
    """The units and adults whose key from before nobody holds, with when the next one was signed
    (Unix seconds): what came until then does not open for them before another reader has let that
    one in. Raises StoreUnavailable."""
    return {one.unit: one.signed or 0 for one in renewals(engine) if one.lost}


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
    serial = opening.next_serial(engine, store, unit, verifier)
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
    helping: Collection[str] = (),
) -> Step:
    """Lock some of the unit's cases and folders for its next key. It can be broken off, called
    again, and called by two at once. ``helping`` are the other units and adults that the member
    reads as and may let the key in by (triage.people.locking.helping), where nobody holds an older
    one any more.

    Conflict: nothing is to be locked anew, or the member holds no key to do it with. SealError: the
    unit's card is not that of the next key, or is none that stands.
    """
    renewal = find(engine, unit)
    held = held_keys.held_by_serial(engine, member)
    mine = held.get(unit, {})
    if renewal is None or not renewal.signed:
        raise Conflict
    others = {one: tuple(held[one].values()) for one in helping if renewal.lost and one in held}
    if renewal.made not in mine and not others:
        raise Conflict
    public = store.public_keys([unit], verifier)[unit]
    keys: tuple[PrivateKey, ...] = ()
    if renewal.made in mine:
        older = (key for serial, key in mine.items() if serial != renewal.made)
        keys = (mine[renewal.made], *older)
        if public != keys[0].public():
            raise SealError
    case_ids, folder_ids, here = _next_few(engine, store, renewal, limit)
    few = len(case_ids) + len(folder_ids)
    append(engine, Deed(Action.CASES_REKEYED, member.account_id, unit, fields={"cases": few}))
    locking = Locking(engine, store, unit, public, keys, others, renewal.lost, opening.held(engine))
    found: Counter[Found] = Counter()
    failed = skipped = 0
    for lock, ids in ((locking.case, case_ids), (locking.folder, folder_ids)):
        for one in ids:
            try:
                found[lock(one)] += 1
            except Conflict:
                # Somebody wrote there in this moment: the next round takes it.
                skipped += 1
            except SealError:
                failed += 1
    # The round that ends it must have begun once nobody seals for the former card any more: what
    # comes behind it meanwhile, it does not see.
    settled = now >= renewal.signed + SETTLES_SECONDS
    clean = renewal.clean if renewal.place else settled
    # Another reader cannot tell for which key a case was locked; but whatever they have let the
    # next key in to is locked for it.
    clean = clean and not (skipped or found[Found.LOCKED] or found[Found.WAITS])
    clean = clean and not (failed and renewal.lost)
    _move(engine, renewal, here, clean=clean)
    finished = clean and not here
    if finished:
        _finish(engine, renewal)
    return Step(
        found[Found.LOCKED] + found[Found.LET_IN],
        failed,
        finished,
        waits=found[Found.WAITS],
        lost=found[Found.LOST],
        around=not here,
    )


def _next_few(
    engine: Engine, store: CaseStore, renewal: Renewal, limit: int
) -> tuple[list[str], list[str], str]:
    """Cases, and after the last of them folders; and where the round is once they are done: empty
    when it is over."""
    kind, after = _where(renewal)
    case_ids: list[str] = []
    if kind == _CASES:
        case_ids = store.readable_ids(renewal.unit, after, limit)
        if len(case_ids) == limit:
            return case_ids, [], f"{_CASES}{case_ids[-1]}"
        after = ""
    room = limit - len(case_ids)
    folder_ids = FolderStore(engine).held_by(renewal.unit, after, room)
    here = f"{_FOLDERS}{folder_ids[-1]}" if len(folder_ids) == room else ""
    return case_ids, folder_ids, here


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


def _read(row: Row[tuple[object, ...]], *, lost: bool) -> Renewal:
    return Renewal(
        row.unit,
        row.serial,
        row.since,
        row.made,
        row.public,
        row.signed,
        row.place,
        row.clean,
        lost,
    )
