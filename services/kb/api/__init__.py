"""kb's gRPC door: message ↔ action."""

from chassis.store import Store
from services.kb.api.entries import AttachmentDoor, EntryDoor, JournalDoor, PortingDoor
from services.kb.api.search import SearchDoor
from services.kb.api.upkeep import FeedbackDoor, GapDoor, UpkeepDoor
from services.kb.finding import finder_of

DOORS = (EntryDoor, AttachmentDoor, SearchDoor, FeedbackDoor, GapDoor, UpkeepDoor, PortingDoor, JournalDoor)


def warm(store: Store) -> None:
    """Build the index before anybody is let in: without it no search is answered."""
    finder_of(store).warm()


__all__ = ["DOORS", "warm"]
