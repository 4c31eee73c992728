"""What an entry is, how it is found and when it is stale: pure."""
