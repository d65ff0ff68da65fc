"""bodies have a revision, so that nobody overwrites anybody"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027_body_revision"
down_revision = "0026_named_gateways"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("bodies", sa.Column("revision", sa.Integer, nullable=False, server_default="1"))


def downgrade() -> None:
    op.drop_column("bodies", "revision")
