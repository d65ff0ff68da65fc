"""what servers that share a database tell each other: endings, and how far uploads are"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019_several_servers"
down_revision = "0018_certificates"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "endings",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False, index=True),
    )
    op.create_table(
        "running_uploads",
        sa.Column("by", sa.String(36), primary_key=True),
        sa.Column("ticket", sa.String(36), primary_key=True),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("page", sa.Integer, nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("given_up", sa.Boolean, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("running_uploads")
    op.drop_table("endings")
