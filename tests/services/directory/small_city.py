"""A city of a hub, two departments and one district, behind the real door; and words to ask it with."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import grpc
import pytest
from google.protobuf.descriptor_pool import Default
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from sqlalchemy import event, select

from chassis.caller import Caller
from chassis.store import Store
from chassis.store.engine import postgres_engine
from hotline.directory.v1 import sessions_pb2, units_pb2
from services.directory.actions import starting
from services.directory.actions.starting import Login
from services.directory.rules.people import Person
from services.directory.rules.tenants import Tenant
from services.directory.rules.units import Unit, UnitKind
from services.directory.seeds import Seed
from services.directory.store.people import load_person
from tests.harness import Served

PASSWORD = "correct-horse-7"
CITY, DISTRICT = "zibo", "zhangdian"


def _unit(unit_id: str, tenant: str, parent: str, kind: UnitKind, handler: str = "") -> Unit:
    return Unit(unit_id, tenant, f"{unit_id}单位", unit_id, parent, kind, handling_tenant_id=handler, duties=("供水", "排水", "管网"))


SEEDS = (
    Seed(
        Tenant(CITY, "淄博市"),
        "zibo-hub",
        (
            _unit("zibo-hub", CITY, "", UnitKind.HUB),
            _unit("water", CITY, "zibo-hub", UnitKind.DEPARTMENT),
            _unit("roads", CITY, "zibo-hub", UnitKind.DEPARTMENT),
            _unit("zhangdian", CITY, "zibo-hub", UnitKind.DISTRICT, DISTRICT),
        ),
    ),
    Seed(
        Tenant(DISTRICT, "张店区", CITY),
        "zhangdian-hub",
        (
            _unit("zhangdian-hub", DISTRICT, "zhangdian", UnitKind.HUB),
            _unit("town-1", DISTRICT, "zhangdian-hub", UnitKind.TOWN),
        ),
    ),
)


class Refused(Exception):
    """What the door answered instead: the code's name, the sentence, and the details."""

    def __init__(self, call: Any) -> None:
        status = rpc_status.from_call(call)
        info = error_details_pb2.ErrorInfo()
        if status is not None:
            status.details[0].Unpack(info)
        self.code: str = call.code().name
        self.message: str = call.details()
        self.field = info.metadata.get("field", "")
        self.article = info.metadata.get("article", "")
        super().__init__(self.code, self.message, self.field, self.article)


