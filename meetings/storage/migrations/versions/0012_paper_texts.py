"""the text of papers, and papers found to be secret later"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012_paper_texts"
down_revision = "0011_overrun"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "document_texts",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("page", sa.Integer, primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("folded", sa.Text, nullable=False),
    )
    with op.batch_alter_table("refused_documents") as table:
        table.add_column(sa.Column("found_later", sa.Boolean, nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("refused_documents") as table:
        table.drop_column("found_later")
    op.drop_table("document_texts")
