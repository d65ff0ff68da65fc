"""identity tables"""

from __future__ import annotations

revision = "0003_identity"
down_revision = "0002_directory"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
