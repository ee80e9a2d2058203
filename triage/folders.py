"""Folders: what staff write on a case, sealed for those who may read it, and for nobody else.

A folder is a chain of entries under a key of its own. The key is wrapped for each holder and locked
with the case's erasure key, so that destroying a case destroys its folders; it stands in the staff
database, where the public site cannot reach. A case has at most one folder of notes, which its
readers hold (never an interpreter), and one for each hand-over and each interpreter.

The sealing is the cases' own (docs/sealed-format.md): entries are chained, padded, bound to their
place and committed to their key, and a head binds the end and the holders.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from sifra import chains, sealing
from sifra.sealing import NOTE_KINDS, Kind, Place, PrivateKey, SealError

Body = chains.Body
Wraps = Mapping[str, bytes]
"""The folder's key by holder: a unit, an adult, or ``account:<id>``."""


class FolderKind(StrEnum):
    NOTES = "notes"
    HANDOVER = "handover"
    INTERPRETER = "interpreter"


@dataclass(frozen=True, slots=True)
class SealedFolder:
    """A folder as stored."""

    id: str
    case_id: str
    kind: FolderKind
    head: bytes
    wraps: Wraps
    entries: Sequence[bytes] = ()

    @property
    def holders(self) -> tuple[str, ...]:
        """In alphabetical order."""
        return tuple(sorted(self.wraps))

    def _end(self) -> Place:
        return chains.end(self.id, self.entries)


@dataclass(frozen=True, slots=True)
class OpenFolder:
    """A folder that one of its holders has opened. Each change gives the folder as it will be
    then: it is stored by triage.folder_store, and only in the place of the one before it."""

    sealed: SealedFolder
    erasure_key: bytes = field(repr=False)
    key: bytes = field(repr=False)
    entries: tuple[Body, ...] = field(repr=False)

    def add(self, body: Body) -> OpenFolder:
        """With one more entry. ValueError when a text in it is not Unicode."""
        blob = sealing.seal_message(self.key, chains.dump(body), self.sealed._end(), Kind.NOTE)
        longer = replace(self.sealed, entries=(*self.sealed.entries, blob))
        return self._with(longer, entries=(*self.entries, body))

    def admit(self, publics: Mapping[str, bytes]) -> OpenFolder:
        """With more holders, or with the next key of one. ``publics`` maps each to its checked
        public key."""
        wraps = _wrapped(self.key, publics, self.erasure_key, self.sealed.id, self.sealed.case_id)
        return self._with(replace(self.sealed, wraps={**self.sealed.wraps, **wraps}))

    def without(self, holder: str) -> OpenFolder:
        """Without a holder, who may remember the key: write what they must not read into another
        folder."""
        left = {name: blob for name, blob in self.sealed.wraps.items() if name != holder}
        return self._with(replace(self.sealed, wraps=left))

    def _with(self, sealed: SealedFolder, entries: tuple[Body, ...] | None = None) -> OpenFolder:
        return replace(
            self,
            sealed=replace(sealed, head=_head(sealed, self.key)),
            entries=self.entries if entries is None else entries,
        )


def begin(
    case_id: str, kind: FolderKind, erasure_key: bytes, publics: Mapping[str, bytes]
) -> OpenFolder:
    """A new, empty folder. ``publics`` maps each holder to its checked public key; ``erasure_key``
    is the case's. ValueError when nobody could read it."""
    if not publics:
        raise ValueError("a folder needs a holder")
    key, folder_id = sealing.new_key(), os.urandom(16).hex()
    sealed = SealedFolder(
        folder_id, case_id, kind, b"", _wrapped(key, publics, erasure_key, folder_id, case_id)
    )
    return OpenFolder(replace(sealed, head=_head(sealed, key)), erasure_key, key, ())


def open_folder(
    sealed: SealedFolder, erasure_key: bytes, holder: str, privates: Sequence[PrivateKey]
) -> OpenFolder:
    """Open with the holder's private keys, the newest first. Raises SealError when the holder has
    no key to it, when the case was destroyed, or when anything has been altered."""
    locked = sealed.wraps.get(holder)
    if locked is None:
        raise SealError
    purpose = _purpose(sealed.id)
    wrapped = sealing.unlock(erasure_key, locked, purpose, sealed.case_id, holder)
    key = chains.unwrapped(wrapped, privates, purpose, sealed.case_id, holder)
    end = sealed._end()
    sealing.check_head(sealed.head, key, sealed.id, end.sequence, end.previous, sealed.holders)
    entries = tuple(
        chains.load(sealing.open_message(key, blob, place, NOTE_KINDS)[1])
        for place, blob in chains.places(sealed.id, sealed.entries)
    )
    return OpenFolder(sealed, erasure_key, key, entries)


def _wrapped(
    key: bytes, publics: Mapping[str, bytes], erasure_key: bytes, folder_id: str, case_id: str
) -> dict[str, bytes]:
    purpose = _purpose(folder_id)
    wraps = {
        (purpose, holder): sealing.wrap(key, public, purpose, case_id, holder)
        for holder, public in publics.items()
    }
    locked = sealing.lock(erasure_key, wraps, case_id)
    return {holder: blob for (_, holder), blob in locked.items()}


def _purpose(folder_id: str) -> str:
    return f"folder-key.{folder_id}"


def _head(sealed: SealedFolder, key: bytes) -> bytes:
    end = sealed._end()
    return sealing.head(key, sealed.id, end.sequence, end.previous, sealed.holders)
