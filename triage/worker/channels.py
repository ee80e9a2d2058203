"""How a unit is told: Apprise addresses. An address holds passwords, so none is ever printed:
it is named by its place in SIFRA_NOTIFY and by its scheme."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import apprise
from apprise import Apprise, AppriseAsset, NotifyFormat
from apprise.common import PersistentStoreMode
from apprise.plugins.base import NotifyBase

from sifra.municipality import Municipality
from triage.worker.message import Message

HEADER = "X-Sifra-Notice"

# Apprise and what it uses write addresses, recipients and paths with tokens into their logs.
for _name in ("apprise", "requests", "urllib3"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)


class Sending:
    """One notice on its way, to every address at once, in threads of their own: a server that
    hangs holds up nobody else. Such a thread is left to itself and ends with the process."""

    def __init__(self, addresses: Sequence[str], message: Message, notice_id: str) -> None:
        self._addresses = addresses
        self._begun = time.monotonic()
        self._took: dict[int, bool] = {}

        def send(place: int, address: str) -> None:
            self._took[place] = _send(address, message, notice_id)

        for place, address in enumerate(addresses, 1):
            threading.Thread(target=send, args=(place, address), daemon=True).start()

    @property
    def got_through(self) -> bool:
        """One that takes it is enough: somebody knows, and to try the others again would tell
        that one twice."""
        return any(self._took.copy().values())

    def is_over(self, patience: float) -> bool:
        """Has each address answered, or had so many seconds to?"""
        answered = len(self._took) == len(self._addresses)
        return answered or time.monotonic() - self._begun >= patience

    @property
    def refused(self) -> list[str]:
        """The names of those that have not taken it."""
        return [
            f"address {place} ({_scheme(address)})"
            for place, address in enumerate(self._addresses, 1)
            if not self._took.get(place)
        ]


@dataclass(frozen=True, slots=True)
class Channels:
    """The addresses of each unit or adult."""

    addresses: Mapping[str, Sequence[str]] = field(repr=False)
    stand_ins: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Who is told for an adult without an address: the unit, then whoever reads with them. A talk
    that nobody hears of before its promise is broken helps nobody."""

    def of(self, unit: str) -> Sequence[str]:
        told = (unit, *self.stand_ins.get(unit, ()))
        return next((self.addresses[one] for one in told if self.addresses.get(one)), ())

    def tell(self, unit: str, message: Message, notice_id: str) -> Sending:
        """Begin to send to every address of ``unit``."""
        return Sending(self.of(unit), message, notice_id)


def stand_ins(place: Municipality) -> dict[str, tuple[str, ...]]:
    """By adult: who is told in their stead, the first who has an address."""
    return {adult.id: (adult.unit, *place.deputies(adult.id)) for adult in place.adults}


def faults(addresses: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """What Apprise cannot use, each named by its place."""
    for unit, every in addresses.items():
        for place, address in enumerate(every, 1):
            if _service(address) is None:
                yield (
                    f"SIFRA_NOTIFY: address {place} of {unit} ({_scheme(address)}) is none that "
                    "Apprise can use; see https://appriseit.com/services/"
                )


def _scheme(address: str) -> str:
    """The part before ``://`` where Apprise knows it; else nothing of what stands there."""
    scheme = address.partition("://")[0].lower()
    return scheme if scheme in apprise.apprise.N_MGR else "of an unknown kind"


def _service(address: str) -> NotifyBase | None:
    # In memory only: it would else keep what it learns in the home of the user.
    asset = AppriseAsset(app_id="Sifra", storage_mode=PersistentStoreMode.MEMORY)
    return Apprise.instantiate(address, asset=asset)


def _send(address: str, message: Message, notice_id: str) -> bool:
    """Did it take the message? Whatever goes wrong in a service is a no."""
    try:
        # A new one each time: it would else wait between two messages.
        service = _service(address)
        if service is None:
            return False
        headers = getattr(service, "headers", None)
        if isinstance(headers, dict):
            headers[HEADER] = notice_id
        return service.notify(body=message.body, title=message.title, body_format=NotifyFormat.TEXT)
    except Exception:
        return False
