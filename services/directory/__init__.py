"""directory: the city, its districts, their units and people, and who may say he is one of them.

Owns: tenants and their policies, the tree of units with its past, unit contacts (sealed), people, roles, credentials,
sessions, the keys that sign tokens, the keys of tenants' systems, calendar revisions, and its own count of open orders.
Asks: nobody. Commands: nobody; nobody commands it.
Tells: TenantChanged, UnitChanged, PersonChanged, CalendarRevised, SigningKeyPublished, TokensRevoked, JournalSealed.
Hears: dispatch's OrderChanged, for a unit with open orders is not closed.
Articles: 4, 5, 7, 8 (who takes part and answers for what), 10 (the journal), 17 (contacts), 20 (groups by kind),
11(3) (the calendar that days are counted by).
"""
