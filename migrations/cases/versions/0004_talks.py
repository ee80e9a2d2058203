"""Numbers to call, and what the adults say of themselves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "cases_0004"
down_revision = "cases_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contacts",
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("slot", sa.String(32), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("case_id", name="pk_contacts"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name="fk_contacts_case_id_cases", ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "profiles",
        sa.Column("adult", sa.String(40), nullable=False),
        sa.Column("serial", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("signature", sa.LargeBinary(64), nullable=False),
        sa.PrimaryKeyConstraint("adult", name="pk_profiles"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("profiles")
    op.drop_table("contacts")
