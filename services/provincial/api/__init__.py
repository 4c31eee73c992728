"""provincial's gRPC door: message ↔ action."""

from services.provincial.api.feedback import FeedbackDoor, ReconciliationDoor
from services.provincial.api.received import ProvincialOrderDoor, ReceivedMessageDoor

DOORS = (FeedbackDoor, ProvincialOrderDoor, ReceivedMessageDoor, ReconciliationDoor)

__all__ = ["DOORS"]
