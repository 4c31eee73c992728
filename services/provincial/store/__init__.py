"""provincial's store."""

from services.provincial.store.tables import metadata

__all__ = ["metadata"]
