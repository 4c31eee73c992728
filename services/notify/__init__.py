"""notify delivers: in-app, by SMS, by telephone and to tenants' systems; why something is told is the business of whoever told it.

Owns messages with every attempt, inboxes of units, templates, webhooks, recordings of calls, what a day's messages cost and
each provider's pace. Hears dispatch, sla, intake and directory, and keeps copies of tenants and units alone: every event says what is to be told. Asks: intake, from
the link alone, for a caller's number (`ContactService/ResolveContact`), which stays in memory. Tells: CallEnded, JournalSealed.
Commands: nobody; takes PlaceCall of dispatch. Articles: 10, 11 (what units and callers are told), 12, 13, 17 (no message
to a unit holds who complained, or what).
"""
