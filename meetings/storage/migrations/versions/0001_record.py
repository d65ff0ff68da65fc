"""record tables"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001_record"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "record_events",
        sa.Column("meeting", sa.String(36), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("type", sa.String(64), nullable=False),
        sa.Column("v", sa.Integer, nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("on_behalf_of", sa.String(64), nullable=False),
        sa.Column("command_id", sa.String(64), nullable=False),
        sa.Column("salt", sa.LargeBinary(16)),
        sa.Column("payload", sa.LargeBinary),
        sa.Column("payload_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
    )
    op.create_table(
        "record_commands",
        sa.Column("meeting", sa.String(36), primary_key=True),
        sa.Column("actor", sa.String(64), primary_key=True),
        sa.Column("command_id", sa.String(64), primary_key=True),
        sa.Column("content_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
    )
    op.create_table(
        "record_texts",
        sa.Column("meeting", sa.String(36), primary_key=True),
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("salt", sa.LargeBinary(16)),
        sa.Column("text", sa.Text),
        sa.ForeignKeyConstraint(
            ["meeting", "seq"], ["record_events.meeting", "record_events.seq"], name="fk_text_event"
        ),
    )
    op.create_table(
        "meeting_homes",
        sa.Column("meeting", sa.String(36), primary_key=True),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("server", sa.String(64), nullable=False),
        sa.Column("address", sa.String(255), nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "note_revisions",
        sa.Column("meeting", sa.String(36), primary_key=True),
        sa.Column("item", sa.String(64), primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("text", sa.Text),
    )
    op.create_table(
        "secret_totals",
        sa.Column("meeting", sa.String(36), primary_key=True),
        sa.Column("ballot", sa.String(36), primary_key=True),
        sa.Column("choice", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("count", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "secret_casts",
        sa.Column("meeting", sa.String(36), primary_key=True),
        sa.Column("ballot", sa.String(36), primary_key=True),
        sa.Column("mandate", sa.String(64), primary_key=True),
    )


def downgrade() -> None:
    for table in (
        "secret_casts",
        "secret_totals",
        "note_revisions",
        "meeting_homes",
        "record_texts",
        "record_commands",
        "record_events",
    ):
        op.drop_table(table)
