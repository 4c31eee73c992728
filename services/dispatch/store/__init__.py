"""What dispatch keeps: its tables, and how the rules' facts are loaded and saved."""

from services.dispatch.store import told
from services.dispatch.store.tables import metadata

# Ticks look across tenants for what is due: undecided requests, and calendars to apply.
TICK_TABLES = ("orders", "calendars")
# What is open is counted across tenants.
MEASURED_TABLES = ("tenants", "coordinations")

__all__ = ["MEASURED_TABLES", "TICK_TABLES", "metadata", "told"]
