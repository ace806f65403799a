"""The tables of the register. There is no column for a person: not who said something, not where they live.

`migrations/` brings a database from one version of this to the next; a test holds the two together. What the database itself
refuses (to change the history, to delete a record) stands there too.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import JSON as _JSON
from sqlalchemy import (
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

#: Nothing is the same nothing in every column.
JSON: Final = _JSON(none_as_null=True)

metadata: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    }
)


def _record(name: str, *columns: Column[object]) -> Table:
    """Return a table of records that have a version and are never deleted.

    Moments are UTC in ISO 8601 and dates ``YYYY-MM-DD``, as text: both databases sort them alike. ``key`` makes that
    the same record, sent twice, is kept once.
    """
    return Table(
        name,
        metadata,
        Column("number", Integer, primary_key=True, autoincrement=True),
        Column("key", String(64), nullable=False),
        Column("gemeente", String(12), nullable=False),
        Column("version", Integer, nullable=False),
        Column("added_at", String(32), nullable=False),
        Column("added_by", String(200), nullable=False),
        Column("changed_at", String(32), nullable=False),
        Column("changed_by", String(200), nullable=False),
        Column("removed_at", String(32)),
        *columns,
        UniqueConstraint("gemeente", "key"),
        sqlite_autoincrement=True,
    )


#: One concern or signal. A point is the middle of a square of 100 m (RD): it tells no address. ``wijk`` and ``buurt`` are
#: codes on the borders of ``borders_year``. ``harmless`` holds the finds in the text that somebody confirmed
#: as harmless. ``expired_at`` is when retention took the texts out; the rest stays.
concern: Final = _record(
    "concern",
    Column("theme", String(40), nullable=False),
    Column("text", Text, nullable=False),
    Column("wijk", String(12), nullable=False),
    Column("buurt", String(12)),
    Column("borders_year", Integer),
    Column("x", Float),
    Column("y", Float),
    Column("heard", String(10), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("seriousness", Integer, nullable=False),
    Column("people", Integer),
    Column("owner", String(120)),
    Column("due", String(10)),
    Column("status", String(20), nullable=False),
    Column("done", Text),
    Column("feedback", Text),
    Column("feedback_on", String(10)),
    Column("harmless", JSON),
    Column("source", String(120)),
    Column("source_key", String(120)),
    Column("expired_at", String(32)),
)
Index("ix_concern_wijk", concern.c.gemeente, concern.c.wijk)
Index("ix_concern_heard", concern.c.gemeente, concern.c.heard)

#: Two concerns that belong together, the lower number first.
concern_link: Final = Table(
    "concern_link",
    metadata,
    Column("first", Integer, ForeignKey("concern.number"), primary_key=True),
    Column("second", Integer, ForeignKey("concern.number"), primary_key=True),
)

#: A visit or activity in a wijk. ``day`` and ``time`` are when it is planned.
visit: Final = _record(
    "visit",
    Column("wijk", String(12), nullable=False),
    Column("borders_year", Integer),
    Column("kind", String(20), nullable=False),
    Column("aim", Text, nullable=False),
    Column("who", String(200)),
    Column("partners", String(400)),
    Column("place", String(200)),
    Column("day", String(10), nullable=False),
    Column("time", String(5)),
    Column("minutes", Integer),
    Column("status", String(20), nullable=False),
    Column("done_on", String(10)),
    Column("outcome", Text),
    Column("harmless", JSON),
    Column("expired_at", String(32)),
)

#: How many people a channel reached in a wijk in a period and what it knows of them, in counts: ``shares`` is
#: {"age": {"0-14": n, ...}, "household": {...}, "tenure": {...}}, each part absent where the channel does not know it.
gathering: Final = _record(
    "gathering",
    Column("wijk", String(12), nullable=False),
    Column("borders_year", Integer),
    Column("channel", String(20), nullable=False),
    Column("name", String(120)),
    Column("first_day", String(10), nullable=False),
    Column("last_day", String(10), nullable=False),
    Column("participants", Integer, nullable=False),
    Column("shares", JSON),
)

#: One edition of a wijkanalyse. ``year`` is the last year of its figures; ``figures`` holds, once it is settled, the figures
#: that were in it, so that a later edition can say what changed. ``previous`` is the number of the edition before.
story: Final = _record(
    "story",
    Column("wijk", String(12), nullable=False),
    Column("borders_year", Integer),
    Column("edition", Integer, nullable=False),
    Column("previous", Integer),
    Column("reason", Text),
    Column("question", Text),
    Column("boundary", Text),
    Column("observed", Text),
    Column("history", Text),
    Column("message", Text),
    Column("ask", Text),
    Column("status", String(20), nullable=False),
    Column("discussed_on", String(10)),
    Column("settled_on", String(10)),
    Column("year", Integer),
    Column("figures", JSON),
    Column("harmless", JSON),
    Column("expired_at", String(32)),
)
#: Of two people who start the same edition at once one is first.
Index(
    "ix_story_wijk", story.c.gemeente, story.c.wijk, story.c.edition, unique=True,
    sqlite_where=story.c.removed_at.is_(None), postgresql_where=story.c.removed_at.is_(None),
)  # fmt: skip

#: What people bring into an edition, each a record of its own, so that two authors are seldom in each other's way.
#: ``section`` is a chapter; ``group_name`` who said it, never a person; ``about`` the number of the
#: priority that an action serves, or of the bottleneck that a priority answers;
#: ``came_from`` the number of the same part in the edition before.
story_part: Final = _record(
    "story_part",
    Column("story", Integer, ForeignKey("story.number"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("section", String(20)),
    Column("place", Integer),
    Column("title", String(200)),
    Column("text", Text),
    Column("group_name", String(200)),
    Column("recognised", String(10)),
    Column("owner", String(200)),
    Column("partners", String(400)),
    Column("about", Integer),
    Column("indicator", String(60)),
    Column("target", String(400)),
    Column("evaluate_on", String(10)),
    Column("status", String(20)),
    Column("outcome", Text),
    Column("came_from", Integer),
    Column("harmless", JSON),
    Column("expired_at", String(32)),
)
Index("ix_story_part_story", story_part.c.story)

#: What users keep by name: their list of themes, views of the table, how columns of a source are read, weights.
kept: Final = _record(
    "kept",
    Column("kind", String(40), nullable=False),
    Column("name", String(120), nullable=False),
    Column("body", JSON, nullable=False),
)

#: What happened, one row per record that changed; the database refuses to change or delete a row. ``before`` and ``after``
#: hold the fields that changed, but for what retention must be able to take out (`Records.erasable`): that stands
#: in ``change_text``. One action of a user is one ``batch``; ``undoes`` is the batch that this one takes back.
change: Final = Table(
    "change",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("batch", String(36), nullable=False, index=True),
    Column("at", String(32), nullable=False),
    Column("actor", String(200), nullable=False),
    Column("role", String(20), nullable=False),
    Column("gemeente", String(12), nullable=False),
    Column("entity", String(20), nullable=False),
    Column("number", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("before", JSON),
    Column("after", JSON),
    Column("undoes", String(36)),
    UniqueConstraint("entity", "number", "version"),
    sqlite_autoincrement=True,
)
change_text: Final = Table(
    "change_text",
    metadata,
    Column("change", Integer, ForeignKey("change.id"), primary_key=True),
    Column("field", String(40), primary_key=True),
    Column("before", JSON),
    Column("after", JSON),
)

#: What somebody wanted to save while another had changed the same; kept until somebody chooses.
conflict: Final = Table(
    "conflict",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", String(32), nullable=False),
    Column("actor", String(200), nullable=False),
    Column("gemeente", String(12), nullable=False),
    Column("entity", String(20), nullable=False),
    Column("number", Integer, nullable=False),
    Column("seen", Integer, nullable=False),
    Column("mine", JSON, nullable=False),
    Column("settled_at", String(32)),
    Column("settled_by", String(200)),
    Column("choice", String(20)),
    sqlite_autoincrement=True,
)
