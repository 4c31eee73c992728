"""The rules of insight: pure, from what was told to what is seen in it."""
