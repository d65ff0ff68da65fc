"""agenda tables"""

from __future__ import annotations

revision = "0005_agenda"
down_revision = "0004_calendar"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
