"""names and ranks of units by day, and their successors"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022_unit_periods"
down_revision = "0021_signing_pictures"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unit_periods",
        sa.Column("unit", sa.String(36), primary_key=True),
        sa.Column("valid_from", sa.Date, primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("successor", sa.String(36), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("unit_periods")
