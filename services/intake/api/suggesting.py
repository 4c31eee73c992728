"""SuggestionService and GroupService."""

from __future__ import annotations

from collections.abc import Callable

from chassis.enums import number_of
from chassis.store import Tx
from hotline.intake.v1 import groups_pb2 as groups_pb
from hotline.intake.v1 import suggestions_pb2 as pb
from hotline.ticket.v1 import ticket_pb2
from services.intake import messages as to
from services.intake.actions import grouping, suggesting
from services.intake.api.tickets import shown
from services.intake.rules.alike import Alike, Said
from services.intake.rules.likeness import REPEAT
from services.intake.suggestions import suggest_answers

URGENT_KIND, EARLIER_KIND = ticket_pb2.UrgentKind.DESCRIPTOR, pb.EarlierKind.DESCRIPTOR


class SuggestionDoor:
    """Suggestions; a person decides."""

    service = "hotline.intake.v1.SuggestionService"

    def SuggestCategory(self, request: pb.SuggestCategoryRequest, tx: Tx) -> pb.SuggestCategoryResponse:
        """Three, with the words that speak for them."""
        found = suggesting.suggest_category(tx, Said(request.title, request.text))
        basis = pb.CATEGORY_BASIS_MODEL if found.model_version else pb.CATEGORY_BASIS_KEYWORDS
        suggestions = [pb.CategorySuggestion(**vars(each)) for each in found.suggestions]
        return pb.SuggestCategoryResponse(suggestions=suggestions, basis=basis, model_version=found.model_version)

    def SuggestUrgency(self, request: pb.SuggestUrgencyRequest, _tx: Tx) -> pb.SuggestUrgencyResponse:
        """Art. 13: the kinds it speaks of."""
        found = suggesting.suggest_urgency(Said(request.title, request.text))
        suggestions = [pb.UrgencySuggestion(kind=number_of(URGENT_KIND, each.kind), words=each.words, scale=each.scale) for each in found]
        return pb.SuggestUrgencyResponse(suggestions=suggestions)

    def SuggestEarlierTickets(self, request: pb.SuggestEarlierTicketsRequest, tx: Tx) -> pb.SuggestEarlierTicketsResponse:
        """11(1): what the same caller said before."""
        found = suggesting.suggest_earlier_tickets(tx, request.ticket_id, request.phone, Said(request.title, request.text))
        return pb.SuggestEarlierTicketsResponse(suggestions=[_earlier(tx, each) for each in found])

    def SuggestAnswers(self, request: pb.SuggestAnswersRequest, tx: Tx) -> Callable[[], pb.SuggestAnswersResponse]:
        """11(1): from the knowledge base, asked once the transaction is over."""
        return suggest_answers(tx, request)

    def SuggestSameEvent(self, request: pb.SuggestSameEventRequest, tx: Tx) -> pb.SuggestSameEventResponse:
        """Art. 14: what others said of the same event."""
        found = suggesting.suggest_same_event(tx, request.ticket_id, request.district, Said(request.title, request.text))
        return pb.SuggestSameEventResponse(suggestions=[_same_event(tx, each) for each in found])


class GroupDoor:
    """Tickets of one event."""

    service = "hotline.intake.v1.GroupService"

    def GroupTicket(self, request: groups_pb.GroupTicketRequest, tx: Tx) -> groups_pb.GroupTicketResponse:
        """Art. 14: under the one that leads."""
        grouped = grouping.group_ticket(tx, request.ticket_id, request.version, request.under_ticket_id)
        return groups_pb.GroupTicketResponse(ticket=shown(tx, grouped))

    def UngroupTicket(self, request: groups_pb.UngroupTicketRequest, tx: Tx) -> groups_pb.UngroupTicketResponse:
        """Art. 14: by itself again."""
        alone = grouping.ungroup_ticket(tx, request.ticket_id, request.version, request.reason)
        return groups_pb.UngroupTicketResponse(ticket=shown(tx, alone))

    def ListTicketGroup(self, request: groups_pb.ListTicketGroupRequest, tx: Tx) -> groups_pb.ListTicketGroupResponse:
        """Newest first."""
        tickets, token = grouping.list_ticket_group(tx, request.ticket_id, request.page)
        lines = [to.summary_message(each, tx.now) for each in tickets]
        return groups_pb.ListTicketGroupResponse(tickets=lines, next_page_token=token)


def _earlier(tx: Tx, found: Alike) -> pb.EarlierTicket:
    kind = number_of(EARLIER_KIND, found.kind or "")
    ticket = to.summary_message(found.ticket, tx.now)
    return pb.EarlierTicket(ticket=ticket, kind=kind, likeness=found.likeness, reason=found.reason)


def _same_event(tx: Tx, found: Alike) -> pb.SameEventTicket:
    ticket = to.summary_message(found.ticket, tx.now)
    return pb.SameEventTicket(ticket=ticket, likeness=found.likeness, perhaps_repeat=found.likeness >= REPEAT, reason=found.reason)
