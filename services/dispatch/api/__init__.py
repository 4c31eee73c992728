"""The gRPC door of dispatch: a class for each service of its protos."""

from chassis.store import Store
from services.dispatch.api.answering import ReplyDoor, ReviewDoor
from services.dispatch.api.assigning import AssignmentDoor
from services.dispatch.api.assisting import AssistingDoor
from services.dispatch.api.calendars import CalendarDoor
from services.dispatch.api.calling_back import CallBackDoor, ClosingDoor
from services.dispatch.api.coordinating import CoordinationDoor
from services.dispatch.api.desks import DeskDoor
from services.dispatch.api.orders import OrderDoor
from services.dispatch.api.raising import UrgencyDoor
from services.dispatch.api.requesting import ExtensionDoor, ProgressReportDoor, ReturnDoor
from services.dispatch.api.suggesting import SuggestionDoor
from services.dispatch.api.templating import ReplyTemplateDoor
from services.dispatch.counting import know_tenants

DOORS = (
    OrderDoor,
    DeskDoor,
    AssignmentDoor,
    UrgencyDoor,
    AssistingDoor,
    CoordinationDoor,
    ReturnDoor,
    ExtensionDoor,
    ProgressReportDoor,
    ReplyDoor,
    ReplyTemplateDoor,
    ReviewDoor,
    CallBackDoor,
    ClosingDoor,
    CalendarDoor,
    SuggestionDoor,
)


def warm(store: Store) -> None:
    """Have the series of every tenant before anything is counted."""
    know_tenants(store)
