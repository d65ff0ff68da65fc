"""what is asked of people about documents"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016_asks"
down_revision = "0015_mail"
branch_labels = None
depends_on = None

#: Minutes of sittings that were adjourned before: whoever has to sign next is asked as of the meeting's end.
_MINUTES = """
    INSERT INTO asks (document, role, kind, meeting, title, person, unit, asked_at, reason)
    SELECT 'minutes:' || m.id, CASE WHEN s.role IS NULL THEN 'secretary' ELSE 'chair' END, 'BB', m.id, m.title,
           CASE WHEN s.role IS NULL THEN m.secretary ELSE m.chair END, '', m.ends_at, ''
    FROM meetings m
    LEFT JOIN minutes_signatures s ON s.meeting = m.id AND s.role = 'secretary'
    LEFT JOIN minutes_signatures c ON c.meeting = m.id AND c.role = 'chair'
    WHERE m.status = 'held' AND c.role IS NULL
"""


def upgrade() -> None:
    op.create_table(
        "asks",
        sa.Column("document", sa.String(80), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("meeting", sa.String(36), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("unit", sa.String(36), nullable=False),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("document", "role", name="pk_asks"),
    )
    op.create_index("ix_asks_person", "asks", ["person"])
    op.create_index("ix_asks_unit", "asks", ["unit"])
    op.execute(_MINUTES)


def downgrade() -> None:
    op.drop_table("asks")
