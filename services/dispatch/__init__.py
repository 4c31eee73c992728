"""dispatch: an order (转办单) from 待派单 to 办结, and every date it runs against.

Owns     orders, rounds, assisting units, clocks; requests for extension, return and 续报; replies, reviews, call-backs; inner orders;
         coordination cases and their precedents; the texts that each unit begins its replies with.
Asks     nobody.
Tells    OrderChanged with the order's snapshot after every verb; UrgentRaised to whom a city names (13); JournalSealed.
Commands nobody yet.
Keeps    copies of what directory (tenants with their policies, units, people, calendars), intake (tickets) and
         sla (lights, urgings) tell.
Articles 7(2), 10, 11(2)–(10), 13, 16, 17 as far as parties go.
"""
