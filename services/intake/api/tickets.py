"""Tickets, how they are declined, callers, masks, attachments, categories, drafts and the journal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from chassis import journal
from chassis.stamps import stamp
from chassis.store import Tx
from hotline.intake.v1 import attachments_pb2 as attach_pb
from hotline.intake.v1 import callers_pb2 as callers_pb
from hotline.intake.v1 import categories_pb2 as tree_pb
from hotline.intake.v1 import content_pb2 as content_pb
from hotline.intake.v1 import declines_pb2 as declines_pb
from hotline.intake.v1 import drafts_pb2 as drafts_pb
from hotline.intake.v1 import journal_pb2 as journal_pb
from hotline.intake.v1 import masks_pb2 as masks_pb
from hotline.intake.v1 import ticket_pb2 as ticket_pb
from hotline.intake.v1 import tickets_pb2 as pb
from hotline.ticket.v1.ticket_pb2 import JournalEntry
from regulation.declining import DECLINES
from regulation.instants import closing
from services.intake import messages as to
from services.intake.actions import attaching, categorising, declining, drafting, listing, registering, revealing, settling
from services.intake.lifecycle import VERB_TERMS
from services.intake.rules.categories import Category
from services.intake.rules.settling import Citation
from services.intake.rules.ticket import Ticket
from services.intake.store.tickets import Filter


def shown(tx: Tx, ticket: Ticket) -> ticket_pb.Ticket:
    """A ticket as whoever works on it sees it."""
    return to.ticket_message(listing.show(tx, ticket), tx.now)


def chosen(request: pb.ListTicketsRequest | pb.SearchTicketsRequest) -> Filter:
    """What lists and searches are narrowed by alike."""
    return Filter(
        states=to.states_of(request.states),
        category=request.category,
        district=request.district,
        town=request.town,
        received_from=closing(date.fromisoformat(request.received_from), 0) if request.received_from else None,
        received_before=closing(date.fromisoformat(request.received_to), 1440) if request.received_to else None,
    )


class TicketDoor:
    """Tickets, a method for each transition."""

    service = "hotline.intake.v1.TicketService"

    def RegisterTicket(self, request: pb.RegisterTicketRequest, tx: Tx) -> pb.RegisterTicketResponse:
        """Art. 2, 10: a ticket from what a caller says."""
        content = to.content_of(request.content)
        done = registering.register_ticket(tx, content, masking_confirmed=request.masking_confirmed, draft_id=request.draft_id)
        repeats = [to.summary_message(each, tx.now) for each in done.perhaps_repeats]
        shown = listing.Shown(done.ticket, done.caller, [])
        return pb.RegisterTicketResponse(ticket=to.ticket_message(shown, tx.now), perhaps_repeats=repeats)

    def AmendTicket(self, request: pb.AmendTicketRequest, tx: Tx) -> pb.AmendTicketResponse:
        """Art. 10: classify, place and mask what is registered."""
        amendment = registering.Amendment(
            nature=to.nature_of(request.nature),
            urgency=to.urgency_of(request.urgency),
            urgent_kind=to.urgent_kind_of(request.urgent_kind),
            category=request.category,
            title=request.title,
            place=to.place_of(request.place) if request.HasField("place") else None,
            parties=to.parties_of(request.parties.parties) if request.HasField("parties") else None,
            mask_words=tuple(request.mask_words),
            masking_confirmed=request.masking_confirmed,
        )
        return pb.AmendTicketResponse(ticket=shown(tx, registering.amend_ticket(tx, request.ticket_id, request.version, amendment)))

    def FormTicket(self, request: pb.FormTicketRequest, tx: Tx) -> pb.FormTicketResponse:
        """11(1): it becomes an order to be dispatched."""
        formed = settling.form_ticket(tx, request.ticket_id, request.version, request.recurs_ticket_id)
        return pb.FormTicketResponse(ticket=shown(tx, formed))

    def AnswerDirectly(self, request: pb.AnswerDirectlyRequest, tx: Tx) -> pb.AnswerDirectlyResponse:
        """11(1): it is answered on the spot."""
        cited = Citation(request.citation.entry_id, request.citation.version)
        answered = settling.answer_directly(tx, request.ticket_id, request.version, request.answer, cited)
        return pb.AnswerDirectlyResponse(ticket=shown(tx, answered))

    def DeclineTicket(self, request: pb.DeclineTicketRequest, tx: Tx) -> pb.DeclineTicketResponse:
        """Art. 3, 11(1): not taken, with a code and the words to say."""
        code = to.code_of(request.code)
        declined = declining.decline_ticket(
            tx, request.ticket_id, request.version, code, request.words, request.turn_to, request.repeats_ticket_id
        )
        return pb.DeclineTicketResponse(ticket=shown(tx, declined))

    def PassEmergency(self, request: pb.PassEmergencyRequest, tx: Tx) -> pb.PassEmergencyResponse:
        """Art. 3: passed to 110, 119 or 120."""
        number = to.emergency_of(request.number)
        passed = settling.pass_emergency(tx, request.ticket_id, request.version, number, request.note)
        return pb.PassEmergencyResponse(ticket=shown(tx, passed))

    def SupplementTicket(self, request: pb.SupplementTicketRequest, tx: Tx) -> pb.SupplementTicketResponse:
        """Art. 10: the caller adds something."""
        return pb.SupplementTicketResponse(ticket=shown(tx, settling.supplement_ticket(tx, request.ticket_id, request.text)))

    def WithdrawTicket(self, request: pb.WithdrawTicketRequest, tx: Tx) -> pb.WithdrawTicketResponse:
        """11(1): the caller takes it back."""
        withdrawn = settling.withdraw_ticket(tx, request.ticket_id, request.version, request.reason)
        return pb.WithdrawTicketResponse(ticket=shown(tx, withdrawn))

    def GetTicket(self, request: pb.GetTicketRequest, tx: Tx) -> pb.GetTicketResponse:
        """Art. 17: to whoever may read it, masked."""
        shown = listing.get_ticket(tx, request.ticket_id)
        offers = to.offers(shown.ticket) if shown.ticket.tenant_id == tx.by.tenant_id else ()
        return pb.GetTicketResponse(ticket=to.ticket_message(shown, tx.now), offers=offers)

    def ListTickets(self, request: pb.ListTicketsRequest, tx: Tx) -> pb.ListTicketsResponse:
        """Art. 17: what the caller may read, newest first."""
        wanted = replace(chosen(request), number=request.number, decline_requested=request.decline_requested, held_by=request.unit_id)
        tickets, token = listing.list_tickets(tx, wanted, request.page)
        return pb.ListTicketsResponse(tickets=[to.summary_message(each, tx.now) for each in tickets], next_page_token=token)

    def SearchTickets(self, request: pb.SearchTicketsRequest, tx: Tx) -> pb.SearchTicketsResponse:
        """Art. 17: the same by its words."""
        tickets, token = listing.search_tickets(tx, request.words, chosen(request), request.page)
        answer = pb.SearchTicketsResponse(next_page_token=token)
        for ticket, where in tickets:
            answer.found.add(ticket=to.summary_message(ticket, tx.now), words=where.words, excerpt=where.excerpt)
        return answer

    def FindTicketsOfCaller(self, request: pb.FindTicketsOfCallerRequest, tx: Tx) -> pb.FindTicketsOfCallerResponse:
        """By the keyed hash of the number."""
        tickets, token = listing.find_tickets_of_caller(tx, request.phone, request.page)
        return pb.FindTicketsOfCallerResponse(tickets=[to.summary_message(each, tx.now) for each in tickets], next_page_token=token)


class DeclineDoor:
    """Reasons to decline, and the officer's part."""

    service = "hotline.intake.v1.DeclineService"

    def ListDeclineReasons(self, _: declines_pb.ListDeclineReasonsRequest, _tx: Tx) -> declines_pb.ListDeclineReasonsResponse:
        """Art. 3, 11(1): each with its words."""
        return declines_pb.ListDeclineReasonsResponse(reasons=[to.reason_message(decline) for decline in DECLINES.values()])

    def RequestDecline(self, request: declines_pb.RequestDeclineRequest, tx: Tx) -> declines_pb.RequestDeclineResponse:
        """11(1): an operator asks an officer to decline a repeat."""
        requested = declining.request_decline(tx, request.ticket_id, request.version, request.repeats_ticket_id)
        return declines_pb.RequestDeclineResponse(ticket=shown(tx, requested))

    def RefuseDecline(self, request: declines_pb.RefuseDeclineRequest, tx: Tx) -> declines_pb.RefuseDeclineResponse:
        """11(1): the officer finds it is none."""
        refused = declining.refuse_decline(tx, request.ticket_id, request.version, request.reason)
        return declines_pb.RefuseDeclineResponse(ticket=shown(tx, refused))


