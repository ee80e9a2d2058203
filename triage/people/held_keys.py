"""The keys that members pass on to each other: the units', and the installation's signing key.

A unit's private key is wrapped for each of its members by HPKE, and the signing key for each
leader. Whom a key may be passed on to is told by the account's own key card, which a leader signs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Engine, case, func, insert, select, update

from sifra import sealing
from sifra.case_store import CaseStore
from sifra.clock import Clock
from sifra.database import reading, writing
from sifra.key_cards import PICTURE, KeyCard, KeyCardError, SigningKey, account_holder
from sifra.key_pins import KeyPins
from sifra.sealing import PrivateKey, SealError
from triage.audit.audit_log import Action, Deed, append
from triage.keys import KeyCost, NewAccount, Unlocked, new_account
from triage.permissions import Permission, may
from triage.staff_tables import accounts, signing_keys, unit_keys

_UNIT_KEY = "unit-key"
_SIGNING_KEY = "signing-key"


@dataclass(frozen=True, slots=True)
class Founding:
    """A new installation. The verifier goes to its file; the rest is stored already.

    ``units`` holds each unit's private key, and the picture's, for those who set up more members
    at once.
    """

    leader: NewAccount
    signing: SigningKey = field(repr=False)
    units: dict[str, PrivateKey] = field(repr=False)

    @property
    def verifier(self) -> bytes:
        return self.signing.verifier()


def give_unit_key(
    engine: Engine, account_id: str, public: bytes, unit: str, serial: int, private: PrivateKey
) -> None:
    """Let a member read as ``unit``. Conflict: the member holds that key already.

    ``public`` must come from where the account was made or from :func:`account_public`: a key
    read from the accounts table alone could be one that a thief put there.
    """
    with writing(engine) as connection:
        connection.execute(
            insert(unit_keys).values(wrapped_row(account_id, public, unit, serial, private))
        )


def wrapped_row(
    account_id: str, public: bytes, unit: str, serial: int, private: PrivateKey
) -> dict[str, str | int | bytes]:
    """A row of unit_keys, for :func:`give_unit_key` and for a transaction that writes more.
    ``public`` as there."""
    return {
        "account_id": account_id,
        "unit": unit,
        "serial": serial,
        "wrapped": sealing.wrap(private.raw, public, _UNIT_KEY, unit, serial, account_id),
    }


def give_signing_key(engine: Engine, account_id: str, public: bytes, signing: SigningKey) -> None:
    """Make a member a holder of the installation's signing key. ``public`` as above."""
    wrapped = sealing.wrap(signing.raw, public, _SIGNING_KEY, account_id)
    with writing(engine) as connection:
        role = connection.execute(
            select(accounts.c.role).where(accounts.c.id == account_id)
        ).scalar_one()
        if not may(role, Permission.LEAD):
            raise ValueError(role)
        connection.execute(insert(signing_keys).values(account_id=account_id, wrapped=wrapped))


def held(engine: Engine, member: Unlocked) -> dict[str, tuple[PrivateKey, ...]]:
    """The private keys of each holder that the member reads as, the newest first: until a unit's
    cases have all been locked anew, some still open with the one before. Raises SealError."""
    found = held_by_serial(engine, member)
    return {unit: tuple(keys.values()) for unit, keys in found.items()}


def held_by_serial(engine: Engine, member: Unlocked) -> dict[str, dict[int, PrivateKey]]:
    """As :func:`held`, with each key's serial."""
    with reading(engine) as connection:
        rows = connection.execute(
            select(unit_keys.c.unit, unit_keys.c.serial, unit_keys.c.wrapped)
            .where(unit_keys.c.account_id == member.account_id)
            .order_by(unit_keys.c.unit, unit_keys.c.serial.desc())
        ).all()
    found: dict[str, dict[int, PrivateKey]] = {}
    for unit, serial, wrapped in rows:
        raw = sealing.unwrap(wrapped, member.private, _UNIT_KEY, unit, serial, member.account_id)
        found.setdefault(unit, {})[serial] = PrivateKey(raw)
    return found


def signing_key(engine: Engine, member: Unlocked) -> SigningKey:
    """The installation's signing key. Raises SealError when the member holds none."""
    with reading(engine) as connection:
        wrapped = connection.execute(
            select(signing_keys.c.wrapped).where(signing_keys.c.account_id == member.account_id)
        ).scalar_one_or_none()
    if wrapped is None:
        raise SealError
    return SigningKey(sealing.unwrap(wrapped, member.private, _SIGNING_KEY, member.account_id))


def sign_account(
    engine: Engine, signing: SigningKey, account_id: str, public: bytes, by: str | None, now: int
) -> None:
    """Let an account in: its key card is signed, so that keys may be passed on to it. ``by`` is
    the leader's account, None for the first leader; ``now`` is Unix seconds (UTC). Who was let in
    before there were such cards, was let in then.

    ``public`` must come from where the account was made, or have been compared with what its
    owner reads out.
    """
    with writing(engine) as connection:
        before = connection.execute(
            select(accounts.c.card_serial).where(accounts.c.id == account_id)
        ).scalar_one()
        card = signing.sign_public(account_holder(account_id), (before or 0) + 1, public)
        connection.execute(
            update(accounts)
            .where(accounts.c.id == account_id)
            .values(
                card_serial=card.serial,
                card_signature=card.signature,
                let_in_by=case((accounts.c.let_in.is_(None), by), else_=accounts.c.let_in_by),
                let_in=func.coalesce(accounts.c.let_in, now),
            )
        )


def account_public(
    engine: Engine, account_id: str, verifier: bytes, pins: KeyPins | None = None
) -> bytes:
    """A member's public key, checked against the card that a leader signed. KeyCardError when
    there is no such card, when it is a former one by ``pins``, and for somebody who has left."""
    with reading(engine) as connection:
        row = connection.execute(
            select(accounts.c.card_serial, accounts.c.public_key, accounts.c.card_signature).where(
                accounts.c.id == account_id, accounts.c.gone.is_(None)
            )
        ).first()
    holder = account_holder(account_id)
    if row is None or row.card_serial is None or row.card_signature is None:
        raise KeyCardError(f"{holder} has no key card")
    lowest = pins.lowest(verifier).get(holder, 0) if pins else 0
    return KeyCard(holder, row.card_serial, row.public_key, row.card_signature).check(
        verifier, holder, lowest
    )


def found_installation(
    engine: Engine,
    store: CaseStore,
    units: Iterable[str],
    *,
    username: str,
    display: str,
    language: str = "nb",
    cost: KeyCost | None = None,
) -> Founding:
    """Make the signing key, each unit's key and the picture's with their cards, and a first leader
    who holds them."""
    signing = SigningKey.generate()
    leader = new_account(
        engine, username=username, display=display, role="leader", language=language, cost=cost
    )
    public = leader.private.public()
    sign_account(engine, signing, leader.id, public, None, Clock().now())
    give_signing_key(engine, leader.id, public, signing)
    made = {holder: PrivateKey.generate() for holder in (*units, PICTURE)}
    for unit, private in made.items():
        give_unit_key(engine, leader.id, public, unit, 1, private)
        append(engine, Deed(Action.KEY_CARD_SIGNED, leader.id, unit, fields={"serial": 1}))
        # Last: what is sealed for a card must open for somebody.
        store.put_card(signing.sign(unit, 1, private))
    return Founding(leader, signing, made)
