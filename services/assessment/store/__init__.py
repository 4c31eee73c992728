"""What assessment owns. `metadata` for migrations, TICK_TABLES for work across tenants; rows by noun beside it."""

from services.assessment.store import calls, found, published, raised, reported, sampled, seated, supervised, topical
from services.assessment.store.tables import TICK_TABLES, metadata

__all__ = ["TICK_TABLES", "calls", "found", "metadata", "published", "raised", "reported", "sampled", "seated", "supervised", "topical"]
