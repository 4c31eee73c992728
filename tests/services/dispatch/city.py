"""A small city for dispatch's tests: its units and people, its doors over gRPC, its worker, and what it told."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections.abc import Callable
from typing import Any

import grpc
from google.protobuf.json_format import Parse
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from sqlalchemy import select

from chassis.bus.marks import heard_by
from chassis.caller import Caller
from chassis.clock import SetClock
from chassis.grpc.server import service_descriptor
from hotline.directory.v1 import events_pb2 as directory
from hotline.dispatch.v1 import events_pb2, orders_pb2
from hotline.intake.v1 import events_pb2 as intake
from hotline.ticket.v1 import ticket_pb2
from services.dispatch.worker import DispatchWorker
from tests.harness import Served
from tests.services.refused import Refused

CITY, DISTRICT = "zibo", "zhangdian"
NUMBERS = itertools.count(1)
Serve = Callable[[str], Served]


def person(name: str, *roles: str, unit: str = "zibo-hub", tenant: str = CITY, reads: tuple[str, ...] = ()) -> Caller:
    return Caller("person", name, tenant, unit, frozenset(f"ROLE_{role}" for role in roles), reads)


DISPATCHER = person("dispatcher", "DISPATCHER")
REVIEWER = person("reviewer", "REVIEWER")
CALLER_BACK = person("caller-back", "CALL_BACK")
SUPERVISOR = person("supervisor", "SUPERVISOR", reads=(CITY, DISTRICT))
HANDLER = person("handler", "HANDLER", unit="water")
OUTSIDER = person("outsider", "HANDLER", unit="roads")
DISTRICT_HUB = person("district-desk", "DISPATCHER", unit="zhangdian-hub", tenant=DISTRICT)
DISTRICT_REVIEWER = person("district-reviewer", "REVIEWER", unit="zhangdian-hub", tenant=DISTRICT)
TOWN = person("town-handler", "HANDLER", unit="town-1", tenant=DISTRICT)

UNITS = (
    # id, tenant, name, kind, parent, handled by
    ("zibo-hub", CITY, "市民投诉中心", directory.UNIT_KIND_HUB, "", ""),
    ("water", CITY, "市自来水公司", directory.UNIT_KIND_ENTERPRISE, "zibo-hub", ""),
    ("water-east", CITY, "市自来水公司东区站", directory.UNIT_KIND_ENTERPRISE, "water", ""),
    ("roads", CITY, "市城管局", directory.UNIT_KIND_DEPARTMENT, "zibo-hub", ""),
    ("zhangdian", CITY, "张店区人民政府", directory.UNIT_KIND_DISTRICT, "zibo-hub", DISTRICT),
    ("zhangdian-hub", DISTRICT, "张店区热线办", directory.UNIT_KIND_HUB, "zhangdian", ""),
    ("town-1", DISTRICT, "车站街道", directory.UNIT_KIND_TOWN, "zhangdian-hub", ""),
    ("town-2", DISTRICT, "公园街道", directory.UNIT_KIND_TOWN, "zhangdian-hub", ""),
)


class City:
    """dispatch's doors and its worker, as others use them; its clock stands until it is moved."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.store = served.store
        self.worker = DispatchWorker()
        for unit_id, tenant_id, name, kind, parent_id, handled_by in UNITS:
            self.tell_unit(unit_id, tenant_id=tenant_id, name=name, kind=kind, parent_id=parent_id, handling_tenant_id=handled_by)

    @property
    def clock(self) -> SetClock:
        assert isinstance(self.store.clock, SetClock)
        return self.store.clock

    def at(self, local: str) -> None:
        self.clock.set(dt.datetime.fromisoformat(f"{local}+08:00"))

    def wait(self, **span: float) -> None:
        self.clock.set(self.clock.now() + dt.timedelta(**span))

    def ask(self, method: str, by: Caller, **fields: Any) -> Any:
        """`Service/Method` with a request of these fields; a request id is made where there is none."""
        service, _, name = method.partition("/")
        found = service_descriptor(f"hotline.dispatch.v1.{service}").methods_by_name[name]
        if "request_id" in found.input_type.fields_by_name:
            fields = {"request_id": f"r-{next(NUMBERS)}", **fields}
        asked = GetMessageClass(found.input_type)(**fields)
        try:
            return self.served.ask(method, asked, GetMessageClass(found.output_type), by)
        except grpc.RpcError as error:
            raise Refused(error) from error

    def do(self, method: str, order: orders_pb2.Order, by: Caller, **fields: Any) -> orders_pb2.Order:
        """A verb of an order at the version seen."""
        answer = self.ask(method, by, **{"order_id": order.order_id, "version": order.version, **fields})
        changed: orders_pb2.Order = answer.order
        return changed

    def get(self, order: orders_pb2.Order, by: Caller = DISPATCHER) -> orders_pb2.GetOrderResponse:
        found: orders_pb2.GetOrderResponse = self.ask("OrderService/GetOrder", by, order_id=order.order_id)
        return found

    def tell(self, event: Message, tenant_id: str = CITY, source: str = "intake") -> None:
        """Let the worker handle an event, as its inbox would."""
        hearing = heard_by(self.worker)[event.DESCRIPTOR.full_name]
        owner = getattr(event, "tenant_id", "") or tenant_id
        self.store.write(Caller.peer(source, owner), lambda tx: hearing.run([event] if hearing.together else event, tx))

    def tell_unit(self, unit_id: str, version: int = 1, **facts: Any) -> None:
        event = directory.UnitChanged(unit_id=unit_id, version=version, **{"state": directory.UNIT_STATE_OPEN, **facts})
        self.tell(event, source="directory")

    def form_event(self, **facts: Any) -> intake.TicketFormed:
        """A ticket as intake tells it, unless changed."""
        number = next(NUMBERS)
        event = intake.TicketFormed(**{
            "ticket_id": f"ticket-{number}",
            "number": f"FZ{number:08}",
            "tenant_id": CITY,
            "channel": ticket_pb2.CHANNEL_PHONE,
            "nature": ticket_pb2.NATURE_HELP,
            "source": ticket_pb2.SOURCE_ORDINARY,
            "urgency": ticket_pb2.URGENCY_ORDINARY,
            "category": "01.01.01",
            "title": "停水三天",
            "text": "柳泉路一带停水三天，打13805331234没人管",
            "version": 1,
            **facts,
        })  # fmt: skip
        if not event.HasField("formed_at"):
            event.formed_at.FromDatetime(self.clock.now())
        event.received_at.CopyFrom(event.formed_at)
        return event

    def form(self, **facts: Any) -> orders_pb2.Order:
        """An order that waits for dispatch."""
        event = self.form_event(**facts)
        self.tell(event)
        return self.of_ticket(event.ticket_id)

    def of_ticket(self, ticket_id: str, by: Caller = DISPATCHER) -> orders_pb2.Order:
        found = self.ask("OrderService/ListOrders", by, ticket_id=ticket_id).orders
        order: orders_pb2.Order = found[-1]
        return order

    def dispatched(self, unit_id: str = "water", **facts: Any) -> orders_pb2.Order:
        return self.do("AssignmentService/Dispatch", self.form(**facts), DISPATCHER, unit_id=unit_id)

    def handling(self, **facts: Any) -> orders_pb2.Order:
        return self.do("AssignmentService/SignIn", self.dispatched(**facts), HANDLER)

    def reply(self, order: orders_pb2.Order, by: Caller = HANDLER, **fields: Any) -> orders_pb2.Order:
        said = {
            "measures": "已更换破损阀门并冲洗管网",
            "result": "当日18时恢复供水，水压正常",
            "answered_by": orders_pb2.ANSWERED_BY_PHONE,
            "answered_at": self.clock.now(),
        }
        return self.do("ReplyService/Reply", order, by, **{**said, **fields})

    def replied(self, **facts: Any) -> orders_pb2.Order:
        return self.reply(self.handling(**facts))

    def calling(self, **facts: Any) -> orders_pb2.Order:
        return self.do("ReviewService/PassReview", self.replied(**facts), REVIEWER)

    def rated(self, process: int = events_pb2.RATING_SATISFIED, result: int = events_pb2.RATING_SATISFIED) -> orders_pb2.Order:
        return self.do(
            "CallBackService/RecordRatings", self.calling(), CALLER_BACK,
            process=process, result=result, via=orders_pb2.RATING_VIA_PHONE,
        )  # fmt: skip

    def told(self, order: orders_pb2.Order | None = None) -> list[events_pb2.OrderChanged]:
        """What was told of an order, or of all, the oldest first."""
        outbox = self.store.tables["outbox"]
        wanted = select(outbox.c.payload, outbox.c.aggregate).where(outbox.c.type == "hotline.dispatch.v1.OrderChanged")
        rows = self.store.across(lambda tx: tx.all(wanted.order_by(outbox.c.seq)))
        return [Parse(row["payload"], events_pb2.OrderChanged()) for row in rows if order is None or row["aggregate"] == order.order_id]

    def raised(self, order: orders_pb2.Order) -> list[events_pb2.UrgentRaised]:
        """How often, and to whom, it was told that an order is urgent."""
        outbox = self.store.tables["outbox"]
        wanted = select(outbox.c.payload).where(outbox.c.type == "hotline.dispatch.v1.UrgentRaised", outbox.c.aggregate == order.order_id)
        return [Parse(row["payload"], events_pb2.UrgentRaised()) for row in self.store.across(lambda tx: tx.all(wanted))]

    def journal(self, order: orders_pb2.Order, by: Caller = DISPATCHER) -> list[tuple[str, str, dict[str, Any]]]:
        """Verb, article and detail of every step of an order, the oldest first."""
        entries = self.ask("OrderService/ListJournal", by, order_id=order.order_id, page={"size": 200}).entries
        steps = ((each.verb, each.article, json.loads(each.detail)) for each in entries)
        return [(verb, article, detail) for verb, article, detail in steps if detail["order"] == order.order_id]
