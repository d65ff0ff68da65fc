"""people's e-mail addresses, invitations by e-mail and messages that wait"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015_mail"
down_revision = "0014_dispatch"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail_addresses",
        sa.Column("person", sa.String(36), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.PrimaryKeyConstraint("person", name="pk_mail_addresses"),
    )
    op.create_table(
        "mail_invitations",
        sa.Column("meeting", sa.String(36), nullable=False),
        sa.Column("person", sa.String(36), nullable=False),
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("method", sa.String(10), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("reply", sa.String(10), nullable=False),
        sa.Column("replied_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("meeting", "person", name="pk_mail_invitations"),
        sa.UniqueConstraint("token", name="uq_mail_invitations_token"),
    )
    op.create_table(
        "mail_messages",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("meeting", sa.String(36), nullable=False),
        sa.Column("person", sa.String(36), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("message", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", sa.BigInteger, nullable=False),
        sa.Column("problem", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mail_messages"),
    )
    op.create_index("ix_mail_messages_due", "mail_messages", ["state", "next_at"])
    op.create_index("ix_mail_messages_meeting", "mail_messages", ["meeting"])


def downgrade() -> None:
    for table in ("mail_messages", "mail_invitations", "mail_addresses"):
        op.drop_table(table)
