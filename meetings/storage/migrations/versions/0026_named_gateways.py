"""the gateway of the settings by which a unit's documents leave"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026_named_gateways"
down_revision = "0025_recordings_broken_off"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("dispatch_units", sa.Column("gateway", sa.String(40), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("dispatch_units", "gateway")
