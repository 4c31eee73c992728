"""assessment looks at what happened: topics (专题), bursts and reports.

Articles: 14, 16, 18.
"""
