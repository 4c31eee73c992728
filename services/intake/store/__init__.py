"""What intake owns. `metadata` for migrations, TICK_TABLES for work across tenants; rows and facts by noun beside it."""

from services.intake.store.tables import MEASURED_TABLES, TICK_TABLES, metadata

__all__ = ["MEASURED_TABLES", "TICK_TABLES", "metadata"]
