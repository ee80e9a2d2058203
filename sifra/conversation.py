"""A case as the sender and its readers see it: sealed rows in, words out, and back. Pure.

A case is a chain of messages. What the sender writes is sealed under a tip key, a new one for
each message, wrapped for the readers alone: a sender who comes back can add to the chain
without ever holding a key that opens it. What staff answer is sealed under the answer key,
which the sender's return code opens too.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sifra import chains, sealing
from sifra.sealing import ANSWER_KINDS, TIP_KINDS, Kind, Place, PrivateKey, SealError

Wraps = Mapping[tuple[str, str], bytes]
"""Wrapped keys by (purpose, holder), each under the case's erasure key."""

SENDER = "sender"
_EXCERPT_BYTES = 240
_ANSWER_KEY = "answer-key"
_TIP_KEY = "tip-key"


@dataclass(frozen=True, slots=True)
class Slot:
    """A case's random id and its erasure key, before there is a case."""

    case: str
    erasure_key: bytes = field(repr=False)

    @classmethod
    def draw(cls) -> Slot:
        return cls(os.urandom(16).hex(), sealing.new_key())


@dataclass(frozen=True, slots=True)
class SealedContact:
    """A number to call. ``slot`` is the id that its erasure key is kept under."""

    slot: str
    sealed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sealed:
    """The sealed parts of a case, as they are stored."""

    id: str
    erasure_key: bytes = field(repr=False)
    head: bytes
    summary: bytes
    wraps: Wraps
    messages: Sequence[bytes]
    contact: SealedContact | None = None
    """Of a new case alone: it is stored and found apart from the rest."""

    @property
    def readers(self) -> tuple[str, ...]:
        """The holders that the first tip key is wrapped for, in alphabetical order."""
        return tuple(sorted(holder for purpose, holder in self.wraps if purpose == _TIP_KEY))

    def links(self) -> Iterator[tuple[Place, bytes]]:
        """Each message with its place."""
        return chains.places(self.id, self.messages)

    def end(self) -> Place:
        """The place of the next message."""
        return chains.end(self.id, self.messages)

    def unlock(self, purpose: str, holder: str) -> bytes:
        """A wrapped key without its erasure layer. Raises SealError, also when there is none."""
        locked = self.wraps.get((purpose, holder))
        if locked is None:
            raise SealError
        return sealing.unlock(self.erasure_key, locked, purpose, self.id, holder)


@dataclass(frozen=True, slots=True)
class Message:
    """An opened message. ``body`` holds what was said and, as ``hour``, when (Unix seconds)."""

    sequence: int
    kind: Kind
    body: Mapping[str, str | int] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Addition:
    """What one more message adds: the row, the wraps it needs and the case's new head."""

    case: str
    sequence: int
    message: bytes
    head: bytes
    wraps: Wraps


def begin(
    body: Mapping[str, str | int],
    summary: Mapping[str, str | int],
    readers: Mapping[str, bytes],
    sender_key: bytes | None,
    slot: Slot | None = None,
    contact: tuple[str, Slot] | None = None,
) -> Sealed:
    """Seal a new case, in a slot that was reserved for it or in a new one. ``contact`` is a number
    to call, with a slot of its own.

    ``readers`` maps each holder to its public key, taken from a checked key card. Without a
    ``sender_key`` nobody but the readers can ever open anything of it. ValueError when nobody
    could read it, when a reader is called like the sender, or when a text is not Unicode.
    """
    if not readers or SENDER in readers:
        raise ValueError("a case needs readers, and none of them may be the sender")
    slot = slot or Slot.draw()
    case, erasure_key = slot.case, slot.erasure_key
    tip_key, answer_key = sealing.new_key(), sealing.new_key()
    wraps = {
        (purpose, holder): sealing.wrap(key, public, purpose, case, holder)
        for holder, public in readers.items()
        for purpose, key in ((_TIP_KEY, tip_key), (_ANSWER_KEY, answer_key))
    }
    if sender_key is not None:
        wraps[_ANSWER_KEY, SENDER] = sealing.seal(sender_key, answer_key, _ANSWER_KEY, case, SENDER)
    empty = Sealed(case, erasure_key, b"", b"", {}, ())
    first = sealing.seal_message(tip_key, chains.dump(body), empty.end(), Kind.TIP)
    sealed = replace(
        empty,
        summary=sealing.seal_summary(tip_key, chains.dump(summary), case),
        wraps=sealing.lock(erasure_key, wraps, case),
        messages=(first,),
        contact=_sealed_contact(tip_key, contact, case) if contact else None,
    )
    return replace(sealed, head=_head(sealed, answer_key))


