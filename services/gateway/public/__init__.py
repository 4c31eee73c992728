"""Pages for callers, whom nobody knows here: submit, see how far it is, add, withdraw. Without a script, on a phone."""
