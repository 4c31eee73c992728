"""intake: from the call to a formed, answered, declined or passed ticket.

Owns: tickets, their acceptance, callers and what they said word for word (nobody else stores who they are),
attachments, drafts, groups of one event, categories and models of them. Asks: kb, for answers to suggest. Tells: TicketFormed,
TicketGrouped, TicketSupplemented, TicketUngrouped, TicketWithdrawn, TicketSettled, JournalSealed. Commands: nobody.
Articles: 2, 3, 10, 11(1), 13, 14, 17.
"""
