"""directory tables"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002_directory"
down_revision = "0001_record"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "units",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("superior_line", sa.String(200), nullable=False),
        sa.Column("issuing_line", sa.String(200), nullable=False),
        sa.Column("code_group", sa.String(30), nullable=False),
        sa.Column("place", sa.String(100), nullable=False),
        sa.UniqueConstraint("code", name="uq_units_code"),
    )
    op.create_table("sites", sa.Column("id", sa.String(36), primary_key=True))
    op.create_table(
        "site_periods",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("site", sa.String(36), nullable=False),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("folded", sa.String(200), nullable=False),
        sa.Column("level", sa.String(32), nullable=False),
        sa.Column("parent", sa.String(32), nullable=False),
        sa.Column("unit", sa.String(36), nullable=False),
        sa.Column("organ_code", sa.String(32), nullable=False),
        sa.Column("receive_only", sa.Boolean, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.Column("position", sa.Integer, nullable=False),
    )
    op.create_index("ix_site_periods_site", "site_periods", ["site"])
    op.create_index("ix_site_periods_code", "site_periods", ["code"])
    op.create_index("ix_site_periods_unit", "site_periods", ["unit"])
    op.create_table(
        "site_aliases",
        sa.Column("site", sa.String(36), primary_key=True),
        sa.Column("folded", sa.String(200), primary_key=True),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("folded", sa.String(100), nullable=False),
        sa.Column("position", sa.String(100), nullable=False),
        sa.Column("unit", sa.String(36), nullable=False),
        sa.Column("roles", sa.String(200), nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
    )
    op.create_index("ix_people_folded", "people", ["folded"])
    op.create_index("ix_people_unit", "people", ["unit"])


def downgrade() -> None:
    for table in ("people", "site_aliases", "site_periods", "sites", "units"):
        op.drop_table(table)