class CallerDoor:
    """Who called and what was said, by a reason."""

    service = "hotline.intake.v1.CallerService"

    def RevealCaller(self, request: callers_pb.RevealCallerRequest, tx: Tx) -> callers_pb.RevealCallerResponse:
        """Art. 17: who called."""
        caller = revealing.reveal_caller(tx, request.ticket_id, request.reason)
        return callers_pb.RevealCallerResponse(caller=content_pb.Caller(**vars(caller)))

    def RevealText(self, request: callers_pb.RevealTextRequest, tx: Tx) -> callers_pb.RevealTextResponse:
        """Art. 17: what was said, word for word."""
        original, added = revealing.reveal_text(tx, request.ticket_id, request.reason)
        supplements = [callers_pb.RevealedSupplement(supplement_id=each.supplement_id, text=each.text, at=stamp(each.at)) for each in added]
        return callers_pb.RevealTextResponse(**vars(original), supplements=supplements)


class MaskDoor:
    """What others will see of a text."""

    service = "hotline.intake.v1.MaskService"

    def PreviewMask(self, request: masks_pb.PreviewMaskRequest, _tx: Tx) -> masks_pb.PreviewMaskResponse:
        """Art. 17: what others will see."""
        masked = registering.preview_mask(to.content_of(request.content))
        return masks_pb.PreviewMaskResponse(title=masked.title, text=masked.text, place_address=masked.place.address)


