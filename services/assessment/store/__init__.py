"""assessment's store."""

from services.assessment.store.tables import TICK_TABLES, metadata

__all__ = ["TICK_TABLES", "metadata"]
