"""What alembic runs first: works on the connection, and in the transaction, it is handed."""

from __future__ import annotations

from alembic import context

from pipeline.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,  # for its naming convention
)
context.run_migrations()
