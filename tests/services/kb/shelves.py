"""Who works with kb in these tests, and short ways to ask it."""

from __future__ import annotations

import itertools
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
from hotline.kb.v1 import entry_pb2, events_pb2
from services.kb.worker import KbWorker
from tests.harness import Served
from tests.services.refused import Refused

CITY, DISTRICT, OTHER_DISTRICT = "zibo", "zhangdian", "boshan"
NUMBERS = itertools.count(1)


def person(name: str, *roles: str, unit: str = "zibo-hub", tenant: str = CITY, reads: tuple[str, ...] = ()) -> Caller:
    return Caller("person", name, tenant, unit, frozenset(f"ROLE_{role}" for role in roles), reads)


EDITOR = person("editor-1", "KB_EDITOR")
OTHER_EDITOR = person("editor-2", "KB_EDITOR")
REVIEWER = person("reviewer-1", "KB_REVIEWER", "KB_EDITOR")
OPERATOR = person("operator-1", "OPERATOR")
HANDLER = person("handler-1", "HANDLER", unit="water")
OUTSIDER = person("handler-2", "HANDLER", unit="roads")
SUPERVISOR = person("supervisor-1", "SUPERVISOR", reads=(CITY, DISTRICT, OTHER_DISTRICT))
DISTRICT_EDITOR = person("district-1", "KB_EDITOR", "OPERATOR", unit="zhangdian-hub", tenant=DISTRICT)
DISTRICT_REVIEWER = person("district-2", "KB_REVIEWER", unit="zhangdian-hub", tenant=DISTRICT)
NEIGHBOUR = person("district-3", "OPERATOR", "KB_EDITOR", "KB_REVIEWER", unit="boshan-hub", tenant=OTHER_DISTRICT)

UNITS = (
    # id, tenant, kind
    ("zibo-hub", CITY, directory.UNIT_KIND_HUB),
    ("water", CITY, directory.UNIT_KIND_ENTERPRISE),
    ("roads", CITY, directory.UNIT_KIND_DEPARTMENT),
    ("zhangdian-hub", DISTRICT, directory.UNIT_KIND_HUB),
    ("boshan-hub", OTHER_DISTRICT, directory.UNIT_KIND_HUB),
)


