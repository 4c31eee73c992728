"""Alembic's entry: runs one service's migrations on the connection that chassis.migrate hands over."""

from alembic import context

ATTRIBUTES = context.config.attributes

context.configure(
    connection=ATTRIBUTES["connection"],
    target_metadata=ATTRIBUTES["metadata"],
    render_as_batch=True,
    user_module_prefix="types.",
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
