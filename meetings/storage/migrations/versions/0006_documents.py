"""documents tables"""

from __future__ import annotations

revision = "0006_documents"
down_revision = "0005_agenda"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
