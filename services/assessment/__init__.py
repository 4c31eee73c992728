"""assessment looks at what happened: facts, rates, topics (专题), bursts and reports.

Owns: facts of orders and of upkeep with their daily sums, published months, scored items, appeals, interviews. Asks: nobody.
Tells: AssessmentPublished, InterviewProposed, JournalSealed. Commands: nobody.
Articles: 14, 15, 16, 18, 20.
"""
