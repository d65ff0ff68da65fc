"""units on the document exchange, the outbox, recipients and statuses"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014_dispatch"
down_revision = "0013_signing"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dispatch_units",
        sa.Column("unit", sa.String(36), nullable=False),
        sa.Column("mode", sa.String(10), nullable=False),
        sa.Column("organ_id", sa.String(35), nullable=False),
        sa.Column("other_organ_id", sa.String(35), nullable=False),
        sa.Column("address", sa.String(300), nullable=False),
        sa.Column("system_id", sa.String(100), nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("unit", name="pk_dispatch_units"),
    )
    op.create_index("ix_dispatch_units_organ_id", "dispatch_units", ["organ_id"])
    op.create_table(
        "dispatches",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("unit", sa.String(36), nullable=False),
        sa.Column("meeting", sa.String(36), nullable=False),
        sa.Column("document", sa.String(80), nullable=False),
        sa.Column("document_id", sa.String(200), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("business", sa.String(1), nullable=False),
        sa.Column("about", sa.String(36), nullable=True),
        sa.Column("mode", sa.String(10), nullable=False),
        sa.Column("subject", sa.String(500), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("edxml", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", sa.BigInteger, nullable=False),
        sa.Column("problem_code", sa.String(60), nullable=False),
        sa.Column("problem", sa.Text, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("by_name", sa.String(200), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("sent_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_dispatches"),
        sa.UniqueConstraint("document_id", name="uq_dispatches_document_id"),
    )
    op.create_index("ix_dispatches_due", "dispatches", ["state", "next_at"])
    for column in ("unit", "meeting", "document", "about"):
        op.create_index(f"ix_dispatches_{column}", "dispatches", [column])
    op.create_table(
        "dispatch_recipients",
        sa.Column("dispatch", sa.String(36), nullable=False),
        sa.Column("organ_id", sa.String(35), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("processing", sa.String(2), nullable=False),
        sa.Column("recall", sa.String(2), nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("dispatch", "organ_id", name="pk_dispatch_recipients"),
    )
    op.create_table(
        "dispatch_statuses",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("dispatch", sa.String(36), nullable=False),
        sa.Column("organ_id", sa.String(35), nullable=False),
        sa.Column("code", sa.String(2), nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("said_at", sa.String(19), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("taken", sa.String(12), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_dispatch_statuses"),
    )
    op.create_index("ix_dispatch_statuses_dispatch", "dispatch_statuses", ["dispatch"])
    op.create_table(
        "dispatch_received",
        sa.Column("unit", sa.String(36), nullable=False),
        sa.Column("reference", sa.String(200), nullable=False),
        sa.Column("what", sa.String(12), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("unit", "reference", name="pk_dispatch_received"),
    )


def downgrade() -> None:
    for table in ("dispatch_received", "dispatch_statuses", "dispatch_recipients", "dispatches", "dispatch_units"):
        op.drop_table(table)
