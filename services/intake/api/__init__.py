"""intake's gRPC door: message ↔ action."""

from chassis.grpc.reveal_door import reveal_door
from chassis.store import Store
from services.intake.actions.revealing import about_others
from services.intake.api.contacting import ContactDoor, StopDoor
from services.intake.api.suggesting import GroupDoor, SuggestionDoor
from services.intake.api.tickets import AttachmentDoor, CallerDoor, CategoryDoor, DeclineDoor, DraftDoor, JournalDoor, MaskDoor, TicketDoor
from services.intake.api.tracking import TrackingDoor
from services.intake.counting import know_tenants
from services.intake.store.tables import REVEALED

DOORS = (
    TicketDoor,
    DeclineDoor,
    CallerDoor,
    MaskDoor,
    AttachmentDoor,
    CategoryDoor,
    DraftDoor,
    JournalDoor,
    SuggestionDoor,
    GroupDoor,
    ContactDoor,
    StopDoor,
    TrackingDoor,
    reveal_door("intake", REVEALED, about_others),
)


def warm(store: Store) -> None:
    """Have the series of every tenant before anything is counted."""
    know_tenants(store)
