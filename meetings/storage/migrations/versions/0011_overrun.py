"""meetings that wait for a sitting which runs past its end"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011_overrun"
down_revision = "0010_documents_issued"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("meetings", sa.Column("waits_for", sa.String(36)))
    op.create_index("ix_meetings_waits_for", "meetings", ["waits_for"])


def downgrade() -> None:
    op.drop_index("ix_meetings_waits_for", "meetings")
    op.drop_column("meetings", "waits_for")
