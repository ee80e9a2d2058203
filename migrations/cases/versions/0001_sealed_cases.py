"""The sealed cases, their messages and wraps, the key cards and the spent forms."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "cases_0001"
down_revision = None
branch_labels = None
depends_on = None

_DUE = (
    "CASE WHEN (read_by <= received AND (state = 'new' OR state = 'more')) THEN 0"
    " WHEN (read_by <= received) THEN 1 ELSE coalesce(read_by, 99999999999) END"
)
_OPEN = sa.text("state != 'closed'")


def upgrade() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("lane", sa.String(8), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("received", sa.BigInteger, nullable=False),
        sa.Column("read_by", sa.BigInteger, nullable=True),
        sa.Column("retention_days", sa.Integer, nullable=False),
        sa.Column("lookup_id", sa.LargeBinary(16), nullable=True),
        sa.Column("summary", sa.LargeBinary, nullable=False),
        sa.Column("head", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sa.UniqueConstraint("lookup_id", name="uq_cases_lookup_id"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_cases_open",
        "cases",
        [sa.text(_DUE), "received", "id"],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_index(
        "ix_cases_closed",
        "cases",
        ["received", "id"],
        sqlite_where=sa.text("state = 'closed'"),
        postgresql_where=sa.text("state = 'closed'"),
    )
    op.create_table(
        "messages",
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "sequence", name="pk_messages"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name="fk_messages_case_id_cases", ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "wraps",
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("purpose", sa.String(24), nullable=False),
        sa.Column("holder", sa.String(40), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "purpose", "holder", name="pk_wraps"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name="fk_wraps_case_id_cases", ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "key_cards",
        sa.Column("holder", sa.String(40), nullable=False),
        sa.Column("serial", sa.Integer, nullable=False),
        sa.Column("public", sa.LargeBinary(1216), nullable=False),
        sa.Column("signature", sa.LargeBinary(64), nullable=False),
        sa.PrimaryKeyConstraint("holder", name="pk_key_cards"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "spent",
        sa.Column("mark", sa.LargeBinary(32), nullable=False),
        sa.Column("expires", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("mark", name="pk_spent"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for table in ("spent", "key_cards", "wraps", "messages", "cases"):
        op.drop_table(table)
