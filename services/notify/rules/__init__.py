"""What notify decides: pure functions of facts and an instant."""
