"""A function a verb: load → rule → save, journal, tell, in one transaction."""
