"""The picture's events and counts, and finding cases by state and by the hour they came in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "cases_0003"
down_revision = "cases_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_cases_received", "cases", ["received", "id"])
    # It gives the closed ones in their order too.
    op.create_index("ix_cases_state", "cases", ["state", "received", "id"])
    op.drop_index("ix_cases_closed", "cases")
    op.create_table(
        "picture_events",
        sa.Column("id", sa.LargeBinary(16), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_picture_events"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "picture_counts",
        sa.Column("name", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_picture_counts"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("picture_counts")
    op.drop_table("picture_events")
    op.create_index(
        "ix_cases_closed",
        "cases",
        ["received", "id"],
        sqlite_where=sa.text("state = 'closed'"),
        postgresql_where=sa.text("state = 'closed'"),
    )
    op.drop_index("ix_cases_state", "cases")
    op.drop_index("ix_cases_received", "cases")
