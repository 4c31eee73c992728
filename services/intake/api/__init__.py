"""intake's gRPC door: message ↔ action."""

from services.intake.api.contacting import ContactDoor, StopDoor
from services.intake.api.suggesting import GroupDoor, SuggestionDoor
from services.intake.api.tickets import AttachmentDoor, CallerDoor, CategoryDoor, DeclineDoor, DraftDoor, JournalDoor, MaskDoor, TicketDoor

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
)
