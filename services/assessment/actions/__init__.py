"""What assessment does, a function a verb."""
