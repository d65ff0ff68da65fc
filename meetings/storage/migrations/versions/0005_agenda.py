"""agenda tables"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005_agenda"
down_revision = "0004_calendar"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agendas",
        sa.Column(
            "meeting",
            sa.String(36),
            sa.ForeignKey("meetings.id", name="fk_agendas_meeting_meetings", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("meeting", name="pk_agendas"),
    )
    op.create_table(
        "agenda_items",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column(
            "meeting",
            sa.String(36),
            sa.ForeignKey("meetings.id", name="fk_agenda_items_meeting_meetings", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("title", sa.String(500), nullable=False),
        sa.Column("presenter", sa.String(200), nullable=False),
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_agenda_items"),
    )
    op.create_index("ix_agenda_items_meeting", "agenda_items", ["meeting"])


def downgrade() -> None:
    op.drop_table("agenda_items")
    op.drop_table("agendas")
