"""What the pages carry in place of a cookie: sealed tokens and tickets.

A *visit* is one person's way through a form, named by 16 random bytes. Its token lets the form
be sent, once. A ticket holds an open mailbox for 15 minutes, and each is used once. Both are
sealed under keys that come from the pepper, so they outlive a restart and name nobody. What is
stored of them is a keyed hash, until it cannot be used any more.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import struct
from dataclasses import dataclass, field
from typing import Any

from sifra.case_store import HOUR, hour_of
from sifra.sealing import SealError, derive, seal, unseal

RESEND_SECONDS = 30 * 60
"""How long the form gives the same code again."""
TICKET_SECONDS = 15 * 60
_VISIT_SECONDS = 24 * HOUR

_BEGINNING = struct.Struct(">16sQ")
_VISIT = struct.Struct(">16sQQ")
_TICKET = struct.Struct(">16sQQ16s16s32sQI")
_RECEIPT = struct.Struct(">16sQQ9sQ")
_PROMISE = struct.Struct(">QQ")


class BadTicket(Exception):
    """Forged, foreign, broken or too old."""


@dataclass(frozen=True, slots=True)
class Visit:
    """``begun`` and ``issued`` are Unix seconds: the first token's time and the last one's."""

    id: bytes
    begun: int
    issued: int

    def is_fresh(self, now: int) -> bool:
        return now - self.issued <= RESEND_SECONDS

    def renewed(self, now: int) -> Visit:
        """The same way through the form, begun again: it sends under new marks and codes."""
        return Visit(self.id, now, now)

    @property
    def beginning(self) -> bytes:
        return _BEGINNING.pack(self.id, self.begun)

    @property
    def forgotten(self) -> int:
        """When no token of it is taken any more: Unix seconds, a whole hour."""
        return hour_of(self.begun + _VISIT_SECONDS) + HOUR


@dataclass(frozen=True, slots=True)
class Ticket:
    """An open mailbox: the case and its answer key, by when the page said that more is read
    (Unix seconds, UTC), and of how many messages the page knew."""

    visit: Visit
    nonce: bytes
    case: str
    answer_key: bytes = field(repr=False)
    given: int | None = None
    shown: int = 0


@dataclass(frozen=True, slots=True)
class Receipt:
    """A page that shows a code, and by when it says that the case is read."""

    visit: Visit
    secret: int = field(repr=False)
    promised: int | None


class Tickets:
    """Makes and reads them, with keys that come from the pepper (32 bytes)."""

    def __init__(self, pepper: bytes) -> None:
        self._key = derive(pepper, "tickets")
        self._marks = derive(pepper, "marks")
        self._codes = derive(pepper, "codes")

    # --- visits ------------------------------------------------------------------------------

    def new_visit(self, now: int) -> Visit:
        return Visit(os.urandom(16), now, now)

    def token(self, visit: Visit, now: int) -> str:
        return self._sealed(_VISIT.pack(visit.id, visit.begun, now), "token")

    def visit(self, token: str, now: int) -> Visit:
        """Raises BadTicket."""
        return _in_time(Visit(*self._opened(token, _VISIT, "token")), now)

    # --- the promise on the review -----------------------------------------------------------

    def promise(self, visit: Visit, sent: bytes, read_by: int | None, now: int) -> str:
        """What the review of ``sent`` says: Unix seconds (UTC); None where it says that nobody
        knows. It is good for this visit and these very words, as long as the form is."""
        return self._sealed(_PROMISE.pack(now, read_by or 0), "promise", *_bound(visit, sent))

    def read_promise(self, promise: str, visit: Visit, sent: bytes, now: int) -> int | None:
        """Raises BadTicket. One that was given for later hours or other words would be a promise
        that nobody made."""
        said, read_by = self._opened(promise, _PROMISE, "promise", *_bound(visit, sent))
        if not said <= now <= min(said + RESEND_SECONDS, read_by or now):
            raise BadTicket
        return int(read_by) or None

    # --- mailbox tickets ---------------------------------------------------------------------

    def ticket(
        self,
        visit: Visit,
        case: str,
        answer_key: bytes,
        given: int | None,
        now: int,
        shown: int = 0,
    ) -> str:
        nonce, known = os.urandom(16), (bytes.fromhex(case), answer_key, given or 0, shown)
        packed = _TICKET.pack(visit.id, visit.begun, now, nonce, *known)
        return self._sealed(packed, "ticket")

    def read_ticket(self, ticket: str, now: int) -> Ticket:
        """Raises BadTicket, also when it is older than 15 minutes."""
        read = self.late_ticket(ticket, now)
        if now - read.visit.issued > TICKET_SECONDS:
            raise BadTicket
        return read

    def late_ticket(self, ticket: str, now: int) -> Ticket:
        """A ticket whose time may be over: good for ending its visit. Raises BadTicket."""
        opened = self._opened(ticket, _TICKET, "ticket")
        visit_id, begun, issued, nonce, case, key, given, shown = opened
        visit = _in_time(Visit(visit_id, begun, issued), now)
        return Ticket(visit, nonce, case.hex(), key, given or None, shown)

    # --- the code that was just shown ---------------------------------------------------------

    def receipt(self, visit: Visit, secret: int, promised: int | None) -> str:
        """Lets the page that shows a code check that it was kept, and say the promise again."""
        shown = (secret.to_bytes(9, "big"), promised or 0)
        packed = _RECEIPT.pack(visit.id, visit.begun, visit.issued, *shown)
        return self._sealed(packed, "receipt")

    def read_receipt(self, receipt: str, now: int) -> Receipt:
        """Raises BadTicket."""
        visit_id, begun, issued, secret, promised = self._opened(receipt, _RECEIPT, "receipt")
        visit = _in_time(Visit(visit_id, begun, issued), now)
        return Receipt(visit, int.from_bytes(secret, "big"), promised or None)

    # --- marks: what is stored ---------------------------------------------------------------

    def ended_mark(self, visit: Visit) -> bytes:
        return self._mark(b"ended", visit.id)

    def sent_mark(self, visit: Visit, sent: bytes) -> bytes:
        """One for each text that a visit sends."""
        return self._mark(b"sent", visit.beginning + hashlib.sha256(sent).digest())

    def used_mark(self, ticket: Ticket) -> bytes:
        return self._mark(b"used", ticket.nonce)

    def wrote_mark(self, ticket: Ticket, sent: bytes) -> bytes:
        return self._mark(b"wrote", ticket.nonce + hashlib.sha256(sent).digest())

    def health_mark(self, now: int) -> bytes:
        """One in ten seconds: whoever asks often cannot fill the table."""
        return self._mark(b"health", (now // 10).to_bytes(8, "big"))

    def code_seed(self, visit: Visit, sent: bytes) -> bytes:
        """32 bytes from the visit's random id: the same form gives the same code again."""
        return hmac.digest(self._codes, visit.beginning + hashlib.sha256(sent).digest(), "sha256")

    def _mark(self, kind: bytes, what: bytes) -> bytes:
        return hmac.digest(self._marks, kind + b"|" + what, "sha256")

    # --- sealing -----------------------------------------------------------------------------

    def _sealed(self, packed: bytes, *purpose: str) -> str:
        return base64.urlsafe_b64encode(seal(self._key, packed, *purpose)).decode().rstrip("=")

    def _opened(self, text: str, shape: struct.Struct, *purpose: str) -> tuple[Any, ...]:
        try:
            sealed = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
            return shape.unpack(unseal(self._key, sealed, *purpose))
        except (SealError, UnicodeEncodeError, binascii.Error, struct.error):
            raise BadTicket from None


def _bound(visit: Visit, sent: bytes) -> tuple[str, str]:
    return visit.id.hex(), hashlib.sha256(sent).hexdigest()


def _in_time(visit: Visit, now: int) -> Visit:
    if not visit.begun <= now <= visit.begun + _VISIT_SECONDS:
        raise BadTicket
    return visit
