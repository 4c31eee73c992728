"""A function per verb: load → rule → save, journal and tell, in the caller's one transaction."""
