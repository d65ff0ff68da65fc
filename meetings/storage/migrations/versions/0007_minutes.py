"""minutes tables"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007_minutes"
down_revision = "0006_documents"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "minutes_revisions",
        sa.Column("meeting", sa.String(36), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("by_name", sa.String(200), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("meeting", "revision", name="pk_minutes_revisions"),
    )
    op.create_table(
        "minutes_files",
        sa.Column("meeting", sa.String(36), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("pdf", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("meeting", name="pk_minutes_files"),
    )
    op.create_index("ix_minutes_files_sha256", "minutes_files", ["sha256"])
    op.create_table(
        "minutes_signatures",
        sa.Column("meeting", sa.String(36), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("issuer", sa.Text, nullable=False),
        sa.Column("serial", sa.String(64), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("meeting", "role", name="pk_minutes_signatures"),
    )


def downgrade() -> None:
    op.drop_table("minutes_signatures")
    op.drop_index("ix_minutes_files_sha256", "minutes_files")
    op.drop_table("minutes_files")
    op.drop_table("minutes_revisions")
