"""A function per verb: load → rule → save, journal and tell, all in one transaction."""
