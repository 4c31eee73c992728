"""notify's gRPC door: message ↔ action."""

from services.notify.api.inbox import InboxDoor
from services.notify.api.messages import MessageDoor, RatingLinkDoor
from services.notify.api.setting import TemplateDoor, WebhookDoor

DOORS = (InboxDoor, MessageDoor, RatingLinkDoor, TemplateDoor, WebhookDoor)

__all__ = ["DOORS"]
