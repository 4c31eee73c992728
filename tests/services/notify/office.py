"""Who works with notify in these tests, what it is told, and short ways to ask it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import grpc
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.protobuf.timestamp_pb2 import Timestamp
from sqlalchemy import select

from chassis.bus.marks import heard_by
from chassis.caller import Caller
from chassis.clock import SetClock
from chassis.grpc.server import service_descriptor
from chassis.store import Store
from hotline.directory.v1 import events_pb2 as directory
from hotline.dispatch.v1 import events_pb2 as dispatch
from hotline.intake.v1 import events_pb2 as intake
from hotline.sla.v1 import events_pb2 as sla
from hotline.ticket.v1 import ticket_pb2 as ticket
from services.notify.actions import sending
from services.notify.lifecycle import State
from services.notify.worker import NotifyWorker
from tests.harness import Served
from tests.services.refused import Refused

CITY, DISTRICT = "zibo", "zhangdian"
ORDER = "0190a5c2-0000-7000-8000-000000000001"
NUMBER = "ZB25010600001"
NUMBERS = itertools.count(1)
UNITS = (
    # id, tenant, kind, handled by
    ("zibo-hub", CITY, directory.UNIT_KIND_HUB, ""),
    ("water", CITY, directory.UNIT_KIND_ENTERPRISE, ""),
    ("roads", CITY, directory.UNIT_KIND_DEPARTMENT, ""),
    ("zhangdian", CITY, directory.UNIT_KIND_DISTRICT, DISTRICT),
    ("zhangdian-hub", DISTRICT, directory.UNIT_KIND_HUB, ""),
)


def person(name: str, *roles: str, unit: str = "zibo-hub", tenant: str = CITY, reads: tuple[str, ...] = ()) -> Caller:
    return Caller("person", name, tenant, unit, frozenset(f"ROLE_{role}" for role in roles), reads)


ADMIN = person("admin-1", "TENANT_ADMIN")
SUPERVISOR = person("supervisor-1", "SUPERVISOR", reads=(CITY, DISTRICT))
HANDLER = person("handler-1", "HANDLER", unit="water")
OUTSIDER = person("handler-2", "HANDLER", unit="roads")
DISTRICT_HUB = person("district-1", "DISPATCHER", unit="zhangdian-hub", tenant=DISTRICT)
DISTRICT_ADMIN = person("district-2", "TENANT_ADMIN", unit="zhangdian-hub", tenant=DISTRICT)
GATEWAY = Caller.peer("gateway", CITY)


class Office:
    """notify's worker, and its doors where it is served."""

    def __init__(self, store: Store, clock: SetClock, served: Served | None = None) -> None:
        self.store, self.clock, self.served = store, clock, served
        self.worker = NotifyWorker()
        clock.set(clock.now() + timedelta(hours=2))
        for unit_id, tenant_id, kind, handled_by in UNITS:
            unit: dict[str, Any] = {"unit_id": unit_id, "tenant_id": tenant_id, "kind": kind, "handling_tenant_id": handled_by}
            self.tell(directory.UnitChanged(**unit, version=1))

    def ask(self, method: str, by: Caller | None = HANDLER, request: Message | None = None, **fields: Any) -> Any:
        """`Service/Method` with a request, or one made of these fields; a request id is made where there is none."""
        assert self.served is not None
        service, _, name = method.partition("/")
        found = service_descriptor(f"hotline.notify.v1.{service}").methods_by_name[name]
        asked: Any = request or GetMessageClass(found.input_type)(**fields)
        if "request_id" in found.input_type.fields_by_name and not asked.request_id:
            asked.request_id = f"r-{next(NUMBERS)}"
        try:
            return self.served.ask(method, asked, GetMessageClass(found.output_type), by)
        except grpc.RpcError as error:
            raise Refused(error) from error

    def tell(self, event: Message, tenant_id: str = CITY) -> None:
        """Let the worker handle an event, as its inbox would."""
        hearing = heard_by(self.worker)[event.DESCRIPTOR.full_name]
        owner = getattr(event, "tenant_id", "") or tenant_id
        told: Any = [event] if hearing.together else event
        self.store.write(Caller.timer("notify", owner), lambda tx: hearing.run(told, tx))

    def policies(self, **settings: str) -> None:
        """The city's choices."""
        self.tell(directory.TenantChanged(tenant_id=CITY, policies=settings, version=next(NUMBERS)))

    def rows(self, table: str, *tenants: str) -> list[dict[str, Any]]:
        """What is kept of these tenants, or of the city, in the order it came."""
        mine = self.store.tables[table]
        wanted = select(mine).where(mine.c.tenant_id.in_(tenants or (CITY,))).order_by(*mine.primary_key)
        reads = Caller("timer", "notify", CITY, reads=(CITY, DISTRICT))
        return [dict(row) for row in self.store.read(reads, lambda tx: tx.all(wanted))]

    def laid(self, unit_id: str, *tenants: str) -> list[str]:
        """What lies in a unit's inbox, oldest first."""
        return [row["notice"] for row in self.rows("inbox_items", *tenants) if row["unit_id"] == unit_id]

    def queued(self) -> list[str]:
        """What waits for the link."""
        return [row["notice"] for row in self.rows("messages") if row["state"] == "queued"]

    def everything(self) -> str:
        """Every value of every table, as text."""
        tables = [name for name, table in self.store.tables.items() if not table.info.get("shared")]
        return "\n".join(str(row) for name in tables for row in self.rows(name, CITY, DISTRICT))

    def form(self, ticket_id: str = "t-1", **fields: Any) -> None:
        """A ticket was formed: the caller is sent its number."""
        told: dict[str, Any] = {"source": ticket.SOURCE_ORDINARY, "formed_at": stamp(self.clock.now()), "number": NUMBER, **fields}
        self.tell(intake.TicketFormed(ticket_id=ticket_id, **told))

    def fail(self, ticket_id: str = "t-1", reason: str = "空号", **fields: Any) -> str:
        """The same, but it cannot be sent; answers its id."""
        self.form(ticket_id, **fields)
        (message_id,) = {str(row["message_id"]) for row in self.rows("messages") if row["ticket_id"] == ticket_id}
        self.store.write(Caller.timer("notify", CITY), lambda tx: sending.hear(tx, message_id, State.FAILED, reason, None))
        return message_id


