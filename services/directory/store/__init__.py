"""What directory keeps: its tables, and how the rules' facts are loaded and saved."""

from services.directory.store.tables import metadata

# Spent attempts and sessions are swept across tenants.
TICK_TABLES = ("attempts", "sessions", "refresh_tokens")

__all__ = ["TICK_TABLES", "metadata"]
