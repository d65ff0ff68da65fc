"""directory tables"""

from __future__ import annotations

revision = "0002_directory"
down_revision = "0001_record"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
