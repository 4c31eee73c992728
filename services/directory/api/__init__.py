"""The gRPC door: message ↔ action."""

from chassis.grpc.reveal_door import reveal_door
from services.directory.api.calendars import CalendarDoor
from services.directory.api.contacts import ContactDoor
from services.directory.api.journal import JournalDoor
from services.directory.api.people import PersonDoor
from services.directory.api.sessions import SessionDoor
from services.directory.api.systems import SystemDoor
from services.directory.api.tenants import TenantDoor
from services.directory.api.units import UnitDoor
from services.directory.store.tables import REVEALED

DOORS = (
    TenantDoor,
    UnitDoor,
    ContactDoor,
    PersonDoor,
    SessionDoor,
    SystemDoor,
    CalendarDoor,
    JournalDoor,
    reveal_door("directory", REVEALED),
)
