"""numbers, letters and templates, tasks"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010_documents_issued"
down_revision = "0009_office"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _numbers()
    _letters()
    _tasks()


def _numbers() -> None:
    op.create_table(
        "number_sources",
        sa.Column("unit", sa.String(36), primary_key=True),
        sa.Column("source", sa.String(10), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "number_series",
        sa.Column("unit", sa.String(36), primary_key=True),
        sa.Column("kind", sa.String(10), primary_key=True),
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("last", sa.Integer, nullable=False),
    )
    op.create_table(
        "document_numbers",
        sa.Column("unit", sa.String(36), primary_key=True),
        sa.Column("kind", sa.String(10), primary_key=True),
        sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("source", sa.String(10), nullable=False),
        sa.Column("document", sa.String(80), nullable=False),
        sa.Column("holder", sa.String(80)),
        sa.Column("subject", sa.String(500), nullable=False),
        sa.Column("taken_by", sa.String(64), nullable=False),
        sa.Column("taken_at", sa.BigInteger, nullable=False),
        sa.Column("cancelled_by", sa.String(64), nullable=False),
        sa.Column("cancelled_at", sa.BigInteger),
        sa.Column("reason", sa.Text, nullable=False),
        sa.UniqueConstraint("holder", name="uq_document_numbers_holder"),
    )
    op.create_index("ix_document_numbers_document", "document_numbers", ["document"])


def _letters() -> None:
    op.create_table(
        "letters",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("meeting", sa.String(36), nullable=False),
        sa.Column("unit", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("created_by", sa.String(64), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_letters_meeting", "letters", ["meeting"])
    op.create_index("ix_letters_unit", "letters", ["unit"])
    op.create_table(
        "letter_revisions",
        sa.Column("letter", sa.String(36), primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("by_name", sa.String(200), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
    )
    op.create_table(
        "letter_files",
        sa.Column("letter", sa.String(36), primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("pdf", sa.LargeBinary, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_letter_files_sha256", "letter_files", ["sha256"])
    op.create_table(
        "document_templates",
        sa.Column("unit", sa.String(36), primary_key=True),
        sa.Column("kind", sa.String(10), primary_key=True),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )


def _tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("meeting", sa.String(36), nullable=False),
        sa.Column("origin", sa.String(64), nullable=False),
        sa.Column("item", sa.String(500), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("assignee", sa.String(500), nullable=False),
        sa.Column("unit", sa.String(36), nullable=False),
        sa.Column("person", sa.String(36), nullable=False),
        sa.Column("due", sa.String(10), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("meeting", "origin", name="uq_tasks_origin"),
    )
    for column in ("meeting", "unit", "person", "due"):
        op.create_index(f"ix_tasks_{column}", "tasks", [column])
    op.create_table(
        "task_steps",
        sa.Column("task", sa.String(36), primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("by_name", sa.String(200), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )


def downgrade() -> None:
    for table in (
        *("task_steps", "tasks", "document_templates", "letter_files", "letter_revisions", "letters"),
        *("document_numbers", "number_series", "number_sources"),
    ):
        op.drop_table(table)
