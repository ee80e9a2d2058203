"""The staff database: accounts, the keys wrapped for them, and sessions. Back office only.

A thief of it, without a passphrase or a browser's cookie, reads no private key: every secret
in it is sealed under one of those, or wrapped for a key that is.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Named,
    String,
    Table,
    TypedColumns,
)

from sifra.tables import NAMING

metadata = MetaData(naming_convention=NAMING)


class _AccountColumns(TypedColumns):
    id: Named[str] = Column(String(32), primary_key=True)
    username: Named[str] = Column(String(40), unique=True)
    display: Named[str] = Column(String(120))
    """A role and a place of work, as others see it; never a person's name."""
    role: Named[str] = Column(String(16))
    """A key of triage.permissions.ROLES."""
    language: Named[str] = Column(String(8))
    salt: Named[bytes] = Column(LargeBinary(16))
    memory_kib: Named[int] = Column(Integer)
    iterations: Named[int] = Column(Integer)
    public_key: Named[bytes] = Column(LargeBinary(1216))
    private_key: Named[bytes] = Column(LargeBinary)
    """Sealed under a key that the passphrase gives."""
    totp_secret: Named[bytes] = Column(LargeBinary)
    """Sealed under another key that the passphrase gives."""
    totp_step: Named[int] = Column(BigInteger)
    """The last 30-second step whose code was taken: none is taken twice."""
    created: Named[int] = Column(BigInteger)
    """Unix seconds (UTC)."""


accounts = Table("accounts", metadata, _AccountColumns)


class _UnitKeyColumns(TypedColumns):
    account_id: Named[str] = Column(
        String(32), ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
    )
    unit: Named[str] = Column(String(40), primary_key=True)
    serial: Named[int] = Column(Integer, primary_key=True, autoincrement=False)
    wrapped: Named[bytes] = Column(LargeBinary)
    """The unit's private key, wrapped for the account's public key."""


unit_keys = Table("unit_keys", metadata, _UnitKeyColumns)


class _SigningKeyColumns(TypedColumns):
    account_id: Named[str] = Column(
        String(32), ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
    )
    wrapped: Named[bytes] = Column(LargeBinary)
    """The installation's signing key, wrapped for the account's public key."""


signing_keys = Table("signing_keys", metadata, _SigningKeyColumns)


class _SessionColumns(TypedColumns):
    id_hash: Named[bytes] = Column(LargeBinary(32), primary_key=True)
    """SHA-256 of the id that the cookie holds."""
    account_id: Named[str] = Column(
        String(32), ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    sealed: Named[bytes] = Column(LargeBinary)
    """The session, sealed under a key that only the cookie holds."""
    created: Named[int] = Column(BigInteger)
    """Unix seconds (UTC)."""
    seen: Named[int] = Column(BigInteger, index=True)
    """Unix seconds (UTC) of the last request, to the minute or so."""


sessions = Table("sessions", metadata, _SessionColumns)


class _AuditColumns(TypedColumns):
    sequence: Named[int] = Column(BigInteger, primary_key=True, autoincrement=False)
    """From 1, without a gap."""
    version: Named[int] = Column(Integer)
    at: Named[int] = Column(BigInteger)
    """Unix seconds (UTC)."""
    account_id: Named[str] = Column(String(32))
    """No foreign key: whoever leaves stays in the log."""
    unit: Named[str] = Column(String(40))
    """Empty when it concerns none."""
    action: Named[str] = Column(String(24))
    """A value of triage.audit_log.Action, which declares the fields."""
    case_id: Named[str | None] = Column(String(32))
    fields: Named[str] = Column(String(400))
    """JSON as it was bound."""
    head: Named[str] = Column(String(64))
    """SHA-256, in hexadecimal, of the entry and of the head before it."""


audit_entries = Table("audit_entries", metadata, _AuditColumns, sqlite_with_rowid=False)
Index("ix_audit_entries_account_id", audit_entries.c.account_id, audit_entries.c.sequence)
Index("ix_audit_entries_case_id", audit_entries.c.case_id, audit_entries.c.sequence)
