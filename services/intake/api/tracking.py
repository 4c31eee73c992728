"""What callers may know of their tickets."""

from __future__ import annotations

from chassis.stamps import instant_of
from chassis.store import Tx
from hotline.intake.v1 import tracking_pb2 as pb
from services.intake import messages as to
from services.intake.actions import tracking
from services.intake.store.tickets import Filter


class TrackingDoor:
    """For callers, through the gateway or a channel's system."""

    service = "hotline.intake.v1.TrackingService"

    def TrackTicket(self, request: pb.TrackTicketRequest, tx: Tx) -> pb.TrackTicketResponse:
        """By number and the end of the telephone number."""
        return pb.TrackTicketResponse(ticket=to.tracked_message(tracking.track_ticket(tx, request.number, request.phone_suffix)))

    def ListTrackedTickets(self, request: pb.ListTrackedTicketsRequest, tx: Tx) -> pb.ListTrackedTicketsResponse:
        """What the calling system registered."""
        chosen = Filter(
            states=to.states_of(request.states),
            category=request.category,
            received_from=instant_of(request, "from_at"),
            received_before=instant_of(request, "to_at"),
        )
        tickets, token = tracking.list_tracked_tickets(tx, chosen, request.page)
        return pb.ListTrackedTicketsResponse(tickets=[to.tracked_line(each) for each in tickets], next_page_token=token)
