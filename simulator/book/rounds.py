"""What became of a round, and of what was asked for in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass
class Round:
    """A delivery to a unit (轮次); what is None did not happen."""

    number: int
    unit_id: str
    delivered: datetime
    signed_in: datetime | None = None
    reported: datetime | None = None
    replied: datetime | None = None
    passed: datetime | None = None
    ending: str = "UNSPECIFIED"
    late_return: bool = False
    extensions: int = 0
    promises: int = 0
    deficient: int = 0
    attempts: int = 0
    link_sent: datetime | None = None
    unreachable: datetime | None = None
    process: str = "UNSPECIFIED"
    result: str = "UNSPECIFIED"
    via: str = "UNSPECIFIED"
    rated: datetime | None = None


@dataclass
class Asked:
    """What a unit asked the hub for: a return, an extension, a 续报."""

    facet: str
    at: datetime
    round: int
    days: int
    promised_on: date
    late: bool
    decide_by: datetime | None = None
    decision: str = "UNSPECIFIED"
    decided: datetime | None = None
    escalated: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether it waits for the hub."""
        return self.decision == "UNSPECIFIED"

    @property
    def late_decision(self) -> bool:
        """11(4): whether the hub took longer than it may: its own breach."""
        return self.decide_by is not None and self.decided is not None and self.decided > self.decide_by

    def decide(self, decision: str, at: datetime) -> None:
        """Granted, refused or lapsed."""
        self.decision, self.decided = decision, at
