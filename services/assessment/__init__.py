"""assessment looks at what happened: facts, rates, topics (专题), bursts and reports.

Owns: facts of orders and of upkeep with their daily sums, published months, scored items, appeals, interviews; calls at the seats,
quality marks, contracts with their statements; third-party samples. Asks: nobody.
Tells: AssessmentPublished, InterviewProposed, SupervisionIssued, SeedCommitted, SampleDrawn, JournalSealed. Commands: notify (PlaceCall).
Articles: 6(3), 14, 15, 16, 18, 20.
"""
