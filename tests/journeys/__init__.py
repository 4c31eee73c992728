"""Stories played through real processes. A package, so that its cities stop when its last test has run."""