class Library:
    """kb's doors and its worker, as others use them."""

    def __init__(self, served: Served, clock: SetClock) -> None:
        self.served = served
        self.store = served.store
        self.clock = clock
        self.worker = KbWorker()
        for tenant_id, parent in ((CITY, ""), (DISTRICT, CITY), (OTHER_DISTRICT, CITY)):
            self.tell(directory.TenantChanged(tenant_id=tenant_id, parent_tenant_id=parent, version=1))
        for unit_id, tenant_id, kind in UNITS:
            unit: dict[str, Any] = {"unit_id": unit_id, "tenant_id": tenant_id, "kind": kind, "name": f"{unit_id}单位"}
            self.tell(directory.UnitChanged(**unit, state=directory.UNIT_STATE_OPEN, version=1))

    def ask(self, method: str, by: Caller | None = EDITOR, request: Message | None = None, **fields: Any) -> Any:
        """`Service/Method` with a request, or one made of these fields; a request id is made where there is none."""
        service, _, name = method.partition("/")
        found = service_descriptor(f"hotline.kb.v1.{service}").methods_by_name[name]
        asked: Any = request or GetMessageClass(found.input_type)(**fields)
        if "request_id" in found.input_type.fields_by_name and not asked.request_id:
            asked.request_id = f"r-{next(NUMBERS)}"
        try:
            return self.served.ask(method, asked, GetMessageClass(found.output_type), by)
        except grpc.RpcError as error:
            raise Refused(error) from error

    def create(self, by: Caller = EDITOR, **changes: Any) -> entry_pb2.Entry:
        """A draft."""
        entry: entry_pb2.Entry = self.ask("EntryService/CreateEntry", by, content=content(**changes)).entry
        return entry

    def revise(self, entry: entry_pb2.Entry, by: Caller = EDITOR, **changes: Any) -> entry_pb2.Entry:
        """A further text of an entry, as it was but for the changes."""
        fresh = entry_pb2.EntryContent()
        fresh.CopyFrom(entry.text.content)
        for name, value in changes.items():
            fresh.ClearField(name)  # type: ignore[arg-type]  # a field, as the tests name it
            fresh.MergeFrom(entry_pb2.EntryContent(**{name: value}))
        return self.do("ReviseEntry", entry, by, content=fresh)

    def do(self, verb: str, entry: entry_pb2.Entry, by: Caller = EDITOR, **fields: Any) -> entry_pb2.Entry:
        """A verb of an entry at the text seen."""
        changed: entry_pb2.Entry = self.ask(f"EntryService/{verb}", by, entry_id=entry.entry_id, version=entry.version, **fields).entry
        return changed

    def publish(self, entry: entry_pb2.Entry, by: Caller = EDITOR, reviewer: Caller = REVIEWER) -> entry_pb2.Entry:
        """Submitted and published."""
        return self.do("PublishEntry", self.do("SubmitEntry", entry, by), reviewer)

    def published(self, by: Caller = EDITOR, reviewer: Caller = REVIEWER, **changes: Any) -> entry_pb2.Entry:
        """A new entry that is found."""
        return self.publish(self.create(by, **changes), by, reviewer)

    def get(self, entry: entry_pb2.Entry, by: Caller = EDITOR, version: int = 0) -> entry_pb2.Entry:
        found: entry_pb2.Entry = self.ask("EntryService/GetEntry", by, entry_id=entry.entry_id, version=version).entry
        return found

    def find(self, query: str, by: Caller = OPERATOR, **fields: Any) -> list[str]:
        """The titles of what is found."""
        hits = self.ask("SearchService/SearchEntries", by, query=query, **fields).hits
        return ["".join(part.text for part in hit.title) for hit in hits]

    def tell(self, event: Message, tenant_id: str = CITY) -> None:
        """Let the worker handle an event, as its inbox would."""
        handler = heard_by(self.worker)[event.DESCRIPTOR.full_name].run
        owner = getattr(event, "tenant_id", "") or tenant_id
        self.store.write(Caller.timer("kb", owner), lambda tx: handler(event, tx))

    def tick(self) -> None:
        """Let the worker look at its clock."""
        self.worker.check_entries(self.store)
        self.worker.miss_terms(self.store)

    def told(self, kind: str) -> list[Any]:
        """The events of a kind that were told, oldest first."""
        outbox = self.store.tables["outbox"]
        wanted = select(outbox.c.payload).where(outbox.c.type == f"hotline.kb.v1.{kind}").order_by(outbox.c.seq)
        return [Parse(row["payload"], getattr(events_pb2, kind)()) for row in self.store.across(lambda tx: tx.all(wanted))]

    def everything(self) -> str:
        """Every value of every table of the three tenants, as text."""
        return "\n".join(str(dict(row)) for table in self.store.tables.values() for row in self._rows(table))

    def _rows(self, table: Any) -> list[Any]:
        if table.name == "outbox":
            return self.store.across(lambda tx: tx.all(select(table)))
        if table.info.get("shared"):
            return self.store.read(Caller.timer("kb", CITY), lambda tx: tx.all(select(table)))
        return [row for tenant in (CITY, DISTRICT, OTHER_DISTRICT) for row in self._rows_of(tenant, table)]

    def _rows_of(self, tenant: str, table: Any) -> list[Any]:
        mine = select(table).where(table.c.tenant_id == tenant)
        return self.store.read(Caller.timer("kb", tenant), lambda tx: tx.all(mine))


def content(**changes: Any) -> entry_pb2.EntryContent:
    """What an editor writes, unless changed."""
    written: dict[str, Any] = {
        "title": "停水怎么办",
        "public_words": "计划停水提前24小时通知。突然停水请告知小区和楼号，我们立即核实转办。",
        "internal_words": "同一片区多户反映的，按紧急工单提示派单员。",
        "source": {"name": "城市供水条例", "number": "国务院令第158号", "issuer": "国务院"},
        "review_on": "2025-12-31",
        "categories": ["01.01.01"],
        "keywords": ["断水"],
        "unit_id": "water",
    }
    return entry_pb2.EntryContent(**{**written, **changes})


Serve = Callable[[str], Served]
