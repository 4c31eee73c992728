"""notify delivers: in-app, by SMS, by telephone and to tenants' systems; why something is told is the business of whoever told it.

Owns messages with every attempt, inboxes of units, templates, webhooks, recordings of calls, what a day's messages cost and
each provider's pace. Hears dispatch, sla, intake, assessment, directory and provincial, and keeps copies of tenants and units alone: every
event says what is to be told. Asks, from the link alone: intake for a caller's number and directory for a unit's contact
(`ContactService` of each), which stay in memory. Tells: CallEnded, JournalSealed.
Commands: nobody; takes PlaceCall of dispatch and assessment. Articles: 10, 11 (what units and callers are told), 12, 13, 17 (no message
to a unit holds who complained, or what).
"""
