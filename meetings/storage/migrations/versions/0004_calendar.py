"""calendar tables"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004_calendar"
down_revision = "0003_identity"
branch_labels = None
depends_on = None

ID = sa.String(36)


def _meeting_key(table: str) -> sa.Column[str]:
    return sa.Column(
        "meeting",
        ID,
        sa.ForeignKey("meetings.id", name=f"fk_{table}_meeting_meetings", ondelete="CASCADE"),
        nullable=False,
    )


def upgrade() -> None:
    op.create_table(
        "bodies",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("unit", ID, nullable=False),
        sa.Column("members", sa.Integer, nullable=False),
        sa.Column("quorum_num", sa.Integer),
        sa.Column("quorum_den", sa.Integer),
        sa.Column("choices", sa.JSON, nullable=False),
        sa.Column("majority_base", sa.String(10), nullable=False),
        sa.Column("threshold_num", sa.Integer, nullable=False),
        sa.Column("threshold_den", sa.Integer, nullable=False),
        sa.Column("tie", sa.String(10), nullable=False),
        sa.Column("substitutes_vote", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bodies"),
        sa.UniqueConstraint("name", name="uq_bodies_name"),
    )
    op.create_table(
        "meetings",
        sa.Column("id", ID, nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("starts_at", sa.BigInteger, nullable=False),
        sa.Column("ends_at", sa.BigInteger, nullable=False),
        sa.Column("body", ID, sa.ForeignKey("bodies.id", name="fk_meetings_body_bodies")),
        sa.Column("unit", ID, nullable=False),
        sa.Column("unit_rank", sa.Integer, nullable=False),
        sa.Column("hub_site", ID, nullable=False),
        sa.Column("chair", ID, nullable=False),
        sa.Column("chair_name", sa.String(200), nullable=False),
        sa.Column("secretary", ID, nullable=False),
        sa.Column("secretary_name", sa.String(200), nullable=False),
        sa.Column("urgency", sa.String(20), nullable=False),
        sa.Column("urgency_reason", sa.Text, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("cancel_reason", sa.Text, nullable=False),
        sa.Column("displaced_by", ID),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("created_by", ID, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_meetings"),
    )
    op.create_index("ix_meetings_starts_at", "meetings", ["starts_at", "ends_at"])
    for column in ("unit", "chair", "secretary", "status", "displaced_by", "created_by"):
        op.create_index(f"ix_meetings_{column}", "meetings", [column])
    op.create_table(
        "meeting_participants",
        _meeting_key("meeting_participants"),
        sa.Column("site", ID, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("unit", ID, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("level", sa.String(40), nullable=False),
        sa.Column("parent", sa.String(200), nullable=False),
        sa.Column("receive_only", sa.Boolean, nullable=False),
        sa.Column("answer", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("names", sa.JSON, nullable=False),
        sa.Column("answered_by", ID, nullable=False),
        sa.Column("answered_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("meeting", "site", name="pk_meeting_participants"),
    )
    op.create_index("ix_meeting_participants_site", "meeting_participants", ["site"])
    op.create_index("ix_meeting_participants_unit", "meeting_participants", ["unit"])
    op.create_table(
        "meeting_delegates",
        sa.Column("id", ID, nullable=False),
        _meeting_key("meeting_delegates"),
        sa.Column("site", ID, nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("votes", sa.Boolean, nullable=False),
        sa.Column("substitute", sa.Boolean, nullable=False),
        sa.Column("site_chair", sa.Boolean, nullable=False),
        sa.Column("reported", sa.Boolean, nullable=False),
        sa.Column("replaced_by", ID),
        sa.Column("position", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_meeting_delegates"),
    )
    op.create_index("ix_meeting_delegates_meeting", "meeting_delegates", ["meeting"])
    op.create_index("ix_meeting_delegates_person", "meeting_delegates", ["person"])
    op.create_table(
        "meeting_guests",
        sa.Column("id", ID, nullable=False),
        _meeting_key("meeting_guests"),
        sa.Column("site", ID, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_meeting_guests"),
    )
    op.create_index("ix_meeting_guests_meeting", "meeting_guests", ["meeting"])
    op.create_table(
        "calendar_occupancy",
        sa.Column("resource", sa.String(40), nullable=False),
        sa.Column("starts_at", sa.BigInteger, nullable=False),
        _meeting_key("calendar_occupancy"),
        sa.Column("ends_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("resource", "starts_at", "meeting", name="pk_calendar_occupancy"),
    )
    op.create_index("ix_calendar_occupancy_meeting", "calendar_occupancy", ["meeting"])
    op.create_table(
        "calendar_notices",
        sa.Column("id", ID, nullable=False),
        sa.Column("person", ID, nullable=False),
        sa.Column("meeting", ID, nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("read_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_notices"),
    )
    op.create_index("ix_calendar_notices_person", "calendar_notices", ["person", "read_at"])


def downgrade() -> None:
    for table in (
        "calendar_notices",
        "calendar_occupancy",
        "meeting_guests",
        "meeting_delegates",
        "meeting_participants",
        "meetings",
        "bodies",
    ):
        op.drop_table(table)
