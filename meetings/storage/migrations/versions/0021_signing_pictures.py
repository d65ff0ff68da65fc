"""pictures of signatures and seals"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021_signing_pictures"
down_revision = "0020_signed_files"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "signing_pictures",
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("png", sa.LargeBinary, nullable=False),
        sa.Column("millimetres", sa.Integer, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("owner", name="pk_signing_pictures"),
    )


def downgrade() -> None:
    op.drop_table("signing_pictures")
