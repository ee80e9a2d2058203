"""The promise: what was said, who is asked when, and who is on duty."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "cases_0002"
down_revision = "cases_0001"
branch_labels = None
depends_on = None

# What was read no longer stands among what waits by the time it was to be read by.
_AT_ONCE = (
    "CASE WHEN (read_by <= received AND (state = 'new' OR state = 'more')) THEN 0"
    " WHEN (read_by <= received) THEN 1"
)
_DUE_BEFORE = f"{_AT_ONCE} ELSE coalesce(read_by, 99999999999) END"
_DUE = (
    f"{_AT_ONCE} WHEN (state = 'new' OR state = 'more') THEN coalesce(read_by, 99999999999)"
    " ELSE 100000000000 END"
)
_OPEN = sa.text("state != 'closed'")
_UNTAKEN = sa.text("notice_id IS NULL")


def _queue_by(due: str) -> None:
    op.drop_index("ix_cases_open", "cases")
    op.create_index(
        "ix_cases_open",
        "cases",
        [sa.text(due), "received", "id"],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )


def upgrade() -> None:
    _queue_by(_DUE)
    op.add_column("cases", sa.Column("promised", sa.BigInteger, nullable=True))
    op.create_table(
        "notices",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("made", sa.BigInteger, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_try", sa.BigInteger, nullable=False),
        sa.Column("sent", sa.BigInteger, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "steps",
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("due", sa.BigInteger, nullable=False),
        sa.Column("notice_id", sa.String(32), nullable=True),
        sa.PrimaryKeyConstraint("case_id", "sequence", name="pk_steps"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name="fk_steps_case_id_cases", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name="fk_steps_notice_id_notices", ondelete="SET NULL"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_steps_notice_id", "steps", ["notice_id"])
    op.create_index(
        "ix_steps_due", "steps", ["due"], sqlite_where=_UNTAKEN, postgresql_where=_UNTAKEN
    )
    op.create_table(
        "shifts",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("start", sa.BigInteger, nullable=False),
        sa.Column("end", sa.BigInteger, nullable=False),
        sa.Column("least", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_shifts"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_shifts_end", "shifts", ["end"])
    op.create_table(
        "shift_people",
        sa.Column("shift_id", sa.String(32), nullable=False),
        sa.Column("account_id", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("shift_id", "account_id", name="pk_shift_people"),
        sa.ForeignKeyConstraint(
            ["shift_id"],
            ["shifts.id"],
            name="fk_shift_people_shift_id_shifts",
            ondelete="CASCADE",
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "days_off",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("first", sa.String(10), nullable=False),
        sa.Column("last", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_days_off"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_days_off_last", "days_off", ["last"])
    op.create_table(
        "pauses",
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("account_id", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("unit", name="pk_pauses"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "signals",
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_signals"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "promise_counts",
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("quarter", sa.String(7), nullable=False),
        sa.Column("kept", sa.Integer, nullable=False),
        sa.Column("late", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("unit", "quarter", name="pk_promise_counts"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for table in (
        "promise_counts",
        "signals",
        "pauses",
        "days_off",
        "shift_people",
        "shifts",
        "steps",
        "notices",
    ):
        op.drop_table(table)
    op.drop_column("cases", "promised")
    _queue_by(_DUE_BEFORE)
