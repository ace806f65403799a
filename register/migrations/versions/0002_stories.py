"""Wijkanalyses: the editions, and what people bring into them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _record(name: str, *columns: sa.Column[object]) -> None:
    op.create_table(
        name,
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("gemeente", sa.String(12), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("added_at", sa.String(32), nullable=False),
        sa.Column("added_by", sa.String(200), nullable=False),
        sa.Column("changed_at", sa.String(32), nullable=False),
        sa.Column("changed_by", sa.String(200), nullable=False),
        sa.Column("removed_at", sa.String(32)),
        *columns,
        sa.UniqueConstraint("gemeente", "key", name=f"uq_{name}_gemeente"),
        sqlite_autoincrement=True,
    )


def upgrade() -> None:
    """Make the two tables; one edition of a wijk stands once, and the database refuses to delete records."""
    _record(
        "story",
        sa.Column("wijk", sa.String(12), nullable=False),
        sa.Column("borders_year", sa.Integer),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.Column("previous", sa.Integer),
        sa.Column("reason", sa.Text),
        sa.Column("question", sa.Text),
        sa.Column("boundary", sa.Text),
        sa.Column("observed", sa.Text),
        sa.Column("history", sa.Text),
        sa.Column("message", sa.Text),
        sa.Column("ask", sa.Text),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("discussed_on", sa.String(10)),
        sa.Column("settled_on", sa.String(10)),
        sa.Column("year", sa.Integer),
        sa.Column("figures", sa.JSON),
        sa.Column("harmless", sa.JSON),
        sa.Column("expired_at", sa.String(32)),
    )
    standing = sa.text("removed_at is null")
    op.create_index(
        "ix_story_wijk", "story", ["gemeente", "wijk", "edition"], unique=True,
        sqlite_where=standing, postgresql_where=standing,
    )  # fmt: skip
    _record(
        "story_part",
        sa.Column("story", sa.Integer, sa.ForeignKey("story.number"), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("section", sa.String(20)),
        sa.Column("place", sa.Integer),
        sa.Column("title", sa.String(200)),
        sa.Column("text", sa.Text),
        sa.Column("group_name", sa.String(200)),
        sa.Column("recognised", sa.String(10)),
        sa.Column("owner", sa.String(200)),
        sa.Column("partners", sa.String(400)),
        sa.Column("about", sa.Integer),
        sa.Column("indicator", sa.String(60)),
        sa.Column("target", sa.String(400)),
        sa.Column("evaluate_on", sa.String(10)),
        sa.Column("status", sa.String(20)),
        sa.Column("outcome", sa.Text),
        sa.Column("came_from", sa.Integer),
        sa.Column("harmless", sa.JSON),
        sa.Column("expired_at", sa.String(32)),
    )
    op.create_index("ix_story_part_story", "story_part", ["story"])
    for statement in _guards(op.get_bind().dialect.name):
        op.execute(statement)


def _guards(dialect: str) -> list[str]:
    """Return what makes that the database refuses to delete a record, as it does for the other tables."""
    tables = ("story", "story_part")
    if dialect == "sqlite":
        told = "the register keeps what happened"
        return [
            f"create trigger {table}_no_delete before delete on {table} begin select raise(abort, '{told}'); end"
            for table in tables
        ]
    return [
        f"create trigger {table}_guard before delete or truncate on {table} "
        "for each statement execute function register_refuses()"
        for table in tables
    ]
