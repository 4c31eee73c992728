"""A ticket's page in the book: what became of it at intake, and its order's story."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from regulation.policy import Policy
from simulator.book.story import Story

OF_ORDER = {"CLOSED": "CLOSED", "WITHDRAWN": "WITHDRAWN"}


@dataclass
class Page:
    """A registered ticket. States, codes and numbers are spelt as in the protos, without their prefix."""

    number: int
    ticket_id: str
    channel: str
    urgent: bool
    received_at: datetime
    state: str = "REGISTERED"
    settled_at: datetime | None = None
    decline_code: str = "UNSPECIFIED"
    repeats: str = ""
    recurs: str = ""
    passed_to: str = "UNSPECIFIED"
    supplements: int = 0
    attachments: int = 0
    story: Story | None = None

    def settle(self, state: str, at: datetime) -> None:
        """It left intake."""
        self.state, self.settled_at = state, at

    @property
    def state_now(self) -> str:
        """11(10): a formed ticket closes with its order."""
        if self.state != "FORMED" or self.story is None:
            return self.state
        return OF_ORDER.get(self.story.standing().state, self.state)

    @property
    def outcome(self) -> str:
        """As the summary counts it: a withdrawn one is closed, a passed emergency answered."""
        counted = {"DECLINED": "declined", "ANSWERED": "answered", "PASSED": "answered", "CLOSED": "closed", "WITHDRAWN": "closed"}
        return counted.get(self.state_now, "open")

    def settle_by(self, policy: Policy) -> datetime:
        """11(1): an hour by phone, a day by every other channel (policy)."""
        hours = policy.phone_forming_hours if self.channel == "PHONE" else policy.online_forming_hours
        return self.received_at + timedelta(hours=hours)

    def settle_overdue(self, policy: Policy, now: datetime) -> bool:
        """Whether it left intake, or is there still, after that."""
        return (self.settled_at or now) > self.settle_by(policy)
