"""What a member of staff holds: a passphrase and a second factor, and the keys that they open.

The passphrase is drawn, not chosen. Argon2id (RFC 9106) stretches it and HKDF makes two keys of
that: one seals the member's private key, the other the secret of the second factor (RFC 6238).
Nothing here is written anywhere unsealed.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import threading
from dataclasses import dataclass, field
from typing import Any

import pyotp
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from sqlalchemy import Engine, Row, delete, insert, select, update

from sifra import sealing
from sifra.clock import Clock
from sifra.database import reading, writing
from sifra.return_code import WORDS, word_list
from sifra.sealing import PrivateKey, SealError
from triage.audit.audit_log import Action, Deed, append
from triage.permissions import ROLES
from triage.staff_tables import accounts, sessions

STEP_SECONDS = 30
"""How long a one-time code stands; one step to each side is taken too."""

_SALT_BYTES = 16
_PRIVATE_KEY = "staff-private-key"
_TOTP_SECRET = "staff-totp-secret"  # noqa: S105 (a context, not a secret)

# Each run takes 64 MiB: a crowd at the door must not take the machine.
_stretching = threading.BoundedSemaphore(2)


class SignInRefused(Exception):
    """Wrong username, passphrase or code, or a code that was used: it never says which."""


@dataclass(frozen=True, slots=True)
class KeyCost:
    """What one guess at a passphrase costs."""

    memory_kib: int = 64 * 1024
    iterations: int = 3


@dataclass(frozen=True, slots=True)
class NewAccount:
    """A member as just made: the only time that the passphrase is known to us.

    ``totp_secret`` is base32, as authenticator apps take it.
    """

    id: str
    username: str
    passphrase: str = field(repr=False)
    totp_secret: str = field(repr=False)
    private: PrivateKey = field(repr=False)

    def totp_uri(self, issuer: str) -> str:
        """What an authenticator app reads from a QR code."""
        return pyotp.TOTP(self.totp_secret).provisioning_uri(name=self.username, issuer_name=issuer)


@dataclass(frozen=True, slots=True)
class Unlocked:
    """Somebody who has proved who they are, and the key that only they hold."""

    account_id: str
    private: PrivateKey = field(repr=False)
    totp_secret: str = field(repr=False, default="")
    """Base32: to ask for the second factor again."""
    proof: str = field(repr=False, default="")
    """The passphrase and second factor by which they proved it (:func:`proof_of`)."""


def draw_passphrase() -> str:
    """Six words, 66 random bits."""
    return " ".join(secrets.choice(word_list("nb")) for _ in range(WORDS))


def plain_username(typed: str) -> str:
    """Case and outer spaces do not tell one member from another."""
    return typed.strip().casefold()


def draw_account(username: str, account_id: str = "") -> NewAccount:
    """All the secrets of an account, stored nowhere yet."""
    return NewAccount(
        id=account_id or os.urandom(16).hex(),
        username=plain_username(username),
        passphrase=draw_passphrase(),
        totp_secret=pyotp.random_base32(),
        private=PrivateKey.generate(),
    )


def sealed_columns(account: NewAccount, cost: KeyCost | None = None) -> dict[str, bytes | int]:
    """What the table holds of an account's secrets, under its passphrase and a new salt."""
    cost = cost or KeyCost()
    salt = os.urandom(_SALT_BYTES)
    root = stretched(account.passphrase, salt, cost)
    return {
        "salt": salt,
        "memory_kib": cost.memory_kib,
        "iterations": cost.iterations,
        "public_key": account.private.public(),
        "private_key": _sealed(root, account.private.raw, _PRIVATE_KEY, account.id),
        "totp_secret": sealed_totp(root, account.totp_secret, account.id),
    }


def new_account(
    engine: Engine,
    *,
    username: str,
    display: str,
    role: str,
    language: str = "nb",
    cost: KeyCost | None = None,
) -> NewAccount:
    """Make a member who holds no key yet, and whose own key no leader has signed.

    ValueError: the role is not known. Conflict: the username is taken.
    """
    if role not in ROLES:
        raise ValueError(role)
    account = draw_account(username)
    columns = sealed_columns(account, cost)
    with writing(engine) as connection:
        connection.execute(
            insert(accounts).values(
                id=account.id,
                username=account.username,
                display=display,
                role=role,
                language=language,
                totp_step=0,
                created=Clock().now(),
                **columns,
            )
        )
    return account


