"""calendar tables"""

from __future__ import annotations

revision = "0004_calendar"
down_revision = "0003_identity"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
