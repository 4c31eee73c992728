"""What the benchmark of topics is made of."""
