"""How Alembic reaches the database of the register: through the connection that `register.database` gives it.

That connection is in a transaction already, also with SQLite, so that a migration happens whole or not at all.
"""

from __future__ import annotations

from alembic import context

from register.schema import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True
)
with context.begin_transaction():
    context.run_migrations()
