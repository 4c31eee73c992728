"""A function for each verb: load, ask the rules, save, journal and tell, all in the transaction it is handed."""
