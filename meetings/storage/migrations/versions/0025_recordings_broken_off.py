"""parts of recordings know whether they were broken off"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025_recordings_broken_off"
down_revision = "0024_recordings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("recording_parts", sa.Column("broken_off", sa.Boolean, nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("recording_parts", "broken_off")
