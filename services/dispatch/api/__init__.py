"""The gRPC door of dispatch: a class for each service of its protos."""

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
    ReviewDoor,
    CallBackDoor,
    ClosingDoor,
    CalendarDoor,
    SuggestionDoor,
)
