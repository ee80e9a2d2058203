"""What adults have written of themselves and no leader has approved yet. Going back destroys it;
what is public stays, in the other database."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "staff_0004"
down_revision = "staff_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "profile_drafts",
        sa.Column("adult", sa.String(40), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("account_id", sa.String(32), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("adult", name="pk_profile_drafts"),
    )


def downgrade() -> None:
    op.drop_table("profile_drafts")
