"""Inboxes of units."""

from __future__ import annotations

from collections.abc import Callable

from chassis.store import Tx
from hotline.notify.v1 import inbox_pb2 as pb
from services.notify import messages as to
from services.notify.actions import reading


class InboxDoor:
    """The inbox of the caller's unit."""

    service = "hotline.notify.v1.InboxService"

    def ListItems(self, request: pb.ListItemsRequest, tx: Tx) -> pb.ListItemsResponse:
        """The newest first."""
        rows, token, unread = reading.list_items(tx, request.page, unread=request.unread)
        return pb.ListItemsResponse(items=map(to.item_message, rows), next_page_token=token, unread=unread)

    def ListChanges(self, request: pb.ListChangesRequest, tx: Tx) -> Callable[[], pb.ListChangesResponse]:
        """The oldest first; waits once the transaction is over."""
        wait = reading.list_changes(tx, request.page, request.wait.ToTimedelta().total_seconds())

        def answer() -> pb.ListChangesResponse:
            rows, token = wait()
            return pb.ListChangesResponse(items=map(to.item_message, rows), next_page_token=token)

        return answer

    def MarkRead(self, request: pb.MarkReadRequest, tx: Tx) -> pb.MarkReadResponse:
        """By the first of the unit."""
        return pb.MarkReadResponse(items=map(to.item_message, reading.mark_read(tx, request.item_ids)))
