"""one place for the signed files of every kind of document; corrections; who attests in another's place"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0020_signed_files"
down_revision = "0019_several_servers"
branch_labels = None
depends_on = None

#: Minutes carried secretary and chair alone, letters no signature yet.
_MINUTES = """
INSERT INTO signed_files (document, meeting, unit, revision, sha256, pdf, next_role, awaits, at)
SELECT 'minutes:' || f.meeting, f.meeting, m.unit, f.revision, f.sha256, f.pdf,
    CASE WHEN c.meeting IS NULL THEN 'chair' ELSE '' END, CASE WHEN c.meeting IS NULL THEN m.chair ELSE '' END, s.at
FROM minutes_files f JOIN meetings m ON m.id = f.meeting
JOIN minutes_signatures s ON s.meeting = f.meeting AND s.role = 'secretary'
LEFT JOIN minutes_signatures c ON c.meeting = f.meeting AND c.role = 'chair'
"""
_LETTERS = """
INSERT INTO signed_files (document, meeting, unit, revision, sha256, pdf, next_role, awaits, at)
SELECT 'letter:' || f.letter, l.meeting, l.unit, f.revision, f.sha256, f.pdf, 'signer', '', f.at
FROM letter_files f JOIN letters l ON l.id = f.letter
"""
_SIGNATURES = """
INSERT INTO signatures (document, role, person, name, at, issuer, serial, sha256)
SELECT 'minutes:' || meeting, role, person, name, at, issuer, serial, sha256 FROM minutes_signatures
"""


def upgrade() -> None:
    op.create_table(
        "signed_files",
        sa.Column("document", sa.String(80), nullable=False),
        sa.Column("meeting", sa.String(36), nullable=False),
        sa.Column("unit", sa.String(36), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("pdf", sa.LargeBinary, nullable=False),
        sa.Column("next_role", sa.String(20), nullable=False),
        sa.Column("awaits", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("document", name="pk_signed_files"),
    )
    for column in ("meeting", "sha256", "awaits"):
        op.create_index(f"ix_signed_files_{column}", "signed_files", [column])
    op.create_table("signatures", sa.Column("document", sa.String(80), nullable=False), *_signature(), _key("document"))
    op.create_index("ix_signatures_sha256", "signatures", ["sha256"])
    op.create_table(
        "document_corrections",
        sa.Column("document", sa.String(80), nullable=False),
        sa.Column("corrects", sa.String(80), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("document", name="pk_document_corrections"),
        sa.UniqueConstraint("corrects", name="uq_document_corrections_corrects"),
    )
    op.create_table(
        "attestations",
        sa.Column("document", sa.String(80), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("position", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("by_name", sa.String(200), nullable=False),
        sa.Column("by_position", sa.String(200), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("document", "role", name="pk_attestations"),
    )
    op.execute(_MINUTES)
    op.execute(_LETTERS)
    op.execute(_SIGNATURES)
    for table in ("minutes_signatures", "minutes_files", "letter_files", "signing_tickets", "signing_prepared"):
        op.drop_table(table)
    _make_tickets("document", 80)
    op.add_column("signing_events", sa.Column("document", sa.String(80), nullable=False, server_default=""))
    op.execute("UPDATE signing_events SET document = 'minutes:' || meeting")
    with op.batch_alter_table("signing_events") as batch:
        batch.alter_column("document", server_default=None)
    op.create_index("ix_signing_events_document", "signing_events", ["document"])


def _signature() -> Sequence[sa.Column[str] | sa.Column[int]]:
    return (
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("issuer", sa.Text, nullable=False),
        sa.Column("serial", sa.String(64), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
    )


def _key(column: str, table: str = "signatures") -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(column, "role", name=f"pk_{table}")


def _make_tickets(column: str, length: int) -> None:
    """Tickets live ten minutes and prepared files until the first signature: none is carried over."""
    op.create_table(
        "signing_prepared",
        sa.Column(column, sa.String(length), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("pdf", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint(column, "revision", name="pk_signing_prepared"),
    )
    op.create_table(
        "signing_tickets",
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column(column, sa.String(length), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("action", sa.String(10), nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("used_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("token", name="pk_signing_tickets"),
    )


def downgrade() -> None:
    op.create_table(
        "minutes_files",
        sa.Column("meeting", sa.String(36), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("pdf", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("meeting", name="pk_minutes_files"),
    )
    op.create_index("ix_minutes_files_sha256", "minutes_files", ["sha256"])
    op.create_table(
        "minutes_signatures",
        sa.Column("meeting", sa.String(36), nullable=False),
        *_signature(),
        _key("meeting", "minutes_signatures"),
    )
    op.create_table(
        "letter_files",
        sa.Column("letter", sa.String(36), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("pdf", sa.LargeBinary, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("letter", name="pk_letter_files"),
    )
    op.create_index("ix_letter_files_sha256", "letter_files", ["sha256"])
    op.execute(
        "INSERT INTO minutes_files SELECT meeting, revision, sha256, pdf FROM signed_files "
        "WHERE document = 'minutes:' || meeting"
    )
    op.execute(
        "INSERT INTO minutes_signatures SELECT f.meeting, s.role, s.person, s.name, s.at, s.issuer, s.serial, s.sha256 "
        "FROM signatures s JOIN signed_files f ON f.document = s.document "
        "WHERE s.document = 'minutes:' || f.meeting AND s.role <> 'seal'"
    )
    op.execute(
        "INSERT INTO letter_files SELECT substr(document, 8), revision, sha256, pdf, '', at FROM signed_files "
        "WHERE document LIKE 'letter:%'"
    )
    op.drop_index("ix_signing_events_document", "signing_events")
    with op.batch_alter_table("signing_events") as batch:
        batch.drop_column("document")
    for table in ("signing_tickets", "signing_prepared"):
        op.drop_table(table)
    _make_tickets("meeting", 36)
    for table in ("attestations", "document_corrections", "signatures", "signed_files"):
        op.drop_table(table)