def stamp(at: datetime) -> Timestamp:
    """An instant for a message."""
    stamped = Timestamp()
    stamped.FromDatetime(at)
    return stamped


def date(now: datetime, unit_id: str = "water", **fields: Any) -> dispatch.Clock:
    """A date against a unit, five days ahead, that began now."""
    told: dict[str, Any] = {"kind": ticket.DEADLINE_KIND_HANDLE, "round": 1, "deadline_version": 1, **fields}
    deadline = ticket.Deadline(trigger_at=stamp(now), deadline_at=stamp(now + timedelta(days=5)))
    return dispatch.Clock(state=told.pop("state", dispatch.CLOCK_STATE_RUNNING), unit_id=unit_id, deadline=deadline, **told)


def changed(now: datetime, verb: str, clocks: Sequence[dispatch.Clock] = (), link_until: datetime | None = None, **order: Any) -> Message:
    """What dispatch tells of an order of the water works after a verb."""
    facts: dict[str, Any] = {
        "order_id": ORDER, "ticket_id": "t-1", "number": NUMBER, "tenant_id": CITY, "unit_id": "water", "round": 1, "version": 2,
        "source": ticket.SOURCE_ORDINARY, "urgency": ticket.URGENCY_ORDINARY, **order,
    }  # fmt: skip
    told = dispatch.OrderSnapshot(clocks=clocks or [date(now)], **facts)
    return dispatch.OrderChanged(order=told, verb=verb, at=stamp(now), link_until=stamp(link_until) if link_until else None)


def urged(now: datetime) -> sla.UrgingIssued:
    return sla.UrgingIssued(
        urging_id="u-1", order_id=ORDER, ticket_id="t-1", unit_id="water", number=NUMBER, round=1, kind=ticket.DEADLINE_KIND_HANDLE,
        deadline_at=stamp(now), at=stamp(now), version=1,
    )  # fmt: skip


def lit(now: datetime, light: ticket.Light.ValueType = ticket.LIGHT_YELLOW, **fields: Any) -> sla.LightTurned:
    """A light of the water works went up."""
    told: dict[str, Any] = {"round": 1, "kind": ticket.DEADLINE_KIND_HANDLE, "deadline_version": 1, "lit": True, "version": 1, **fields}
    return sla.LightTurned(
        order_id=ORDER, ticket_id="t-1", unit_id="water", number=NUMBER, light=light, at=stamp(now), deadline_at=stamp(now), **told
    )  # fmt: skip


Serve = Callable[[str], Served]
