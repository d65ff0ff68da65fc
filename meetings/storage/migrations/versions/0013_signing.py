"""enrolled certificates, prepared files, tickets and events of signing"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013_signing"
down_revision = "0012_paper_texts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "signing_certificates",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("issuer", sa.Text, nullable=False),
        sa.Column("serial", sa.String(64), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("not_after", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
        sa.Column("decided_at", sa.BigInteger, nullable=False),
        sa.Column("decided_by", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_signing_certificates"),
        sa.UniqueConstraint("key", name="uq_signing_certificates_key"),
    )
    op.create_index("ix_signing_certificates_person", "signing_certificates", ["person"])
    op.create_table(
        "signing_prepared",
        sa.Column("meeting", sa.String(36), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("pdf", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("meeting", "revision", name="pk_signing_prepared"),
    )
    op.create_table(
        "signing_tickets",
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("meeting", sa.String(36), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("action", sa.String(10), nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("used_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("token", name="pk_signing_tickets"),
    )
    op.create_table(
        "signing_events",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("meeting", sa.String(36), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_signing_events"),
    )
    op.create_index("ix_signing_events_meeting", "signing_events", ["meeting"])
    op.create_index("ix_signing_events_sha256", "signing_events", ["sha256"])


def downgrade() -> None:
    for table in ("signing_events", "signing_tickets", "signing_prepared", "signing_certificates"):
        op.drop_table(table)
