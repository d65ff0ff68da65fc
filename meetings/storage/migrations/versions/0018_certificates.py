"""when certificates begin, and the slips by which their keys are proved"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018_certificates"
down_revision = "0017_site_checks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("signing_certificates", sa.Column("not_before", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("signing_certificates", sa.Column("slip", sa.LargeBinary, nullable=True))
    op.add_column("signing_certificates", sa.Column("proved_at", sa.BigInteger, nullable=False, server_default="0"))
    # what an administrator had confirmed stays confirmed; what still waits is shown anew and proved then
    op.execute("UPDATE signing_certificates SET proved_at = decided_at WHERE state <> 'waiting'")
    op.execute("DELETE FROM signing_certificates WHERE state = 'waiting'")


def downgrade() -> None:
    for column in ("proved_at", "slip", "not_before"):
        op.drop_column("signing_certificates", column)
