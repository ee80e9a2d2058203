"""The cases database. Both sites use it; everything a person wrote is sealed in it.

In clear stands only what design §5 lists: the case's random id, lane, readers (whom keys are
wrapped for), state, the hour it was received, read-by (as promised, who of the readers is asked
by then and next), days of retention, and that there is a number to call. Every table is
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
    Text,
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
    promised: Named[int | None] = Column(BigInteger)
    """What the sender was told: Unix seconds (UTC), a whole hour. None: nothing was promised."""


cases = Table("cases", metadata, _CaseColumns, sqlite_with_rowid=False)


at_once = cases.c.read_by <= cases.c.received
"""Somebody may be in danger."""
waits = or_(cases.c.state == literal_column("'new'"), cases.c.state == literal_column("'more'"))
"""Nobody has read what the sender wrote last."""

due = case(
    (and_(at_once, waits), literal_column("0")),
    (at_once, literal_column("1")),
    (waits, func.coalesce(cases.c.read_by, literal_column("99999999999"))),
    else_=literal_column("100000000000"),
)
"""What the queue sorts by: 0 is due at once (danger) and unread, 1 is danger that somebody has
read, then comes the read-by of what waits, then what waits without one, then what was read. It is
derived from what stands in clear anyway, so that danger itself need not. Literals, not
parameters, or SQLite would not see that the index below fits."""

is_open = cases.c.state != literal_column("'closed'")
is_closed = cases.c.state == literal_column("'closed'")

# The migrations make these partial in PostgreSQL as well. To say so here would load all of that
# dialect into every process (2 MiB).
Index("ix_cases_open", due, cases.c.received, cases.c.id, sqlite_where=is_open)
Index("ix_cases_received", cases.c.received, cases.c.id)
Index("ix_cases_state", cases.c.state, cases.c.received, cases.c.id)


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


class _ContactColumns(TypedColumns):
    """A number to call, sealed apart from the case: it is deleted when it has been used."""

    case_id: Named[str] = Column(
        String(32), ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True
    )
    slot: Named[str] = Column(String(32))
    """The id that its own erasure key is kept under."""
    sealed: Named[bytes] = Column(LargeBinary)


contacts = Table("contacts", metadata, _ContactColumns, sqlite_with_rowid=False)


class _ProfileColumns(TypedColumns):
    """What an adult says of themselves to everybody, as a leader signed it. Public."""

    adult: Named[str] = Column(String(40), primary_key=True)
    serial: Named[int] = Column(Integer)
    text: Named[str] = Column(Text)
    signature: Named[bytes] = Column(LargeBinary(64))


profiles = Table("profiles", metadata, _ProfileColumns, sqlite_with_rowid=False)


class _SpentColumns(TypedColumns):
    mark: Named[bytes] = Column(LargeBinary(32), primary_key=True)
    """A keyed hash of a form's token or ticket: sent, used or ended."""
    expires: Named[int] = Column(BigInteger)
    """Unix seconds (UTC), a whole hour, after which the row is deleted."""


spent = Table("spent", metadata, _SpentColumns, sqlite_with_rowid=False)


# --- the promise: who is asked when, and who is on duty --------------------------------------


class _StepColumns(TypedColumns):
    case_id: Named[str] = Column(
        String(32), ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True
    )
    sequence: Named[int] = Column(Integer, primary_key=True, autoincrement=False)
    unit: Named[str] = Column(String(40))
    due: Named[int] = Column(BigInteger)
    """Unix seconds (UTC), a whole hour."""
    notice_id: Named[str | None] = Column(
        String(32), ForeignKey("notices.id", ondelete="SET NULL"), index=True
    )
    """The notice that takes this step; None until a worker has made one."""


class _NoticeColumns(TypedColumns):
    """One message to one unit on all its steps that were due. Times are Unix seconds (UTC)."""

    id: Named[str] = Column(String(32), primary_key=True)
    """Stable: a notice that is sent again after a crash carries the same."""
    unit: Named[str] = Column(String(40))
    made: Named[int] = Column(BigInteger)
    attempts: Named[int] = Column(Integer)
    next_try: Named[int] = Column(BigInteger)
    """While a worker sends it, the end of that worker's lease."""
    sent: Named[int | None] = Column(BigInteger)


