"""The first tables: concerns, visits, participants, what is kept by name, the history."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
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
    """Make the tables, and let the database itself refuse changes to the history."""
    _record(
        "concern",
        sa.Column("theme", sa.String(40), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("wijk", sa.String(12), nullable=False),
        sa.Column("buurt", sa.String(12)),
        sa.Column("borders_year", sa.Integer),
        sa.Column("x", sa.Float),
        sa.Column("y", sa.Float),
        sa.Column("heard", sa.String(10), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("seriousness", sa.Integer, nullable=False),
        sa.Column("people", sa.Integer),
        sa.Column("owner", sa.String(120)),
        sa.Column("due", sa.String(10)),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("done", sa.Text),
        sa.Column("feedback", sa.Text),
        sa.Column("feedback_on", sa.String(10)),
        sa.Column("harmless", sa.JSON),
        sa.Column("source", sa.String(120)),
        sa.Column("source_key", sa.String(120)),
        sa.Column("expired_at", sa.String(32)),
    )
    op.create_index("ix_concern_wijk", "concern", ["gemeente", "wijk"])
    op.create_index("ix_concern_heard", "concern", ["gemeente", "heard"])
    op.create_table(
        "concern_link",
        sa.Column("first", sa.Integer, sa.ForeignKey("concern.number"), primary_key=True),
        sa.Column("second", sa.Integer, sa.ForeignKey("concern.number"), primary_key=True),
    )
    _record(
        "visit",
        sa.Column("wijk", sa.String(12), nullable=False),
        sa.Column("borders_year", sa.Integer),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("aim", sa.Text, nullable=False),
        sa.Column("who", sa.String(200)),
        sa.Column("partners", sa.String(400)),
        sa.Column("place", sa.String(200)),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("time", sa.String(5)),
        sa.Column("minutes", sa.Integer),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("done_on", sa.String(10)),
        sa.Column("outcome", sa.Text),
        sa.Column("harmless", sa.JSON),
        sa.Column("expired_at", sa.String(32)),
    )
    _record(
        "gathering",
        sa.Column("wijk", sa.String(12), nullable=False),
        sa.Column("borders_year", sa.Integer),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("name", sa.String(120)),
        sa.Column("first_day", sa.String(10), nullable=False),
        sa.Column("last_day", sa.String(10), nullable=False),
        sa.Column("participants", sa.Integer, nullable=False),
        sa.Column("shares", sa.JSON),
    )
    _record(
        "kept",
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
    )
    op.create_table(
        "change",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("batch", sa.String(36), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("gemeente", sa.String(12), nullable=False),
        sa.Column("entity", sa.String(20), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("before", sa.JSON),
        sa.Column("after", sa.JSON),
        sa.Column("undoes", sa.String(36)),
        sa.UniqueConstraint("entity", "number", "version", name="uq_change_entity"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_change_batch", "change", ["batch"])
    op.create_table(
        "change_text",
        sa.Column("change", sa.Integer, sa.ForeignKey("change.id"), primary_key=True),
        sa.Column("field", sa.String(40), primary_key=True),
        sa.Column("before", sa.JSON),
        sa.Column("after", sa.JSON),
    )
    op.create_table(
        "conflict",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("gemeente", sa.String(12), nullable=False),
        sa.Column("entity", sa.String(20), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("seen", sa.Integer, nullable=False),
        sa.Column("mine", sa.JSON, nullable=False),
        sa.Column("settled_at", sa.String(32)),
        sa.Column("settled_by", sa.String(200)),
        sa.Column("choice", sa.String(20)),
        sqlite_autoincrement=True,
    )
    for statement in _guards(op.get_bind().dialect.name):
        op.execute(statement)


#: What the database itself refuses: the history is added to; its texts are added or taken out; records stay.
_REFUSED = {
    "change": ("update", "delete"),
    "change_text": ("update",),
    "concern": ("delete",),
    "visit": ("delete",),
    "gathering": ("delete",),
    "kept": ("delete",),
    "conflict": ("delete",),
}


def _guards(dialect: str) -> list[str]:
    told = "the register keeps what happened"
    if dialect == "sqlite":
        return [
            f"create trigger {table}_no_{verb} before {verb} on {table} begin select raise(abort, '{told}'); end"
            for table, verbs in _REFUSED.items()
            for verb in verbs
        ]
    return [
        "create function register_refuses() returns trigger language plpgsql as "
        f"$$ begin raise exception '{told}'; end $$",
        *(
            f"create trigger {table}_guard before {' or '.join((*verbs, 'truncate'))} on {table} "
            "for each statement execute function register_refuses()"
            for table, verbs in _REFUSED.items()
        ),
    ]
