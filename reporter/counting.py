"""One count for the picture with each case that is sent. What keeps it from being made never keeps
the case from being sent."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from logging import Logger

from sifra.case_store import CaseStore
from sifra.key_cards import PICTURE, KeyCardError
from sifra.municipality import Municipality
from sifra.picture_events import Event, SealedEvent, seal_event
from sifra.sealing import SealError

_KEPT = 60
"""Seconds. A key that was renewed meanwhile still opens what was sealed for the one before."""


@dataclass(slots=True)
class Counting:
    """The picture's public key as it was some seconds ago; None where no card of it is stored, or
    none that the installation signed."""

    store: CaseStore
    verifier: bytes
    municipality: Municipality
    _known: tuple[float, bytes | None] | None = field(default=None, repr=False)

    def event(
        self, moment: dt.datetime, logger: Logger, *, lane: str, topic: str, place: str, tag: str
    ) -> SealedEvent | None:
        """For :meth:`CaseStore.deposit`; None where nothing can be counted. ``moment`` has a zone,
        ``tag`` is the language of the text. Raises StoreUnavailable."""
        public = self._public(moment.timestamp(), logger)
        if public is None:
            return None
        event = Event.sent(
            moment, self.municipality.zone, topic=topic, place=place, language=tag, lane=lane
        )
        try:
            return seal_event(event, public)
        except (SealError, ValueError):
            return None

    def _public(self, now: float, logger: Logger) -> bytes | None:
        known = self._known
        if known is not None and 0 <= now - known[0] < _KEPT:
            return known[1]
        try:
            public = self.store.public_keys([PICTURE], self.verifier)[PICTURE]
        except KeyCardError as fault:
            public = None
            # Once, and not with each case: the log would tell when they came.
            if known is None or known[1] is not None:
                logger.error("cases are taken but not counted in the picture: %s", fault)
        self._known = (now, public)
        return public
