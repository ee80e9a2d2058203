"""Joining and leaving, what staff write on a case, hand-overs, interpreters and the register.
Going back destroys all that staff have written."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "staff_0003"
down_revision = "staff_0002"
branch_labels = None
depends_on = None

_ADDED = (
    ("card_serial", sa.Integer),
    ("card_signature", sa.LargeBinary(64)),
    ("let_in_by", sa.String(32)),
    ("made_by", sa.String(32)),
    ("let_in", sa.BigInteger),
    ("gone", sa.BigInteger),
    ("languages", sa.String(120)),
)


def upgrade() -> None:
    for name, kind in _ADDED:
        op.add_column("accounts", sa.Column(name, kind, nullable=True))
    # Whoever was there before was let in when the account was made.
    op.execute("UPDATE accounts SET let_in = created")
    op.create_table(
        "invitations",
        sa.Column("secret_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        _account(nullable=True),
        sa.Column("username", sa.String(40), nullable=False),
        sa.Column("display", sa.String(120), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("languages", sa.String(120), nullable=False),
        sa.Column("made_by", sa.String(32), nullable=False),
        sa.Column("expires", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("secret_hash", name="pk_invitations"),
        _to_account("invitations"),
    )
    op.create_index("ix_invitations_account_id", "invitations", ["account_id"])
    op.create_table(
        "awaited_keys",
        _account(),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "unit", name="pk_awaited_keys"),
        _to_account("awaited_keys"),
    )
    op.create_table(
        "key_renewals",
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("serial", sa.Integer, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("made", sa.Integer, nullable=True),
        sa.Column("public", sa.LargeBinary(1216), nullable=True),
        sa.Column("signed", sa.BigInteger, nullable=True),
        sa.Column("place", sa.String(40), nullable=False),
        sa.Column("clean", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("unit", name="pk_key_renewals"),
    )
    op.create_table(
        "folders",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("head", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_folders"),
    )
    op.create_index("ix_folders_case_id", "folders", ["case_id"])
    op.create_table(
        "folder_keys",
        sa.Column("folder_id", sa.String(32), nullable=False),
        sa.Column("holder", sa.String(40), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("folder_id", "holder", name="pk_folder_keys"),
        _to_folder("folder_keys"),
    )
    op.create_index("ix_folder_keys_holder", "folder_keys", ["holder"])
    op.create_table(
        "folder_entries",
        sa.Column("folder_id", sa.String(32), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("folder_id", "sequence", name="pk_folder_entries"),
        _to_folder("folder_entries"),
    )
    op.create_table(
        "handovers",
        sa.Column("folder_id", sa.String(32), nullable=False),
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("from_unit", sa.String(40), nullable=False),
        sa.Column("to_unit", sa.String(40), nullable=False),
        sa.Column("whole", sa.Boolean, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("proposed_by", sa.String(32), nullable=False),
        sa.Column("proposed", sa.BigInteger, nullable=False),
        sa.Column("decided_by", sa.String(32), nullable=True),
        sa.Column("decided", sa.BigInteger, nullable=True),
        sa.Column("notified", sa.BigInteger, nullable=True),
        sa.Column("read", sa.BigInteger, nullable=True),
        sa.PrimaryKeyConstraint("folder_id", name="pk_handovers"),
        _to_folder("handovers"),
    )
    op.create_index("ix_handovers_case_id", "handovers", ["case_id"])
    op.create_index("ix_handovers_to_unit", "handovers", ["to_unit"])
    op.create_table(
        "assignments",
        sa.Column("case_id", sa.String(32), nullable=False),
        _account(),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("case_id", name="pk_assignments"),
        _to_account("assignments"),
    )
    op.create_index("ix_assignments_account_id", "assignments", ["account_id"])
    op.create_table(
        "interpreters",
        sa.Column("folder_id", sa.String(32), nullable=False),
        sa.Column("case_id", sa.String(32), nullable=False),
        _account(),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("ended", sa.BigInteger, nullable=True),
        sa.PrimaryKeyConstraint("folder_id", name="pk_interpreters"),
        _to_folder("interpreters"),
        _to_account("interpreters"),
    )
    op.create_index("ix_interpreters_case_id", "interpreters", ["case_id"])
    op.create_index("ix_interpreters_account_id", "interpreters", ["account_id"])
    op.create_table(
        "register_pages",
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("unit", "number", name="pk_register_pages"),
    )
    op.create_table(
        "register_states",
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("up_to", sa.BigInteger, nullable=False),
        sa.Column("swept", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("unit", name="pk_register_states"),
    )
    op.create_table(
        "register_arrivals",
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("unit", "case_id", name="pk_register_arrivals"),
    )


def downgrade() -> None:
    for name in (
        "register_arrivals",
        "register_states",
        "register_pages",
        "interpreters",
        "assignments",
        "handovers",
        "folder_entries",
        "folder_keys",
        "folders",
        "key_renewals",
        "awaited_keys",
        "invitations",
    ):
        op.drop_table(name)
    for name, _kind in reversed(_ADDED):
        op.drop_column("accounts", name)


def _account(*, nullable: bool = False) -> sa.Column[str]:
    return sa.Column("account_id", sa.String(32), nullable=nullable)


def _to_account(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["account_id"],
        ["accounts.id"],
        name=f"fk_{table}_account_id_accounts",
        ondelete="CASCADE",
    )


def _to_folder(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["folder_id"], ["folders.id"], name=f"fk_{table}_folder_id_folders", ondelete="CASCADE"
    )
