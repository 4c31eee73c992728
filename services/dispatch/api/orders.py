"""OrderService."""

from __future__ import annotations

import datetime as dt

from chassis import journal
from chassis.errors import Denied, Invalid
from chassis.store import Tx
from hotline.dispatch.v1 import orders_pb2 as pb
from hotline.ticket.v1.ticket_pb2 import JournalEntry
from services.dispatch.actions import showing
from services.dispatch.api.translating import filter_of
from services.dispatch.messages import order_message
from services.dispatch.store import copies, lists
from services.dispatch.words import step_term


class OrderDoor:
    """Orders."""

    service = "hotline.dispatch.v1.OrderService"

    def GetOrder(self, request: pb.GetOrderRequest, tx: Tx) -> pb.GetOrderResponse:
        """With all that hangs on it."""
        return showing.show_order(tx, request.order_id)

    def ListOrders(self, request: pb.ListOrdersRequest, tx: Tx) -> pb.ListOrdersResponse:
        """Newest first."""
        tenant_id = request.tenant_id or tx.by.tenant_id
        if tenant_id not in tx.by.reads:
            raise Denied("您无权查看该热线工作机构的工单")
        mine = lists.visible(tx, tenant_id, at_hub=copies.at_hub(tx), handled=request.handled)
        rows, token = lists.everything(tx, filter_of(request.filter), request.page, mine, *lists.named(request.ticket_id, request.number))
        return pb.ListOrdersResponse(orders=[order_message(row, tx.now) for row in rows], next_page_token=token)

    def ListJournal(self, request: pb.ListJournalRequest, tx: Tx) -> pb.ListJournalResponse:
        """Oldest first."""
        entries, token = showing.list_journal(tx, request.order_id, request.page)
        steps = [journal.shown(each, JournalEntry, term=step_term(each.verb)) for each in entries]
        return pb.ListJournalResponse(entries=steps, next_page_token=token)

    def CountHubBreaches(self, request: pb.CountHubBreachesRequest, tx: Tx) -> pb.CountHubBreachesResponse:
        """Late dispatches and late decisions."""
        first, last = dt.date.fromisoformat(request.from_day), dt.date.fromisoformat(request.to_day)
        if first > last:
            raise Invalid("to_day", "结束日期应不早于开始日期")
        return pb.CountHubBreachesResponse(breaches=showing.count_hub_breaches(tx, first, last))
