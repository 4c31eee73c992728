"""provincial is the link to the province's hotline: its orders in, our answers out.

Owns what the province sent (never what it says: intake seals that), orders with the province's date beside ours, the queue of
what is to be told to it, files that go with replies, refusals, reconciliations. Hears intake, dispatch and directory. Asks:
intake, from the link alone, to register, supplement and attach. Tells: UrgingReceived, DecisionReceived, JournalSealed.
Commands: nobody. Articles: 2 (its channel), 10, 11(3), 11(4), 11(6) (limits of its orders), 17.
"""
