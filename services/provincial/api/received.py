"""What the province sent."""

from __future__ import annotations

from chassis.store import Tx
from hotline.provincial.v1 import received_pb2 as pb
from services.provincial import messages as to
from services.provincial.store import keeping, messages, orders


class ProvincialOrderDoor:
    """The province's orders."""

    service = "hotline.provincial.v1.ProvincialOrderService"

    def ListProvincialOrders(self, request: pb.ListProvincialOrdersRequest, tx: Tx) -> pb.ListProvincialOrdersResponse:
        """11(3), 13: both dates; the earlier rules."""
        rows, token = orders.page_of(tx, request.page, flagged=request.flagged)
        return pb.ListProvincialOrdersResponse(orders=map(to.order_message, rows), next_page_token=token)


class ReceivedMessageDoor:
    """Messages that were taken, and those that were refused."""

    service = "hotline.provincial.v1.ReceivedMessageService"

    def ListReceivedMessages(self, request: pb.ListReceivedMessagesRequest, tx: Tx) -> pb.ListReceivedMessagesResponse:
        """With what of them was not understood."""
        rows, token = messages.page_of(tx, request.page, request.provincial_number)
        return pb.ListReceivedMessagesResponse(messages=map(to.received_message, rows), next_page_token=token)

    def ListRefusedMessages(self, request: pb.ListRefusedMessagesRequest, tx: Tx) -> pb.ListRefusedMessagesResponse:
        """With why."""
        rows, token = keeping.refusals_page(tx, request.page)
        return pb.ListRefusedMessagesResponse(messages=map(to.refused_message, rows), next_page_token=token)
