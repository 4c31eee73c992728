"""JournalService."""

from __future__ import annotations

from chassis import journal
from chassis.errors import Missing
from chassis.store import Tx
from hotline.directory.v1 import journal_pb2 as pb
from hotline.ticket.v1.ticket_pb2 import JournalEntry
from services.directory.store import people


class JournalDoor:
    """Who did what, when and by which article."""

    service = "hotline.directory.v1.JournalService"

    def ListJournalEntries(self, request: pb.ListJournalEntriesRequest, tx: Tx) -> pb.ListJournalEntriesResponse:
        """Of one subject."""
        entries, token = journal.entries(tx, request.subject_id, request.page)
        if not entries and not request.page.token:
            raise Missing(f"没有关于 {request.subject_id} 的记录，或您无权查看")
        names = people.names_of(tx, {entry.by_id for entry in entries})
        steps = [journal.shown(entry, JournalEntry, by_name=names.get(entry.by_id, "")) for entry in entries]
        return pb.ListJournalEntriesResponse(entries=steps, next_page_token=token)