notices = Table("notices", metadata, _NoticeColumns, sqlite_with_rowid=False)
steps = Table("steps", metadata, _StepColumns, sqlite_with_rowid=False)
to_be_told = or_(waits, and_(at_once, cases.c.state == literal_column("'withdrawn'")))
"""The cases whose steps are taken. Whoever forces a child to withdraw does not thereby keep danger
from being told: what was due then and nobody was told of is told still."""

_untaken = steps.c.notice_id.is_(None)
Index("ix_steps_due", steps.c.due, sqlite_where=_untaken)


class _ShiftColumns(TypedColumns):
    """An evening in the rota. Times are Unix seconds (UTC)."""

    id: Named[str] = Column(String(32), primary_key=True)
    unit: Named[str] = Column(String(40))
    start: Named[int] = Column(BigInteger)
    end: Named[int] = Column(BigInteger, index=True)
    least: Named[int] = Column(Integer)
    """So many people make it a promise."""


class _ShiftPersonColumns(TypedColumns):
    shift_id: Named[str] = Column(
        String(32), ForeignKey("shifts.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Named[str] = Column(String(32), primary_key=True)


class _DayOffColumns(TypedColumns):
    """Dates (ISO 8601), both included, on which a unit is shut."""

    id: Named[str] = Column(String(32), primary_key=True)
    unit: Named[str] = Column(String(40))
    first: Named[str] = Column(String(10))
    last: Named[str] = Column(String(10), index=True)


class _PauseColumns(TypedColumns):
    """A unit that promises nothing until ``until`` (Unix seconds, UTC)."""

    unit: Named[str] = Column(String(40), primary_key=True)
    until: Named[int] = Column(BigInteger)
    account_id: Named[str] = Column(String(32))


class _SignalColumns(TypedColumns):
    """Signs of life: ``worker``, and ``channel:<unit>`` when its last notice failed."""

    name: Named[str] = Column(String(60), primary_key=True)
    at: Named[int] = Column(BigInteger)
    """Unix seconds (UTC): the last beat, or since when the channel fails."""


class _PromiseCountColumns(TypedColumns):
    """Promises kept and not, in counts that belong to no case."""

    unit: Named[str] = Column(String(40), primary_key=True)
    quarter: Named[str] = Column(String(7), primary_key=True)
    """For instance ``2026-Q4``, of the moment promised."""
    kept: Named[int] = Column(Integer)
    late: Named[int] = Column(Integer)


shifts = Table("shifts", metadata, _ShiftColumns, sqlite_with_rowid=False)
shift_people = Table("shift_people", metadata, _ShiftPersonColumns, sqlite_with_rowid=False)
days_off = Table("days_off", metadata, _DayOffColumns, sqlite_with_rowid=False)
pauses = Table("pauses", metadata, _PauseColumns, sqlite_with_rowid=False)
signals = Table("signals", metadata, _SignalColumns, sqlite_with_rowid=False)
promise_counts = Table("promise_counts", metadata, _PromiseCountColumns, sqlite_with_rowid=False)


# --- the picture: counts that belong to no case -------------------------------------------------


class _PictureEventColumns(TypedColumns):
    """That a case was sent, for the picture alone: nothing leads from here to the case, and
    nothing tells when. Folded into the counts by the next member who may, and then gone."""

    id: Named[bytes] = Column(LargeBinary(16), primary_key=True)
    """Random."""
    sealed: Named[bytes] = Column(LargeBinary)
    """What is counted, of one size, for the holder of the picture's key."""


class _PictureCountColumns(TypedColumns):
    """All counts, sealed under the picture's key."""

    name: Named[str] = Column(String(16), primary_key=True)
    version: Named[int] = Column(Integer)
    """Counts the times it was written: whoever read an older one may not overwrite it."""
    sealed: Named[bytes] = Column(LargeBinary)


picture_events = Table("picture_events", metadata, _PictureEventColumns, sqlite_with_rowid=False)
picture_counts = Table("picture_counts", metadata, _PictureCountColumns, sqlite_with_rowid=False)
