"""Alembic's entry: runs one service's migrations on the connection that chassis.migrate hands over."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import JSON

ATTRIBUTES = context.config.attributes


def _render(kind: str, what: Any, _context: object) -> str | Literal[False]:
    """Alembic forgets to import what a JSONB variant names."""
    return "types.Json" if kind == "type" and isinstance(what, JSON) else False


context.configure(
    connection=ATTRIBUTES["connection"],
    target_metadata=ATTRIBUTES["metadata"],
    render_as_batch=True,
    user_module_prefix="types.",
    render_item=_render,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
