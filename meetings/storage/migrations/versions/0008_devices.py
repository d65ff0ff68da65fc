"""devices tables"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008_devices"
down_revision = "0007_minutes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pairings",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("device", sa.String(36), nullable=False),
        sa.UniqueConstraint("code_hash", name="uq_pairings_code_hash"),
    )
    op.create_table(
        "devices",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("site", sa.String(36), nullable=False),
        sa.Column("unit", sa.String(36), nullable=False),
        sa.Column("paired_by", sa.String(36), nullable=False),
        sa.Column("paired_at", sa.BigInteger, nullable=False),
        sa.Column("revoked_at", sa.BigInteger, nullable=False),
    )
    for column in ("token_hash", "site", "unit"):
        op.create_index(f"ix_devices_{column}", "devices", [column])
    op.create_table(
        "hall_tokens",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("meeting", sa.String(36), nullable=False),
        sa.Column("site", sa.String(36), nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_hall_tokens_expires_at", "hall_tokens", ["expires_at"])
    op.create_table(
        "hall_claims",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("meeting", sa.String(36), nullable=False),
        sa.Column("site", sa.String(36), nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("secret_hash", name="uq_hall_claims_secret_hash"),
    )
    op.create_table(
        "guest_links",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("guest", sa.String(36), nullable=False),
        sa.Column("meeting", sa.String(36), nullable=False),
    )
    op.create_index("ix_guest_links_guest", "guest_links", ["guest"])


def downgrade() -> None:
    for table in ("guest_links", "hall_claims", "hall_tokens", "devices", "pairings"):
        op.drop_table(table)
