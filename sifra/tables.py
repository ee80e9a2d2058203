"""The cases database. Both sites use it; everything a person wrote is sealed in it.

In clear stands only what design §5 lists: the case's random id, lane, readers (whom keys are
wrapped for), state, the hour it was received, read-by and days of retention. Every table is
``WITHOUT ROWID`` on SQLite, so that nothing tells the order within the hour.
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
    and_,
    case,
    func,
    literal_column,
    or_,
)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMING)


class _CaseColumns(TypedColumns):
    id: Named[str] = Column(String(32), primary_key=True)
    lane: Named[str] = Column(String(8))
    state: Named[str] = Column(String(12))
    received: Named[int] = Column(BigInteger)
    """Unix seconds (UTC) of the whole hour it was received in."""
    read_by: Named[int | None] = Column(BigInteger)
    """Unix seconds (UTC), a whole hour; the hour received itself means "at once"."""
    retention_days: Named[int] = Column(Integer)
    lookup_id: Named[bytes | None] = Column(LargeBinary(16), unique=True)
    summary: Named[bytes] = Column(LargeBinary)
    head: Named[bytes] = Column(LargeBinary(32))


cases = Table("cases", metadata, _CaseColumns, sqlite_with_rowid=False)


_at_once = cases.c.read_by <= cases.c.received
_waits = or_(cases.c.state == literal_column("'new'"), cases.c.state == literal_column("'more'"))

due = case(
    (and_(_at_once, _waits), literal_column("0")),
    (_at_once, literal_column("1")),
    else_=func.coalesce(cases.c.read_by, literal_column("99999999999")),
)
"""What the queue sorts by: 0 is due at once (danger) and unread, 1 is danger that somebody has
read, then comes the read-by, then none. It is derived from what stands in clear anyway, so that
danger itself need not. Literals, not parameters, or SQLite would not see that the index below
fits."""

is_open = cases.c.state != literal_column("'closed'")
is_closed = cases.c.state == literal_column("'closed'")

Index(
    "ix_cases_open",
    due,
    cases.c.received,
    cases.c.id,
    sqlite_where=is_open,
    postgresql_where=is_open,
)
Index(
    "ix_cases_closed",
    cases.c.received,
    cases.c.id,
    sqlite_where=is_closed,
    postgresql_where=is_closed,
)


class _MessageColumns(TypedColumns):
    case_id: Named[str] = Column(
        String(32), ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True
    )
    sequence: Named[int] = Column(Integer, primary_key=True, autoincrement=False)
    sealed: Named[bytes] = Column(LargeBinary)


messages = Table("messages", metadata, _MessageColumns, sqlite_with_rowid=False)


class _WrapColumns(TypedColumns):
    case_id: Named[str] = Column(
        String(32), ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True
    )
    purpose: Named[str] = Column(String(24), primary_key=True)
    holder: Named[str] = Column(String(40), primary_key=True)
    sealed: Named[bytes] = Column(LargeBinary)


wraps = Table("wraps", metadata, _WrapColumns, sqlite_with_rowid=False)


class _CardColumns(TypedColumns):
    holder: Named[str] = Column(String(40), primary_key=True)
    serial: Named[int] = Column(Integer)
    public: Named[bytes] = Column(LargeBinary(1216))
    signature: Named[bytes] = Column(LargeBinary(64))


key_cards = Table("key_cards", metadata, _CardColumns, sqlite_with_rowid=False)


class _SpentColumns(TypedColumns):
    mark: Named[bytes] = Column(LargeBinary(32), primary_key=True)
    """A keyed hash of a form's token or ticket: sent, used or ended."""
    expires: Named[int] = Column(BigInteger)
    """Unix seconds (UTC), a whole hour, after which the row is deleted."""


spent = Table("spent", metadata, _SpentColumns, sqlite_with_rowid=False)
