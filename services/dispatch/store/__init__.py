"""What dispatch keeps: its tables, and how the rules' facts are loaded and saved."""

from services.dispatch.store import told
from services.dispatch.store.tables import metadata

# Ticks look across tenants for what is due: undecided requests, and calendars to apply.
TICK_TABLES = ("orders", "calendars")

__all__ = ["TICK_TABLES", "metadata", "told"]
