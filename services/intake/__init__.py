"""intake: from the call to a formed, answered, declined or passed ticket.

Owns: tickets, their acceptance, callers and what they said word for word (nobody else stores who they are),
attachments, drafts, categories. Asks: kb, for answers to suggest. Tells: TicketFormed, TicketSupplemented, TicketWithdrawn, TicketSettled,
JournalSealed. Commands: nobody. Articles: 2, 3, 10, 11(1), 17.
"""
