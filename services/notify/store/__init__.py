"""What notify owns. `metadata` for migrations, TICK_TABLES for work across tenants; rows and facts by noun beside it."""

from services.notify.store.tables import TICK_TABLES, metadata

__all__ = ["TICK_TABLES", "metadata"]
