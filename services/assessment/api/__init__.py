"""assessment's gRPC door: message ↔ action."""

from services.assessment.api.rates import RateDoor

DOORS = (RateDoor,)
