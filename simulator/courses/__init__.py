"""What may happen to a message: a course for each path through the regulation, by kind."""
