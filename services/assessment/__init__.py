"""assessment looks at what happened: facts, rates, topics (专题), bursts and reports.

Owns: facts of orders and of upkeep with their daily sums, published months, scored items, appeals, interviews; calls at the seats,
quality marks, contracts with their statements; third-party samples; calls with their daily sums, their masked words for as long as
topics look back, bursts, topics and studies, reports. Asks: nobody.
Tells: AssessmentPublished, BurstFound, InterviewProposed, StudyAsked, SupervisionIssued, SeedCommitted, SampleDrawn, JournalSealed.
Commands: notify (PlaceCall).
Articles: 6(3), 14, 15, 16, 18, 20.
"""
