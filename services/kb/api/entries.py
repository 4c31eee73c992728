"""Entries, their documents and files, their journal."""

from __future__ import annotations

from chassis import journal
from chassis.store import Tx
from hotline.kb.v1 import attachments_pb2 as attach_pb
from hotline.kb.v1 import entries_pb2 as pb
from hotline.kb.v1 import entry_pb2
from hotline.kb.v1 import journal_pb2 as journal_pb
from hotline.kb.v1 import porting_pb2 as porting_pb
from hotline.ticket.v1.ticket_pb2 import JournalEntry
from services.kb import messages as to
from services.kb.actions import attaching, editing, porting, reading
from services.kb.rules.entries import Entry


def _shown(tx: Tx, entry: Entry) -> entry_pb2.Entry:
    return to.entry_message(reading.show(tx, entry))


class EntryDoor:
    """Entries, a method for each transition."""

    service = "hotline.kb.v1.EntryService"

    def CreateEntry(self, request: pb.CreateEntryRequest, tx: Tx) -> pb.CreateEntryResponse:
        """8(3): a draft."""
        return pb.CreateEntryResponse(entry=_shown(tx, editing.create_entry(tx, to.content_of(request.content))))

    def ReviseEntry(self, request: pb.ReviseEntryRequest, tx: Tx) -> pb.ReviseEntryResponse:
        """8(3): a new text."""
        revised = editing.revise_entry(tx, request.entry_id, request.version, to.content_of(request.content))
        return pb.ReviseEntryResponse(entry=_shown(tx, revised))

    def SubmitEntry(self, request: pb.SubmitEntryRequest, tx: Tx) -> pb.SubmitEntryResponse:
        """8(3): to a reviewer."""
        return pb.SubmitEntryResponse(entry=_shown(tx, editing.submit_entry(tx, request.entry_id, request.version)))

    def PublishEntry(self, request: pb.PublishEntryRequest, tx: Tx) -> pb.PublishEntryResponse:
        """6(4): it is found from now on."""
        return pb.PublishEntryResponse(entry=_shown(tx, editing.publish_entry(tx, request.entry_id, request.version)))

    def RefuseEntry(self, request: pb.RefuseEntryRequest, tx: Tx) -> pb.RefuseEntryResponse:
        """15(5): back to the editor."""
        refused = editing.refuse_entry(tx, request.entry_id, request.version, request.reason)
        return pb.RefuseEntryResponse(entry=_shown(tx, refused))

    def RetireEntry(self, request: pb.RetireEntryRequest, tx: Tx) -> pb.RetireEntryResponse:
        """8(3): no longer found."""
        retired = editing.retire_entry(tx, request.entry_id, request.version, request.reason)
        return pb.RetireEntryResponse(entry=_shown(tx, retired))

    def GetEntry(self, request: pb.GetEntryRequest, tx: Tx) -> pb.GetEntryResponse:
        """One text."""
        shown = reading.get_entry(tx, request.entry_id, request.version)
        return pb.GetEntryResponse(entry=to.entry_message(shown), offers=map(to.offer, reading.offers(tx, shown.entry)))

    def ListEntries(self, request: pb.ListEntriesRequest, tx: Tx) -> pb.ListEntriesResponse:
        """The newest edit first."""
        found, token = reading.list_entries(tx, request.page, request.unit_id, to.state_of(request.state))
        return pb.ListEntriesResponse(entries=map(to.summary_message, found), next_page_token=token)

    def ListVersions(self, request: pb.ListVersionsRequest, tx: Tx) -> pb.ListVersionsResponse:
        """Newest first."""
        found, token = reading.list_versions(tx, request.entry_id, request.page)
        return pb.ListVersionsResponse(versions=map(to.version_message, found), next_page_token=token)

    def CompareVersions(self, request: pb.CompareVersionsRequest, tx: Tx) -> pb.CompareVersionsResponse:
        """Field by field."""
        found = reading.compare_versions(tx, request.entry_id, request.before, request.after)
        return pb.CompareVersionsResponse(differences=map(to.difference_message, found))


class AttachmentDoor:
    """Documents of an entry."""

    service = "hotline.kb.v1.AttachmentService"

    def UploadAttachment(self, request: attach_pb.UploadAttachmentRequest, tx: Tx) -> attach_pb.UploadAttachmentResponse:
        """Taken by what it is."""
        taken = attaching.upload_attachment(tx, request.entry_id, request.name, request.content, request.sha256)
        return attach_pb.UploadAttachmentResponse(attachment=to.attachment_message(taken))

    def DownloadAttachment(self, request: attach_pb.DownloadAttachmentRequest, tx: Tx) -> attach_pb.DownloadAttachmentResponse:
        """To whoever sees a text that names it."""
        attachment, content = attaching.download_attachment(tx, request.entry_id, request.attachment_id)
        return attach_pb.DownloadAttachmentResponse(attachment=to.attachment_message(attachment), content=content)


class PortingDoor:
    """Entries as files."""

    service = "hotline.kb.v1.PortingService"

    def ImportEntries(self, request: porting_pb.ImportEntriesRequest, tx: Tx) -> porting_pb.ImportEntriesResponse:
        """6(4): with a report."""
        report = porting.import_entries(tx, to.format_of(request.format), request.content)
        refused = [porting_pb.RefusedLine(line=each.line, reason=each.reason) for each in report.refused]
        return porting_pb.ImportEntriesResponse(entry_ids=report.entry_ids, refused=refused)

    def ExportEntries(self, request: porting_pb.ExportEntriesRequest, tx: Tx) -> porting_pb.ExportEntriesResponse:
        """A page to a file."""
        content, token = porting.export_entries(tx, to.format_of(request.format), request.page)
        return porting_pb.ExportEntriesResponse(content=content, next_page_token=token)


class JournalDoor:
    """The journal of an entry."""

    service = "hotline.kb.v1.JournalService"

    def ListJournalEntries(self, request: journal_pb.ListJournalEntriesRequest, tx: Tx) -> journal_pb.ListJournalEntriesResponse:
        """Art. 10: oldest first."""
        steps, token = reading.list_journal(tx, request.entry_id, request.page)
        return journal_pb.ListJournalEntriesResponse(entries=[journal.shown(step, JournalEntry) for step in steps], next_page_token=token)
