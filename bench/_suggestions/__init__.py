"""What the benchmark of suggestions is made of."""
