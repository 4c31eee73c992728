"""Who works with intake in these tests, and short ways to ask it."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable
from typing import Any

import grpc
from google.protobuf.json_format import Parse
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from sqlalchemy import Select, Table, select

from chassis.bus.marks import heard_by
from chassis.caller import Caller
from chassis.grpc.server import service_descriptor
from hotline.directory.v1 import events_pb2 as directory
from hotline.dispatch.v1 import events_pb2 as dispatch
from hotline.intake.v1 import content_pb2, events_pb2, ticket_pb2, tickets_pb2
from hotline.ticket.v1 import ticket_pb2 as shared
from services.intake.worker import IntakeWorker
from tests.harness import Served
from tests.services.refused import Refused

CITY, DISTRICT = "zibo", "zhangdian"
WATER = "01.01.01"
NUMBERS = itertools.count(1)


def person(name: str, *roles: str, unit: str = "zibo-hub", tenant: str = CITY, reads: tuple[str, ...] = ()) -> Caller:
    return Caller("person", name, tenant, unit, frozenset(f"ROLE_{role}" for role in roles), reads)


OPERATOR = person("operator-1", "OPERATOR")
OTHER_OPERATOR = person("operator-2", "OPERATOR")
REVIEWER = person("reviewer-1", "REVIEWER")
SUPERVISOR = person("supervisor-1", "SUPERVISOR", reads=(CITY, DISTRICT))
ASSESSOR = person("assessor-1", "ASSESSOR")
ADMIN = person("admin-1", "TENANT_ADMIN")
HANDLER = person("handler-1", "HANDLER", unit="water")
OUTSIDER = person("handler-2", "HANDLER", unit="roads")
DISTRICT_HUB = person("district-1", "DISPATCHER", unit="zhangdian-hub", tenant=DISTRICT)
TOWN_HANDLER = person("town-1", "HANDLER", unit="zhangdian-town", tenant=DISTRICT)
APP = Caller("system", "app-key", CITY, "zibo-hub", frozenset({"ROLE_OPERATOR"}))
MINI = Caller("system", "mini-key", CITY, "zibo-hub", frozenset({"ROLE_CHANNEL"}))
PROVINCE = Caller("system", "province-key", CITY, "", frozenset({"ROLE_PROVINCIAL_PEER"}))

UNITS = (
    # id, tenant, kind, parent, handled by
    ("zibo-hub", CITY, directory.UNIT_KIND_HUB, "", ""),
    ("water", CITY, directory.UNIT_KIND_ENTERPRISE, "zibo-hub", ""),
    ("water-east", CITY, directory.UNIT_KIND_ENTERPRISE, "water", ""),
    ("roads", CITY, directory.UNIT_KIND_DEPARTMENT, "zibo-hub", ""),
    ("zhangdian", CITY, directory.UNIT_KIND_DISTRICT, "zibo-hub", DISTRICT),
    ("zichuan", CITY, directory.UNIT_KIND_DISTRICT, "zibo-hub", "zichuan"),
    ("zhangdian-hub", DISTRICT, directory.UNIT_KIND_HUB, "", ""),
    ("zhangdian-town", DISTRICT, directory.UNIT_KIND_TOWN, "zhangdian-hub", ""),
)

PEOPLE = ("handler-1", "operator-1")

CALLER = {
    "name": "张三丰",
    "phone": "138 0533 1234",
    "other_contact": "微信 zsf_wudang",
    "address": "张店区柳泉路100号3号楼2单元501",
    "id_number": "370303198001011234",
}
SAID = "我是张三丰，住在张店区柳泉路100号3号楼2单元501，家里停水三天了。请打13805331234或者0533-2770001找我，车牌鲁CA1234。"


class Desk:
    """intake's doors and its worker, as others use them."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.store = served.store
        self.worker = IntakeWorker()
        for unit_id, tenant_id, kind, parent_id, handled_by in UNITS:
            self.tell(
                directory.UnitChanged(
                    unit_id=unit_id, tenant_id=tenant_id, kind=kind, parent_id=parent_id, handling_tenant_id=handled_by, version=1
                )
            )
        for person_id in PEOPLE:
            self.tell(directory.PersonChanged(person_id=person_id, tenant_id=CITY, unit_id="water", active=True, version=1))

    def ask(self, method: str, by: Caller | None = OPERATOR, request: Message | None = None, **fields: Any) -> Any:
        """`Service/Method` with a request, or one made of these fields; a request id is made where there is none."""
        service, _, name = method.partition("/")
        found = service_descriptor(f"hotline.intake.v1.{service}").methods_by_name[name]
        asked: Any = request or GetMessageClass(found.input_type)(**fields)
        if "request_id" in found.input_type.fields_by_name and not asked.request_id:
            asked.request_id = f"r-{next(NUMBERS)}"
        try:
            return self.served.ask(method, asked, GetMessageClass(found.output_type), by)
        except grpc.RpcError as error:
            raise Refused(error) from error

    def register(self, by: Caller = OPERATOR, **changes: Any) -> ticket_pb2.Ticket:
        """A registered ticket."""
        request = tickets_pb2.RegisterTicketRequest(content=content(**changes), masking_confirmed=True)
        ticket: ticket_pb2.Ticket = self.ask("TicketService/RegisterTicket", by, request).ticket
        return ticket

    def do(self, method: str, ticket: ticket_pb2.Ticket, by: Caller = OPERATOR, **fields: Any) -> ticket_pb2.Ticket:
        """A verb of a ticket at the version seen."""
        changed: ticket_pb2.Ticket = self.ask(method, by, ticket_id=ticket.ticket_id, version=ticket.version, **fields).ticket
        return changed

    def form(self, ticket: ticket_pb2.Ticket) -> ticket_pb2.Ticket:
        return self.do("TicketService/FormTicket", ticket)

    def get(self, ticket: ticket_pb2.Ticket, by: Caller = OPERATOR) -> ticket_pb2.Ticket:
        found: ticket_pb2.Ticket = self.ask("TicketService/GetTicket", by, ticket_id=ticket.ticket_id).ticket
        return found

    def tell(self, event: Message, tenant_id: str = CITY) -> None:
        """Let the worker handle an event, as its inbox would."""
        hearing = heard_by(self.worker)[event.DESCRIPTOR.full_name]
        owner = getattr(event, "tenant_id", "") or tenant_id
        self.store.write(Caller.timer("intake", owner), lambda tx: hearing.run([event] if hearing.together else event, tx))

    def order(self, ticket: ticket_pb2.Ticket, version: int = 1, holders: tuple[str, ...] = ("water",), **changes: Any) -> None:
        """Tell what dispatch tells of a ticket's order."""
        closing = changes.pop("closing", 0)
        snapshot: dict[str, Any] = {
            "order_id": f"order-{ticket.ticket_id}",
            "ticket_id": ticket.ticket_id,
            "tenant_id": CITY,
            "holders": holders,
            "state": dispatch.ORDER_STATE_HANDLING,
            "round": 1,
            "version": version,
            **changes,
        }
        event = dispatch.OrderChanged(order=dispatch.OrderSnapshot(**snapshot), closing=closing)
        event.at.FromDatetime(self.store.clock.now())
        self.tell(event, snapshot["tenant_id"])

    def close(self, ticket: ticket_pb2.Ticket, version: int = 9, closing: int = dispatch.CLOSING_SATISFIED) -> None:
        self.order(ticket, version, state=dispatch.ORDER_STATE_CLOSED, closing=closing)

    def told(self, kind: str) -> list[Any]:
        """The events of a kind that were told, oldest first."""
        outbox = self.store.tables["outbox"]
        wanted = select(outbox.c.payload).where(outbox.c.type == f"hotline.intake.v1.{kind}").order_by(outbox.c.seq)
        return [Parse(row["payload"], getattr(events_pb2, kind)()) for row in self.store.across(lambda tx: tx.all(wanted))]

    def everything(self) -> str:
        """Every value of every table but the sealed columns, as text; the same rows are the same text, in whatever order they are read."""
        return "\n".join(each for table in self.store.tables.values() for each in sorted(str(dict(row)) for row in self.rows(table)))

    def rows(self, table: Table, *, sealed: bool = False) -> list[Any]:
        """A table's rows, of both tenants; with nothing but the sealed columns, or with everything but them."""
        wanted = select(*(column for column in table.c if column.name.startswith("sealed_") == sealed))
        if table.name == "outbox":
            return self.store.across(lambda tx: tx.all(wanted))
        if table.info.get("shared"):
            return self._read(CITY, wanted)
        return [row for tenant in (CITY, DISTRICT) for row in self._read(tenant, wanted.where(table.c.tenant_id == tenant))]

    def _read(self, tenant: str, wanted: Select[Any]) -> list[Any]:
        return self.store.read(Caller.timer("intake", tenant), lambda tx: tx.all(wanted))


def content(**changes: Any) -> content_pb2.TicketContent:
    """What a caller says, unless changed."""
    said: dict[str, Any] = {
        "channel": shared.CHANNEL_PHONE,
        "nature": shared.NATURE_COMPLAINT,
        "category": WATER,
        "caller": CALLER,
        "text": SAID,
        "place": {"district": DISTRICT, "town": "科苑街道", "address": "柳泉路一带"},
    }
    return content_pb2.TicketContent(**{**said, **changes})


def upload(data: bytes, name: str = "照片.jpg") -> dict[str, Any]:
    """The fields of an upload."""
    return {"name": name, "content": data, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


Serve = Callable[[str], Served]
