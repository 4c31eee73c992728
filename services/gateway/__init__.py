"""gateway: the HTTP door.

Owns: nothing. Asks: every service for its health. Tells and hears: nothing. It translates; no rule and no store.
"""
