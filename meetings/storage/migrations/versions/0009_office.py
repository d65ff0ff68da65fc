"""letterheads by day; when devices and sessions were last seen"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009_office"
down_revision = "0008_devices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "letterheads",
        sa.Column("unit", sa.String(36), primary_key=True),
        sa.Column("valid_from", sa.Date, primary_key=True),
        sa.Column("superior_line", sa.String(200), nullable=False),
        sa.Column("issuing_line", sa.String(200), nullable=False),
        sa.Column("code_group", sa.String(30), nullable=False),
        sa.Column("place", sa.String(100), nullable=False),
        sa.Column("signatories", sa.JSON, nullable=False),
    )
    op.add_column("devices", sa.Column("seen_at", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("guest_links", sa.Column("made_at", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("sessions", sa.Column("browser", sa.String(60), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("sessions", "browser")
    op.drop_column("guest_links", "made_at")
    op.drop_column("devices", "seen_at")
    op.drop_table("letterheads")
