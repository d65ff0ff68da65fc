"""recordings of the stage: their parts, and what holds for a meeting's"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024_recordings"
down_revision = "0023_retired_bodies"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recording_parts",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("meeting", sa.String(36), nullable=False),
        sa.Column("recording", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("deleted_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_recording_parts_meeting", "recording_parts", ["meeting"])
    op.create_table(
        "recording_rules",
        sa.Column("meeting", sa.String(36), primary_key=True),
        sa.Column("keep_days", sa.Integer, nullable=False),
        sa.Column("access", sa.String(10), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("recording_rules")
    op.drop_index("ix_recording_parts_meeting", "recording_parts")
    op.drop_table("recording_parts")
