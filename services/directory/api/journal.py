"""JournalService."""

from __future__ import annotations

from chassis import journal
from chassis.errors import Missing
from chassis.journal import Entry
from chassis.store import Tx
from hotline.directory.v1 import journal_pb2 as pb
from hotline.ticket.v1.ticket_pb2 import JournalEntry
from services.directory.api.reading import stamped


class JournalDoor:
    """Who did what, when and by which article."""

    service = "hotline.directory.v1.JournalService"

    def ListJournalEntries(self, request: pb.ListJournalEntriesRequest, tx: Tx) -> pb.ListJournalEntriesResponse:
        """Of one subject."""
        entries, token = journal.entries(tx, request.subject_id, request.page)
        if not entries and not request.page.token:
            raise Missing(f"没有关于 {request.subject_id} 的记录，或您无权查看")
        return pb.ListJournalEntriesResponse(entries=[entry_message(entry) for entry in entries], next_page_token=token)


def entry_message(entry: Entry) -> JournalEntry:
    """A step as it is answered."""
    return JournalEntry(
        number=entry.number,
        at=stamped(entry.at),
        by=entry.by_id,
        unit_id=entry.unit_id,
        verb=entry.verb,
        article=entry.article,
        detail=entry.detail,
        hash=entry.hash,
    )