class AttachmentDoor:
    """Attachments."""

    service = "hotline.intake.v1.AttachmentService"

    def UploadAttachment(self, request: attach_pb.UploadAttachmentRequest, tx: Tx) -> attach_pb.UploadAttachmentResponse:
        """Art. 10: taken by what it is."""
        taken = attaching.upload_attachment(tx, request.ticket_id, request.name, request.content, request.size, request.sha256)
        return attach_pb.UploadAttachmentResponse(attachment=to.attachment_message(taken))

    def ListAttachments(self, request: attach_pb.ListAttachmentsRequest, tx: Tx) -> attach_pb.ListAttachmentsResponse:
        """Art. 17: without their content."""
        attachments, token = attaching.list_attachments(tx, request.ticket_id, request.page)
        return attach_pb.ListAttachmentsResponse(attachments=[to.attachment_message(each) for each in attachments], next_page_token=token)

    def DownloadAttachment(self, request: attach_pb.DownloadAttachmentRequest, tx: Tx) -> attach_pb.DownloadAttachmentResponse:
        """Art. 17: to whoever may have it; journalled."""
        attachment, content = attaching.download_attachment(tx, request.attachment_id)
        return attach_pb.DownloadAttachmentResponse(attachment=to.attachment_message(attachment), content=content)


class CategoryDoor:
    """The tree of categories."""

    service = "hotline.intake.v1.CategoryService"

    def ListCategories(self, request: tree_pb.ListCategoriesRequest, tx: Tx) -> tree_pb.ListCategoriesResponse:
        """A version of the tree."""
        listed = categorising.list_categories(tx, request.parent, request.version, request.page)
        found = [to.category_message(category) for category in listed.categories]
        return tree_pb.ListCategoriesResponse(categories=found, version=listed.version, next_page_token=listed.next_page_token)

    def AddCategory(self, request: tree_pb.AddCategoryRequest, tx: Tx) -> tree_pb.AddCategoryResponse:
        """A new node."""
        category = Category(request.code, request.name, tuple(request.keywords))
        version = categorising.add_category(tx, request.version, category)
        return tree_pb.AddCategoryResponse(category=to.category_message(category), version=version)

    def RenameCategory(self, request: tree_pb.RenameCategoryRequest, tx: Tx) -> tree_pb.RenameCategoryResponse:
        """Another name."""
        category, version = categorising.rename_category(tx, request.version, request.code, request.name)
        return tree_pb.RenameCategoryResponse(category=to.category_message(category), version=version)

    def RetireCategory(self, request: tree_pb.RetireCategoryRequest, tx: Tx) -> tree_pb.RetireCategoryResponse:
        """No longer to be chosen."""
        category, version = categorising.retire_category(tx, request.version, request.code)
        return tree_pb.RetireCategoryResponse(category=to.category_message(category), version=version)


class DraftDoor:
    """An operator's own drafts."""

    service = "hotline.intake.v1.DraftService"

    def SaveDraft(self, request: drafts_pb.SaveDraftRequest, tx: Tx) -> drafts_pb.SaveDraftResponse:
        """What was typed so far."""
        typed = request.content
        draft = drafting.save_draft(tx, request.draft_id, request.version, to.content_of(typed), typed.SerializeToString())
        return drafts_pb.SaveDraftResponse(draft=to.draft_message(draft))

    def LoadDraft(self, request: drafts_pb.LoadDraftRequest, tx: Tx) -> drafts_pb.LoadDraftResponse:
        """To whoever typed it; journalled."""
        draft, typed = drafting.load_draft(tx, request.draft_id)
        return drafts_pb.LoadDraftResponse(draft=to.draft_message(draft), content=content_pb.TicketContent.FromString(typed))

    def ListDrafts(self, request: drafts_pb.ListDraftsRequest, tx: Tx) -> drafts_pb.ListDraftsResponse:
        """The caller's own."""
        drafts, token = drafting.list_drafts(tx, request.page)
        return drafts_pb.ListDraftsResponse(drafts=[to.draft_message(draft) for draft in drafts], next_page_token=token)

    def DiscardDraft(self, request: drafts_pb.DiscardDraftRequest, tx: Tx) -> drafts_pb.DiscardDraftResponse:
        """Taken away."""
        drafting.discard_draft(tx, request.draft_id)
        return drafts_pb.DiscardDraftResponse()


class JournalDoor:
    """intake's part of a ticket's journal."""

    service = "hotline.intake.v1.JournalService"

    def ListJournalEntries(self, request: journal_pb.ListJournalEntriesRequest, tx: Tx) -> journal_pb.ListJournalEntriesResponse:
        """Art. 10: oldest first."""
        entries, token = listing.list_journal(tx, request.ticket_id, request.page)
        steps = [journal.shown(entry, JournalEntry, term=VERB_TERMS.get(entry.verb, "")) for entry in entries]
        return journal_pb.ListJournalEntriesResponse(entries=steps, next_page_token=token)