@dataclass(frozen=True, slots=True)
class SenderView:
    """A case that its return code has opened. It holds no key to what the sender wrote."""

    sealed: Sealed
    answer_key: bytes = field(repr=False)

    @classmethod
    def open(cls, sealed: Sealed, sender_key: bytes) -> SenderView:
        """Raises SealError."""
        wrapped = sealed.unlock(_ANSWER_KEY, SENDER)
        answer_key = sealing.unseal(sender_key, wrapped, _ANSWER_KEY, sealed.id, SENDER)
        return cls.with_key(sealed, answer_key)

    @classmethod
    def with_key(cls, sealed: Sealed, answer_key: bytes) -> SenderView:
        """Raises SealError when the chain, its end or its readers are not what they were."""
        _check_head(sealed, answer_key)
        return cls(sealed, answer_key)

    def messages(self) -> list[Message]:
        """What staff said and did. Raises SealError."""
        committed = sealing.commitment(self.answer_key, self.sealed.id)
        return [
            _opened(self.answer_key, blob, place, ANSWER_KINDS)
            for place, blob in self.sealed.links()
            if sealing.committed_to(blob, committed)
        ]

    def more(self, body: Mapping[str, str | int], readers: Mapping[str, bytes]) -> Addition:
        """Seal another message of the sender for the case's readers, and nobody else.

        ``readers`` maps each of the case's readers to its checked public key. KeyError when
        one is missing.
        """
        place = self.sealed.end()
        tip_key = sealing.new_key()
        purpose = _tip_key_of(place.sequence)
        wraps = {
            (purpose, holder): sealing.wrap(
                tip_key, readers[holder], purpose, self.sealed.id, holder
            )
            for holder in self.sealed.readers
        }
        blob = sealing.seal_message(tip_key, chains.dump(body), place, Kind.MORE)
        return _addition(self.sealed, self.answer_key, blob, wraps)

    def withdrawn(self, body: Mapping[str, str | int]) -> Addition:
        """The mark that the sender took the case back."""
        return self.says(Kind.WITHDRAWN, body)

    def says(self, kind: Kind, body: Mapping[str, str | int]) -> Addition:
        """What the sender decides: to withdraw, or whether a hand-over may be made. Whoever finds
        the code sees it, so it holds nothing that the sender wrote."""
        if kind not in ANSWER_KINDS or kind.side != "sender":
            raise ValueError(kind)
        blob = sealing.seal_message(self.answer_key, chains.dump(body), self.sealed.end(), kind)
        return _addition(self.sealed, self.answer_key, blob, {})


@dataclass(frozen=True, slots=True)
class ReaderView:
    """A case opened with the private keys of one of its readers. While a unit's key is renewed a
    case may hold wraps for the key before, and for the next one."""

    sealed: Sealed
    holder: str
    privates: Sequence[PrivateKey] = field(repr=False)
    answer_key: bytes = field(repr=False)

    @classmethod
    def open(cls, sealed: Sealed, holder: str, *privates: PrivateKey) -> ReaderView:
        """``privates`` are all that the holder has. Raises SealError when ``holder`` is no reader
        or anything has been altered."""
        answer_key = _unwrapped(sealed, _ANSWER_KEY, holder, privates)
        _check_head(sealed, answer_key)
        return cls(sealed, holder, privates, answer_key)

    def messages(self) -> list[Message]:
        """The whole conversation, oldest first. Raises SealError."""
        committed = sealing.commitment(self.answer_key, self.sealed.id)
        return [
            _opened(self.answer_key, blob, place, ANSWER_KINDS)
            if sealing.committed_to(blob, committed)
            else _opened(self._tip_key(place.sequence), blob, place, TIP_KINDS)
            for place, blob in self.sealed.links()
        ]

    def add(self, kind: Kind, body: Mapping[str, str | int]) -> Addition:
        """Seal an answer, or a mark that a person read, closed or reopened the case."""
        if kind not in ANSWER_KINDS or kind.side != "staff":
            raise ValueError(kind)
        blob = sealing.seal_message(self.answer_key, chains.dump(body), self.sealed.end(), kind)
        return _addition(self.sealed, self.answer_key, blob, {})

    def admit(
        self, readers: Mapping[str, bytes], kind: Kind, body: Mapping[str, str | int]
    ) -> Addition:
        """Let others read the whole case, from its first message on, with the message that tells
        of it. ``readers`` maps each to its checked public key; ValueError when one is the sender
        or reads already."""
        if SENDER in readers or readers.keys() & set(self.sealed.readers):
            raise ValueError("no new reader")
        wraps = self._wrapped(readers)
        blob = sealing.seal_message(self.answer_key, chains.dump(body), self.sealed.end(), kind)
        return _addition(self.sealed, self.answer_key, blob, wraps)

    def contact(self, stored: SealedContact, erasure_key: bytes) -> str:
        """The number to call. Raises SealError."""
        tip_key = self._tip_key(0)
        plain = sealing.open_contact(tip_key, erasure_key, stored.sealed, self.sealed.id)
        try:
            return plain.decode("utf-8")
        except UnicodeDecodeError:
            raise SealError from None

    def rewrapped(self, public: bytes) -> Wraps:
        """All that the holder can open, wrapped for the holder's next key instead."""
        return self._locked_for(self.holder, public)

    def rewrapped_for(self, other: str, public: bytes) -> Wraps:
        """All that the holder can open, wrapped for the next key of ``other``, who reads the case
        too and has lost the key before. ``public`` is of a checked card. ValueError when ``other``
        does not read the case.

        It lets nobody in: who the readers are is bound by the head, which was checked when this
        view was opened. A holder whom a thief writes among the wraps is none of them.
        """
        if other not in self.sealed.readers:
            raise ValueError("no reader")
        return self._locked_for(other, public)

    @property
    def is_locked_for_the_first(self) -> bool:
        """All that the holder can open was wrapped for the first of ``privates``."""
        try:
            replace(self, privates=self.privates[:1])._keys()
        except SealError:
            return False
        return True

    def _locked_for(self, holder: str, public: bytes) -> Wraps:
        return sealing.lock(
            self.sealed.erasure_key, self._wrapped({holder: public}), self.sealed.id
        )

    def _wrapped(self, publics: Mapping[str, bytes]) -> dict[tuple[str, str], bytes]:
        """Each key that the holder has, for each of others."""
        return {
            (purpose, holder): sealing.wrap(key, public, purpose, self.sealed.id, holder)
            for purpose, key in self._keys().items()
            for holder, public in publics.items()
        }

    def _keys(self) -> dict[str, bytes]:
        """Every key of the case that the holder has, by purpose."""
        return {
            purpose: _unwrapped(self.sealed, purpose, self.holder, self.privates)
            for purpose, holder in self.sealed.wraps
            if holder == self.holder
        }

    def _tip_key(self, sequence: int) -> bytes:
        return _unwrapped(self.sealed, _tip_key_of(sequence), self.holder, self.privates)