def unlock(engine: Engine, username: str, passphrase: str, code: str, now: float) -> Unlocked:
    """Open a member's private key. ``now`` is the real time in Unix seconds.

    SignInRefused for every reason, and an entry in the audit log where the account is known. A
    username that nobody has costs as much as one that is. Raises StoreUnavailable.
    """
    name = plain_username(username)
    with reading(engine) as connection:
        # When nobody has that name, the newest account tells what a guess costs.
        row = connection.execute(
            select(accounts).order_by(accounts.c.username != name, accounts.c.created.desc())
        ).first()
    cost = KeyCost(row.memory_kib, row.iterations) if row else KeyCost()
    root = stretched(passphrase, row.salt if row else os.urandom(_SALT_BYTES), cost)
    if row is None or row.username != name:
        if row is not None:
            _as_slow_as_an_entry(engine, row.id)
        raise SignInRefused
    try:
        return _unlocked(engine, row, root, code, now)
    except SignInRefused:
        append(engine, Deed(Action.SIGN_IN_REFUSED, row.id))
        raise


def _unlocked(
    engine: Engine, row: Row[tuple[Any, ...]], root: bytes, code: str, now: float
) -> Unlocked:
    private = opened_private(row, root)
    try:
        secret = _unsealed(root, row.totp_secret, _TOTP_SECRET, row.id).decode()
    except SealError:
        raise SignInRefused from None
    take_code(engine, row.id, secret, code, now)
    return Unlocked(row.id, private, secret, proof_of(row))


def opened_private(row: Row[tuple[Any, ...]], root: bytes) -> PrivateKey:
    """The private key of an account's row. SignInRefused when the passphrase was another, and for
    somebody who has left."""
    try:
        raw = _unsealed(root, row.private_key, _PRIVATE_KEY, row.id)
    except SealError:
        raise SignInRefused from None
    if row.gone is not None:
        raise SignInRefused
    return PrivateKey(raw)


def proof_of(row: Row[*tuple[Any, ...]]) -> str:
    """Changes with the passphrase and with the second factor: a session that began with another is
    worth nothing, also when its row is put back, or when it began while they were changed."""
    sealed = repr((row.salt, row.private_key, row.totp_secret))
    return hashlib.sha256(sealed.encode()).hexdigest()


def take_code(engine: Engine, account_id: str, secret: str, code: str, now: float) -> None:
    """Spend a one-time code. ``now`` is the real time in Unix seconds. SignInRefused when it is
    not good, or was used."""
    step = step_of(secret, code, now)
    with writing(engine) as connection:
        taken = connection.execute(
            update(accounts)
            .where(accounts.c.id == account_id, accounts.c.totp_step < step)
            .values(totp_step=step)
        )
    # Somebody who looked over a shoulder has the code too, but never before its step is spent.
    if taken.rowcount != 1:
        raise SignInRefused


def _as_slow_as_an_entry(engine: Engine, account_id: str) -> None:
    """Write as much as a refusal of a known account does, and leave nothing: the time that it
    takes tells nobody which usernames there are."""
    passing = os.urandom(32)
    with writing(engine) as connection:
        connection.execute(
            insert(sessions).values(
                id_hash=passing, account_id=account_id, sealed=b"", created=0, seen=0
            )
        )
        connection.execute(delete(sessions).where(sessions.c.id_hash == passing))


def stretched(passphrase: str, salt: bytes, cost: KeyCost) -> bytes:
    """What the account's keys are derived from. Case, hyphens and spacing of the words do not
    matter."""
    words = " ".join(passphrase.casefold().replace("-", " ").split())
    with _stretching:
        return Argon2id(
            salt=salt,
            length=sealing.KEY_BYTES,
            iterations=cost.iterations,
            lanes=1,
            memory_cost=cost.memory_kib,
        ).derive(words.encode("utf-8", "surrogatepass"))


def sealed_totp(root: bytes, secret: str, account_id: str) -> bytes:
    return _sealed(root, secret.encode(), _TOTP_SECRET, account_id)


def _sealed(root: bytes, secret: bytes, purpose: str, account_id: str) -> bytes:
    return sealing.seal(sealing.derive(root, purpose, account_id), secret, purpose, account_id)


def _unsealed(root: bytes, sealed: bytes, purpose: str, account_id: str) -> bytes:
    return sealing.unseal(sealing.derive(root, purpose, account_id), sealed, purpose, account_id)


def step_of(secret: str, code: str, now: float) -> int:
    """The step that ``code`` belongs to, the newest first. Raises SignInRefused."""
    digits = "".join(code.split()).encode("utf-8", "surrogatepass")
    here = int(now) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    for step in (here + 1, here, here - 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), digits):
            return step
    raise SignInRefused
