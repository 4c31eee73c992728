"""sla follows the dates that run against units: their lights and urgings.

Owns clocks, turns of lights and urgings (催办单). It is told every order's snapshot by dispatch and keeps what it needs; it
never recomputes the law, for every date comes stamped with its lights. Asks: nobody. Tells: LightTurned, UrgingIssued,
UrgingVoided, JournalSealed. Commands: none. Articles: 10 (its part of a ticket's journal), 11(4) and 11(7) (holding while a
request is undecided), 12, 13.
"""
