"""A model of the categories: a job trains it on what was closed, an api process reads it. No worker comes here."""
