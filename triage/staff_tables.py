"""The staff database: accounts, the keys wrapped for them, and sessions. Back office only.

A thief of it, without a passphrase or a browser's cookie, reads no private key: every secret
in it is sealed under one of those, or wrapped for a key that is.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Named,
    String,
    Table,
    Text,
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
    card_serial: Named[int | None] = Column(Integer)
    card_signature: Named[bytes | None] = Column(LargeBinary(64))
    """Of the account's key card (sifra.key_cards): no key is passed on to an account without."""
    let_in_by: Named[str | None] = Column(String(32))
    """The account that signed the card; None for the first leader. No foreign key: who left
    stays here."""
    made_by: Named[str | None] = Column(String(32))
    """The account that gave the words by which this one was made, or made anew after a forgotten
    passphrase; None for one that no words made. No foreign key either."""
    let_in: Named[int | None] = Column(BigInteger)
    """Unix seconds (UTC). None: somebody who joins, and waits for a leader."""
    gone: Named[int | None] = Column(BigInteger)
    """Unix seconds (UTC) when they left: they sign in no more."""
    languages: Named[str | None] = Column(String(120))
    """What an interpreter works in: BCP 47 tags with space between."""


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


# --- joining ---------------------------------------------------------------------------------


class _InvitationColumns(TypedColumns):
    """A word that a leader has given somebody. Its secret is spoken or handed over; here stands
    only its hash. Times are Unix seconds (UTC)."""

    secret_hash: Named[bytes] = Column(LargeBinary(32), primary_key=True)
    purpose: Named[str] = Column(String(16))
    """``join``, ``renew`` (a forgotten passphrase) or ``second-factor`` (a lost telephone)."""
    account_id: Named[str | None] = Column(
        String(32), ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    """Whose passphrase or second factor is made anew; None for ``join``."""
    username: Named[str] = Column(String(40))
    display: Named[str] = Column(String(120))
    role: Named[str] = Column(String(16))
    unit: Named[str] = Column(String(40))
    """Empty for a role that reads nothing."""
    language: Named[str] = Column(String(8))
    languages: Named[str] = Column(String(120))
    made_by: Named[str] = Column(String(32))
    expires: Named[int] = Column(BigInteger)


invitations = Table("invitations", metadata, _InvitationColumns)


class _AwaitedKeyColumns(TypedColumns):
    """A unit's key that an account is to be given by somebody who holds it. It gives nobody
    anything by itself: whoever passes the key on is shown whom it is for."""

    account_id: Named[str] = Column(
        String(32), ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
    )
    unit: Named[str] = Column(String(40), primary_key=True)


awaited_keys = Table("awaited_keys", metadata, _AwaitedKeyColumns)


class _KeyRenewalColumns(TypedColumns):
    """A unit's key that somebody who left has known. Times are Unix seconds (UTC)."""

    unit: Named[str] = Column(String(40), primary_key=True)
    serial: Named[int] = Column(Integer)
    """The newest that they knew: this one and those before it are to go."""
    since: Named[int] = Column(BigInteger)
    made: Named[int | None] = Column(Integer)
    """The serial of the next key, once a member of the unit has made it."""
    public: Named[bytes | None] = Column(LargeBinary(1216))
    """Its public key; a leader compares it with what the member reads out, and signs it."""
    signed: Named[int | None] = Column(BigInteger)
    place: Named[str] = Column(String(40))
    """How far the cases, and after them the folders, have been locked anew; empty at the start."""
    clean: Named[bool] = Column(Boolean)
    """This round began when nobody sealed for the former card any more, and has found nothing that
    was locked for an older key."""


key_renewals = Table("key_renewals", metadata, _KeyRenewalColumns)


# --- what staff write, sealed ----------------------------------------------------------------


class _FolderColumns(TypedColumns):
    """A chain of entries that staff write on a case (triage.folders), sealed under a key of its
    own. No foreign key to the case: it lies in the other database."""

    id: Named[str] = Column(String(32), primary_key=True)
    case_id: Named[str] = Column(String(32), index=True)
    kind: Named[str] = Column(String(12))
    """``notes``, ``handover`` or ``interpreter``."""
    head: Named[bytes] = Column(LargeBinary(32))


folders = Table("folders", metadata, _FolderColumns)


class _FolderKeyColumns(TypedColumns):
    folder_id: Named[str] = Column(
        String(32), ForeignKey("folders.id", ondelete="CASCADE"), primary_key=True
    )
    holder: Named[str] = Column(String(40), primary_key=True, index=True)
    """A unit, an adult or, for an interpreter, ``account:<id>``."""
    sealed: Named[bytes] = Column(LargeBinary)


folder_keys = Table("folder_keys", metadata, _FolderKeyColumns)


class _FolderEntryColumns(TypedColumns):
    folder_id: Named[str] = Column(
        String(32), ForeignKey("folders.id", ondelete="CASCADE"), primary_key=True
    )
    sequence: Named[int] = Column(Integer, primary_key=True, autoincrement=False)
    sealed: Named[bytes] = Column(LargeBinary)


folder_entries = Table("folder_entries", metadata, _FolderEntryColumns)


# --- working together --------------------------------------------------------------------------


class _HandoverColumns(TypedColumns):
    """A hand-over, proposed or made. Why, and what goes over, is sealed in its folder. Times are
    Unix seconds (UTC)."""

    folder_id: Named[str] = Column(
        String(32), ForeignKey("folders.id", ondelete="CASCADE"), primary_key=True
    )
    case_id: Named[str] = Column(String(32), index=True)
    from_unit: Named[str] = Column(String(40))
    to_unit: Named[str] = Column(String(40), index=True)
    whole: Named[bool] = Column(Boolean)
    """The whole conversation goes over, not a summary in staff's words alone."""
    state: Named[str] = Column(String(12))
    """A value of triage.handover.handovers.State."""
    proposed_by: Named[str] = Column(String(32))
    proposed: Named[int] = Column(BigInteger)
    decided_by: Named[str | None] = Column(String(32))
    """The second person."""
    decided: Named[int | None] = Column(BigInteger)
    notified: Named[int | None] = Column(BigInteger)
    """When the worker told the unit that was let in; before that, the one where a second person
    must look."""
    read: Named[int | None] = Column(BigInteger)
    """When somebody of the unit said that they had read it."""


handovers = Table("handovers", metadata, _HandoverColumns)


class _AssignmentColumns(TypedColumns):
    case_id: Named[str] = Column(String(32), primary_key=True)
    account_id: Named[str] = Column(
        String(32), ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    since: Named[int] = Column(BigInteger)
    """Unix seconds (UTC)."""


assignments = Table("assignments", metadata, _AssignmentColumns)


class _InterpreterColumns(TypedColumns):
    """An interpreter let in to one case. Times are Unix seconds (UTC)."""

    folder_id: Named[str] = Column(
        String(32), ForeignKey("folders.id", ondelete="CASCADE"), primary_key=True
    )
    case_id: Named[str] = Column(String(32), index=True)
    account_id: Named[str] = Column(
        String(32), ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    until: Named[int] = Column(BigInteger)
    ended: Named[int | None] = Column(BigInteger)


interpreters = Table("interpreters", metadata, _InterpreterColumns)


# --- the register: what a unit searches its cases by, sealed --------------------------------------


class _RegisterPageColumns(TypedColumns):
    """Some entries of a unit's register, sealed under a key that only the unit's key gives."""

    unit: Named[str] = Column(String(40), primary_key=True)
    number: Named[int] = Column(Integer, primary_key=True, autoincrement=False)
    version: Named[int] = Column(Integer)
    """Counts the times it was written: whoever read an older one may not overwrite it."""
    sealed: Named[bytes] = Column(LargeBinary)


register_pages = Table("register_pages", metadata, _RegisterPageColumns)


class _RegisterStateColumns(TypedColumns):
    unit: Named[str] = Column(String(40), primary_key=True)
    up_to: Named[int] = Column(BigInteger)
    """The hour received (Unix seconds, UTC) up to which the unit's cases are entered."""
    swept: Named[int] = Column(BigInteger)
    """Unix seconds (UTC) when entries of deleted cases were last taken out."""


register_states = Table("register_states", metadata, _RegisterStateColumns)


class _RegisterArrivalColumns(TypedColumns):
    """A case that came to the unit later than it was received: to be entered too."""

    unit: Named[str] = Column(String(40), primary_key=True)
    case_id: Named[str] = Column(String(32), primary_key=True)


register_arrivals = Table("register_arrivals", metadata, _RegisterArrivalColumns)


# --- the audit log -----------------------------------------------------------------------------


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
    """A value of triage.audit.audit_log.Action, which declares the fields."""
    case_id: Named[str | None] = Column(String(32))
    fields: Named[str] = Column(String(400))
    """JSON as it was bound."""
    head: Named[str] = Column(String(64))
    """SHA-256, in hexadecimal, of the entry and of the head before it."""


audit_entries = Table("audit_entries", metadata, _AuditColumns, sqlite_with_rowid=False)
Index("ix_audit_entries_account_id", audit_entries.c.account_id, audit_entries.c.sequence)
Index("ix_audit_entries_case_id", audit_entries.c.case_id, audit_entries.c.sequence)


# --- what adults say of themselves ----------------------------------------------------------------


class _ProfileDraftColumns(TypedColumns):
    """A profile (sifra.adults) that waits for a leader. What is public stands in the other
    database, signed."""

    adult: Named[str] = Column(String(40), primary_key=True)
    text: Named[str] = Column(Text)
    account_id: Named[str] = Column(String(32))
    """Who saved it. No foreign key: who left stays here."""
    at: Named[int] = Column(BigInteger)
    """Unix seconds (UTC)."""


profile_drafts = Table("profile_drafts", metadata, _ProfileDraftColumns)
