"""Who is calling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Caller:
    """A person, a tenant's system, a peer service or a timer, and what it may see.

    `reads` are the tenants whose rows it may read: its own, and for some roles of a city those of its districts.
    """

    kind: Literal["person", "system", "peer", "timer", "nobody"]
    id: str
    tenant_id: str
    unit_id: str = ""
    roles: frozenset[str] = frozenset()
    reads: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.tenant_id not in self.reads:
            object.__setattr__(self, "reads", (self.tenant_id, *self.reads))

    @staticmethod
    def timer(service: str, tenant_id: str) -> Caller:
        """A service that acts by itself because an instant came."""
        return Caller("timer", service, tenant_id)

    @staticmethod
    def peer(service: str, tenant_id: str) -> Caller:
        """A service that acts for a tenant in its own name."""
        return Caller("peer", service, tenant_id)

    @staticmethod
    def nobody() -> Caller:
        """Whoever calls a method that is open to all."""
        return Caller("nobody", "nobody", "")
