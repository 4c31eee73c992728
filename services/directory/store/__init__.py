"""What directory keeps: its tables, and how the rules' facts are loaded and saved."""

from services.directory.store.tables import metadata

# Spent attempts and sessions are swept across tenants.
TICK_TABLES = ("attempts", "sessions", "refresh_tokens")
# How old the key is that signs: the public halves say it.
MEASURED_TABLES = ("token_keys",)

__all__ = ["MEASURED_TABLES", "TICK_TABLES", "metadata"]
