"""technical checks of sites"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017_site_checks"
down_revision = "0016_asks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "site_checks",
        sa.Column("meeting", sa.String(36), nullable=False),
        sa.Column("site", sa.String(36), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("by", sa.String(36), nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("failed", sa.String(200), nullable=False),
        sa.Column("figures", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("meeting", "site", name="pk_site_checks"),
    )


def downgrade() -> None:
    op.drop_table("site_checks")
