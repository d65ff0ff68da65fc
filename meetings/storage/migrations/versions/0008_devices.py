"""devices tables"""

from __future__ import annotations

revision = "0008_devices"
down_revision = "0007_minutes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
