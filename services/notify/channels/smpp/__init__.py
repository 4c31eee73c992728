"""SMS by SMPP 3.4. The protocol is smpp34 for PDUs; sessions are ours, for a receipt is taken only once it is stored."""
