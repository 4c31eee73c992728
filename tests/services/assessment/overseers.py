"""Who supervises and who is supervised in these tests, and short ways to ask."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import partial
from typing import Any

from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from grpc import RpcError

from chassis.caller import Caller
from chassis.clock import SetClock
from chassis.grpc.server import service_descriptor
from chassis.store import Store
from hotline.directory.v1 import events_pb2 as directory
from services.assessment.actions.looking import look_for_grounds
from services.assessment.worker import AssessmentWorker
from tests.harness import Served
from tests.services.assessment.telling import BEGIN, DAY
from tests.services.refused import Refused

WORKER = AssessmentWorker()
UNITS = ("u-0", "u-1", "u-2", "u-3", "u-4", "u-5", "u-6")
POLICIES = {"ranking_min_orders": "2"}


def person(name: str, unit: str = "hub", tenant: str = "zibo", role: str = "SUPERVISOR", *reads: str) -> Caller:
    return Caller("person", name, tenant, unit, frozenset({f"ROLE_{role}"}), reads)


SUPERVISOR = person("p-1", "hub", "zibo", "SUPERVISOR", "zibo", "zhangdian")
HANDLER = person("p-2", "u-0", "zibo", "HANDLER")
OTHER = person("p-3", "u-1", "zibo", "HANDLER")
DISTRICT = person("p-4", "zd-hub", "zhangdian")
STRANGER = person("p-5", "lz-hub", "linzi")


def told(store: Store, event: Message, by: str = "directory", tenant: str = "zibo") -> None:
    """Let the worker handle an event."""
    name = {"TenantChanged": "tenant_changed", "UnitChanged": "unit_changed", "CalendarRevised": "calendar_revised"}
    handle = getattr(WORKER, name.get(event.DESCRIPTOR.name, ""), None) or getattr(WORKER, HEARD[event.DESCRIPTOR.name])
    store.write(
        Caller.peer(by, tenant),
        partial(lambda tx, event: handle(event, tx), event=[event] if event.DESCRIPTOR.name == "TicketFormed" else event),
    )


HEARD = {"TicketFormed": "ticket_formed", "UpkeepAsked": "upkeep_asked", "EntryRefused": "entry_refused"}


def heard_of(store: Store, **policies: str) -> None:
    """A city of seven departments, a district with a town, and another district."""
    told(store, directory.TenantChanged(tenant_id="zibo", policies={**POLICIES, **policies}, version=1 + len(policies)))
    for tenant_id in ("zhangdian", "linzi"):
        told(store, directory.TenantChanged(tenant_id=tenant_id, parent_tenant_id="zibo", version=1))
    units = [(each, "zibo", directory.UNIT_KIND_DEPARTMENT, "") for each in UNITS]
    units += [("hub", "zibo", directory.UNIT_KIND_HUB, ""), ("zd", "zibo", directory.UNIT_KIND_DISTRICT, "zhangdian")]
    units += [("zd-hub", "zhangdian", directory.UNIT_KIND_HUB, ""), ("town", "zhangdian", directory.UNIT_KIND_TOWN, "")]
    for unit_id, tenant_id, kind, handled in units:
        unit = {"unit_id": unit_id, "tenant_id": tenant_id, "name": f"单位{unit_id}", "handling_tenant_id": handled}
        told(store, directory.UnitChanged(**unit, kind=kind, state=directory.UNIT_STATE_OPEN, version=1))


class Desk:
    """What somebody asks of assessment; a request id is made where there is none."""

    numbers = itertools.count(1)

    def __init__(self, served: Callable[[str], Served], clock: SetClock) -> None:
        clock.set(BEGIN)
        self.clock, self.served = clock, served("assessment")
        self.store = self.served.store
        heard_of(self.store)

    def ask(self, method: str, by: Caller = SUPERVISOR, **fields: Any) -> Any:
        """`Service/Method` with these fields."""
        service, _, name = method.partition("/")
        found = service_descriptor(f"hotline.assessment.v1.{service}").methods_by_name[name]
        asked: Any = GetMessageClass(found.input_type)(**fields)
        if "request_id" in found.input_type.fields_by_name and not asked.request_id:
            asked.request_id = f"r-{next(self.numbers)}"
        try:
            return self.served.ask(method, asked, GetMessageClass(found.output_type), by)
        except RpcError as error:
            raise Refused(error) from error

    def supervise(self, verb: str, by: Caller = SUPERVISOR, **fields: Any) -> Any:
        """A step of a supervision."""
        return self.ask(f"SupervisionService/{verb}Supervision", by, **fields).supervision

    def listed(self, by: Caller = SUPERVISOR, **fields: Any) -> Any:
        """Supervisions."""
        return self.ask("SupervisionService/ListSupervisions", by, **fields).supervisions

    def evidence(self, supervision_id: str, by: Caller = SUPERVISOR) -> Any:
        """Of one."""
        return self.ask("SupervisionService/ListEvidence", by, supervision_id=supervision_id).evidence

    def look(self, days: float = 0) -> None:
        """So many days later the facts are looked at."""
        self.clock.set(self.clock.now() + days * DAY)
        look_for_grounds(self.store)

    def found(self, **fields: Any) -> dict[tuple[str, str], Any]:
        """Supervisions by ground and unit."""
        return {(each.ground, each.unit_id): each for each in self.listed(**fields)}
