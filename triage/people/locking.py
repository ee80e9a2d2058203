"""Locking one case, or one folder, for the next key of a unit or an adult.

Whoever holds the next key and one before it locks anew what those open. Where nobody holds a key
from before any more, another reader lets the next key in instead, by a key of their own: an adult's
deputy, and for a unit whoever reads the same case. That lets nobody in who was no reader: the
readers of a case, and the holders of a folder, are bound by its head.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum

from sqlalchemy import Engine, insert

from sifra.case_store import CaseStore
from sifra.conversation import ReaderView
from sifra.database import Conflict, writing
from sifra.key_cards import PICTURE
from sifra.municipality import Municipality
from sifra.sealing import PrivateKey, SealError
from triage import folders
from triage.folder_store import FolderStore
from triage.staff_tables import register_arrivals


class Found(Enum):
    """What one case or folder was, or has become."""

    FITS = "it was locked for the next key"
    LOCKED = "it was locked for a key before, and is for the next one now"
    LET_IN = "another reader has locked it for the next key"
    WAITS = "it opens for another reader, or may"
    LOST = "nobody holds a key that opens it"


def helping(place: Municipality, unit: str, mine: Collection[str]) -> tuple[str, ...]:
    """Those of the units and adults that a member reads as, by which they may let the next key of
    ``unit`` in: its deputies, if it is an adult's; else any other."""
    others = set(mine) - {unit, PICTURE}
    if place.adult(unit) is not None:
        others &= set(place.deputies(unit))
    return tuple(sorted(others))


def is_covered(place: Municipality, unit: str, held: Collection[str]) -> bool:
    """An adult's deputies read what is sent to the adult: one forgotten passphrase loses nothing.
    ``held`` are the units and adults that somebody holds a key of."""
    deputies = set(place.deputies(unit)) - {unit} if place.adult(unit) is not None else set()
    return bool(deputies & set(held))


@dataclass(frozen=True)
class Locking:
    """By somebody who holds ``privates`` of ``unit``, the next key first, and ``others`` of the
    units that they help as. ``public`` is the next key's, from a checked card."""

    engine: Engine
    store: CaseStore
    unit: str
    public: bytes
    privates: Sequence[PrivateKey] = field(repr=False)
    others: Mapping[str, Sequence[PrivateKey]] = field(repr=False)
    lost: bool
    """Nobody holds a key of it from before."""
    held: Collection[str]
    """The units and adults that somebody holds a key of."""

    def case(self, case_id: str) -> Found:
        """Conflict: somebody wrote there in this moment. SealError: it was altered."""
        stored = self.store.find(case_id)
        if stored is None:
            return Found.FITS
        sealed = stored.sealed
        with suppress(SealError):
            view = ReaderView.open(sealed, self.unit, *self.privates)
            if view.is_locked_for_the_first:
                return Found.FITS
            self.store.rewrap(case_id, view.rewrapped(self.public), sealed.wraps)
            return Found.LOCKED
        helps = self._helps(sealed.readers)
        for reader in helps:
            with suppress(SealError):
                view = ReaderView.open(sealed, reader, *self.others[reader])
                wraps = view.rewrapped_for(self.unit, self.public)
                self.store.rewrap(case_id, wraps, sealed.wraps)
                self._enter_anew(case_id)
                return Found.LET_IN
        if helps:
            raise SealError
        return self._unopened(sealed.readers)

    def folder(self, folder_id: str) -> Found:
        """As :meth:`case`."""
        shelf = FolderStore(self.engine)
        folder = shelf.find(folder_id)
        stored = self.store.find(folder.case_id) if folder else None
        if folder is None or stored is None:
            return Found.FITS
        erasure_key = stored.sealed.erasure_key
        with suppress(SealError):
            folders.open_folder(folder, erasure_key, self.unit, self.privates[:1])
            return Found.FITS
        ways = [(self.unit, self.privates, Found.LOCKED)]
        ways += [(one, self.others[one], Found.LET_IN) for one in self._helps(folder.holders)]
        for holder, privates, found in ways:
            with suppress(SealError):
                opened = folders.open_folder(folder, erasure_key, holder, privates)
                shelf.replace(folder, opened.admit({self.unit: self.public}).sealed)
                return found
        if len(ways) > 1:
            raise SealError
        return self._unopened(folder.holders)

    def _helps(self, readers: Iterable[str]) -> list[str]:
        return [reader for reader in readers if reader in self.others and reader != self.unit]

    def _unopened(self, readers: Iterable[str]) -> Found:
        """Only who holds the next key can tell that nothing opens it; for anybody else it may be
        locked for that key already."""
        if not self.lost:
            raise SealError
        more = any(reader in self.held for reader in readers if reader != self.unit)
        return Found.WAITS if more or not self.privates else Found.LOST

    def _enter_anew(self, case_id: str) -> None:
        """The unit's register may have the case without its summary, from when it did not open."""
        row = {"unit": self.unit, "case_id": case_id}
        with suppress(Conflict), writing(self.engine) as connection:
            connection.execute(insert(register_arrivals).values(row))
