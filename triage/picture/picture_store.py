"""The counts as they are stored: sealed, and with every event folded in once.

Who may open the counts folds what has come in since into them. Opening events takes time, so no
lock is held meanwhile; the counts and the events that went into them are then replaced in one
transaction, which fails when somebody else has changed either.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, delete, insert, select, update

from sifra import sealing
from sifra.database import Conflict, StoreUnavailable, forget_deleted, reading, snapshot, writing
from sifra.picture_events import Event, SealedEvent, open_event
from sifra.sealing import PrivateKey, SealError
from sifra.tables import picture_counts, picture_events
from triage.picture.picture_counts import Chosen, Counts, fits, quarter_at

_NAME = "counts"
_AT_A_TIME = 500
_TRIES = 20


@dataclass(frozen=True, slots=True)
class Folded:
    """``aside`` events do not open, or are none of ours: they are counted nowhere, and stay."""

    counts: Counts
    aside: int


class PictureStore:
    """Every call may raise StoreUnavailable."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def fold(
        self, keys: Sequence[PrivateKey], chosen: Chosen, now: float, zone: ZoneInfo
    ) -> Folded:
        """The counts with all that has come in. ``keys`` are the picture's, the newest first, at
        least one; ``now`` is Unix seconds (UTC). SealError: none of them opens the counts."""
        after, aside = b"", 0
        while True:
            counts, found, wrong = self._fold_some(keys, chosen, now, zone, after)
            aside += wrong
            if len(found) < _AT_A_TIME:
                return Folded(counts, aside)
            after = found[-1].id

    def waiting(self) -> int:
        """How many events have not been folded in."""
        with reading(self._engine) as connection:
            return len(connection.scalars(select(picture_events.c.id)).all())

    def _fold_some(
        self,
        keys: Sequence[PrivateKey],
        chosen: Chosen,
        now: float,
        zone: ZoneInfo,
        after: bytes,
    ) -> tuple[Counts, list[SealedEvent], int]:
        for _ in range(_TRIES):
            version, sealed, found = self._read(after)
            counts = _opened(sealed, version, keys) if sealed is not None else None
            opened = {one.id: event for one in found if (event := _event(one, keys)) is not None}
            opened = {name: event for name, event in opened.items() if fits(event, now, zone)}
            counts = counts or Counts(quarter_at(now, zone))
            counts.add(opened.values())
            settled = counts.settle(now, zone, chosen)
            if opened or settled or not version:
                try:
                    self._replace(version, _sealed(counts, version + 1, keys[0]), list(opened))
                except Conflict:
                    continue
                if opened:
                    forget_deleted(self._engine)
            return counts, found, len(found) - len(opened)
        raise StoreUnavailable("the picture's counts change too fast")

    def _read(self, after: bytes) -> tuple[int, bytes | None, list[SealedEvent]]:
        """One state: an event is either in the counts or still there."""
        columns = picture_events.c
        events = select(columns.id, columns.sealed).where(columns.id > after)
        counts = select(picture_counts.c.version, picture_counts.c.sealed)
        with snapshot(self._engine) as connection:
            row = connection.execute(counts.where(picture_counts.c.name == _NAME)).first()
            rows = connection.execute(events.order_by(columns.id).limit(_AT_A_TIME)).all()
        found = [SealedEvent(one.id, one.sealed) for one in rows]
        return (row.version, row.sealed, found) if row else (0, None, found)

    def _replace(self, version: int, sealed: bytes, folded: list[bytes]) -> None:
        """Conflict: the counts are not those of ``version`` any more, or one of ``folded`` is
        gone."""
        stands = (picture_counts.c.name == _NAME) & (picture_counts.c.version == version)
        with writing(self._engine) as connection:
            if version:
                changed = connection.execute(
                    update(picture_counts).where(stands).values(version=version + 1, sealed=sealed)
                )
                if changed.rowcount != 1:
                    raise Conflict
            else:
                connection.execute(
                    insert(picture_counts).values(name=_NAME, version=1, sealed=sealed)
                )
            gone = connection.execute(delete(picture_events).where(picture_events.c.id.in_(folded)))
            if gone.rowcount != len(folded):
                raise Conflict


def _event(stored: SealedEvent, keys: Sequence[PrivateKey]) -> Event | None:
    for key in keys:
        try:
            return open_event(stored, key)
        except (SealError, TypeError, AttributeError):
            # The last two: SQLite keeps a value of any type in any column.
            continue
    return None


def _key(private: PrivateKey) -> bytes:
    return sealing.derive(private.raw, "picture-counts-key")


def _sealed(counts: Counts, version: int, private: PrivateKey) -> bytes:
    plain = json.dumps(counts.as_json(), separators=(",", ":")).encode()
    return sealing.seal(_key(private), sealing.pad(plain), "picture-counts", version)


def _opened(sealed: bytes, version: int, keys: Sequence[PrivateKey]) -> Counts:
    for key in keys:
        try:
            plain = sealing.unpad(sealing.unseal(_key(key), sealed, "picture-counts", version))
        except (SealError, TypeError):
            continue
        try:
            return Counts.of_json(json.loads(plain))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise SealError from None
    raise SealError