class SmallCity:
    """The door of directory with the small city behind it."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.store: Store = served.store
        self._numbers = itertools.count(1)
        self.admin_ids: dict[str, str] = {}
        for seed in SEEDS:
            by = Caller.timer("directory", seed.tenant.tenant_id)
            self.store.write(by, partial(starting.start_tenant, seed=seed))
            admin = starting.admin_of(self.store.settings, seed).person
            self.admin_ids[seed.tenant.tenant_id] = admin.person_id
            self.store.write(by, partial(starting.start_people, logins=[Login(admin, PASSWORD)], must_change=False))
        self.admin = Caller("person", self.admin_ids[CITY], CITY, "zibo-hub", frozenset({"ROLE_TENANT_ADMIN"}), (CITY, DISTRICT))
        self.district_admin = Caller("person", self.admin_ids[DISTRICT], DISTRICT, "zhangdian-hub", frozenset({"ROLE_TENANT_ADMIN"}))
        self.dispatcher = Caller("person", "dispatcher-1", CITY, "zibo-hub", frozenset({"ROLE_DISPATCHER"}))

    def ask(self, method: str, by: Caller | None = None, *, token: str = "", **fields: Any) -> Any:
        """Call `Unit.AddUnit`; without a caller as the city's administrator, with `token` as whoever holds it."""
        request, answer = message_types(method)
        if "request_id" in request.DESCRIPTOR.fields_by_name:
            fields.setdefault("request_id", f"r-{next(self._numbers)}")
        service, name = method.split(".")
        full = f"hotline.directory.v1.{service}Service/{name}"
        bearer = token or self.served.token(by or self.admin)
        return self.call(full, request(**fields), answer, bearer)

    def ask_unknown(self, method: str, **fields: Any) -> Any:
        """Call without a token."""
        request, answer = message_types(method)
        if "request_id" in request.DESCRIPTOR.fields_by_name:
            fields.setdefault("request_id", f"r-{next(self._numbers)}")
        service, name = method.split(".")
        return self.call(f"hotline.directory.v1.{service}Service/{name}", request(**fields), answer, "")

    def call(self, full: str, request: Message, answer: type[Message], bearer: str) -> Any:
        """Call and turn a refusal into Refused."""
        try:
            return self.served.client.ask(full, request, answer, bearer)
        except grpc.RpcError as error:
            raise Refused(error) from None

    def log_in(self, login: str = "admin", password: str = PASSWORD, tenant: str = CITY) -> sessions_pb2.LogInResponse:
        answer: sessions_pb2.LogInResponse = self.ask_unknown("Session.LogIn", tenant_id=tenant, login=login, password=password)
        return answer

    def unit(self, unit_id: str, by: Caller | None = None) -> units_pb2.Unit:
        unit: units_pb2.Unit = self.ask("Unit.GetUnit", by, unit_id=unit_id).unit
        return unit

    def edit(self, verb: str, unit_id: str, by: Caller | None = None, **fields: Any) -> Any:
        """A verb on a unit at its present version."""
        fields = {"reason": "机构改革", "version": self.unit(unit_id, by).version, **fields}
        return self.ask(f"Unit.{verb}", by, unit_id=unit_id, **fields)

    def told(self, event_type: str) -> list[dict[str, Any]]:
        """What was told of a type, oldest first."""
        outbox = self.store.tables["outbox"]
        rows = self.store.across(lambda tx: tx.all(select(outbox).order_by(outbox.c.seq)))
        return [json.loads(row["payload"]) for row in rows if row["type"].endswith(f".{event_type}")]

    def journal(self, subject: str, tenant: str = CITY) -> list[Any]:
        """The steps of a subject."""
        table = self.store.tables["journal"]
        by = Caller.timer("directory", tenant)
        return self.store.read(by, lambda tx: tx.all(tx.select(table).where(table.c.subject == subject).order_by(table.c.number)))

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything the store holds: of tenants' rows all that both see, of the rest all that the tables' owner sees."""
        owner = self.store.engine if self.store.is_sqlite else postgres_engine(self.store.settings)
        everyone = Caller("timer", "everyone", CITY, reads=(CITY, DISTRICT))
        with self.store.engine.begin() as limited, owner.connect() as plain:
            self.store.limit(limited, everyone)
            found = {
                name: (plain if table.info.get("shared") else limited).execute(select(table)).all()
                for name, table in self.store.tables.items()
            }
        if owner is not self.store.engine:
            owner.dispose()
        assert found["units"]
        assert found["outbox"]
        return {name: sorted(map(tuple, rows), key=repr) for name, rows in found.items()}

    @contextmanager
    def queries(self) -> Iterator[list[str]]:
        """The statements that run meanwhile, without those that begin and end transactions."""
        ran: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if statement.lstrip().upper().startswith(("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")) and "set_config" not in statement:
                ran.append(statement)

        event.listen(self.store.engine, "before_cursor_execute", note)
        try:
            yield ran
        finally:
            event.remove(self.store.engine, "before_cursor_execute", note)


def message_types(method: str) -> tuple[type[Message], type[Message]]:
    """Request and answer of `Unit.AddUnit`."""
    service, name = method.split(".")
    descriptor = Default().FindServiceByName(f"hotline.directory.v1.{service}Service").methods_by_name[name]
    return GetMessageClass(descriptor.input_type), GetMessageClass(descriptor.output_type)


def refused(act: Callable[[], Any]) -> Refused:
    """The refusal that an act meets."""
    with pytest.raises(Refused) as caught:
        act()
    return caught.value


def person_of(city: SmallCity, tenant: str = CITY) -> Person:
    """The administrator as the store has it."""
    by = Caller.timer("directory", tenant)
    person = city.store.read(by, lambda tx: load_person(tx, city.admin_ids[tenant]))
    assert person is not None
    return person
