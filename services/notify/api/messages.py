"""Messages with their attempts, and what a rating link leads to."""

from __future__ import annotations

from chassis.stamps import stamp
from chassis.store import Tx
from hotline.notify.v1 import messages_pb2 as pb
from hotline.notify.v1 import ratings_pb2 as ratings
from services.notify import messages as to
from services.notify.actions import repeating
from services.notify.sealed import read_rating
from services.notify.store import messages


class MessageDoor:
    """What became of messages."""

    service = "hotline.notify.v1.MessageService"

    def ListMessages(self, request: pb.ListMessagesRequest, tx: Tx) -> pb.ListMessagesResponse:
        """The newest first."""
        rows, token = messages.page_of(tx, request.page, request.ticket_id, request.unit_id, to.state_of(request.state))
        again = messages.sent_again(tx, rows)
        shown = [to.message_message(row, again_id=again.get(row["message_id"], "")) for row in rows]
        return pb.ListMessagesResponse(messages=shown, next_page_token=token)

    def GetMessage(self, request: pb.GetMessageRequest, tx: Tx) -> pb.GetMessageResponse:
        """With every attempt."""
        row = messages.one(tx, request.message_id)
        attempts = messages.attempts_of(tx, [request.message_id])[request.message_id]
        again = messages.sent_again(tx, [row]).get(request.message_id, "")
        return pb.GetMessageResponse(message=to.message_message(row, attempts, again))

    def SendMessageAgain(self, request: pb.SendMessageAgainRequest, tx: Tx) -> pb.SendMessageAgainResponse:
        """As a message of its own."""
        return pb.SendMessageAgainResponse(again_id=repeating.send_message_again(tx, request.message_id))


class RatingLinkDoor:
    """What a caller opened."""

    service = "hotline.notify.v1.RatingLinkService"

    def OpenRatingLink(self, request: ratings.OpenRatingLinkRequest, tx: Tx) -> ratings.OpenRatingLinkResponse:
        """11(8): the order it may rate."""
        rating = read_rating(tx.settings, request.token, tx.now)
        until = stamp(rating.until)
        return ratings.OpenRatingLinkResponse(tenant_id=rating.tenant_id, order_id=rating.order_id, round=rating.round, until=until)
