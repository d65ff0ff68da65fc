"""minutes tables"""

from __future__ import annotations

revision = "0007_minutes"
down_revision = "0006_documents"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