def excerpt(text: str) -> str:
    """The first words, on one line, small enough for the sealed summary."""
    words = " ".join(text.split())[:80]
    while len(json.dumps(words, ensure_ascii=False).encode()) > _EXCERPT_BYTES:
        words = words[:-1]
    return words


def open_summary(sealed: Sealed, holder: str, *privates: PrivateKey) -> Mapping[str, str | int]:
    """The few words that the queue shows, without opening the conversation. Raises SealError."""
    tip_key = _unwrapped(sealed, _TIP_KEY, holder, privates)
    return chains.load(sealing.open_summary(tip_key, sealed.summary, sealed.id))


def _sealed_contact(tip_key: bytes, contact: tuple[str, Slot], case: str) -> SealedContact:
    number, slot = contact
    sealed = sealing.seal_contact(tip_key, slot.erasure_key, number.encode("utf-8"), case)
    return SealedContact(slot.case, sealed)


def _unwrapped(sealed: Sealed, purpose: str, holder: str, privates: Sequence[PrivateKey]) -> bytes:
    wrapped = sealed.unlock(purpose, holder)
    return chains.unwrapped(wrapped, privates, purpose, sealed.id, holder)


def _tip_key_of(sequence: int) -> str:
    return f"{_TIP_KEY}.{sequence}" if sequence else _TIP_KEY


def _head(sealed: Sealed, answer_key: bytes) -> bytes:
    end = sealed.end()
    return sealing.head(answer_key, sealed.id, end.sequence, end.previous, sealed.readers)


def _check_head(sealed: Sealed, answer_key: bytes) -> None:
    try:
        end = sealed.end()
    except ValueError:
        # An id that no context may hold was not made by us.
        raise SealError from None
    sealing.check_head(
        sealed.head, answer_key, sealed.id, end.sequence, end.previous, sealed.readers
    )


def _addition(
    sealed: Sealed, answer_key: bytes, blob: bytes, wraps: Mapping[tuple[str, str], bytes]
) -> Addition:
    locked = sealing.lock(sealed.erasure_key, wraps, sealed.id)
    longer = replace(sealed, messages=(*sealed.messages, blob), wraps={**sealed.wraps, **locked})
    return Addition(
        case=sealed.id,
        sequence=len(sealed.messages),
        message=blob,
        head=_head(longer, answer_key),
        wraps=locked,
    )


def _opened(key: bytes, blob: bytes, place: Place, kinds: Sequence[Kind]) -> Message:
    kind, plain = sealing.open_message(key, blob, place, kinds)
    return Message(place.sequence, kind, chains.load(plain))
