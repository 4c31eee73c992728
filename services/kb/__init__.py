"""kb, the knowledge base (知识库): answer while the caller is on the line.

Owns: entries with all their texts, attachments, feedback, gaps, upkeep, usage. Asks: nobody. Tells: EntryPublished,
EntryRetired, EntryRefused, UpkeepAsked, UpkeepOverdue, UpkeepDone, JournalSealed. Commands: nobody. Articles: 6(4), 8(3), 15(5).
"""
