"""What kb does: a function a verb, in one transaction."""
