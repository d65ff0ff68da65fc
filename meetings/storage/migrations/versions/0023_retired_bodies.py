"""bodies that no new meeting can be called for"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023_retired_bodies"
down_revision = "0022_unit_periods"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("bodies", sa.Column("retired", sa.Boolean, nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("bodies", "retired")
