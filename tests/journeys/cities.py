"""A whole hotline for the stories: its processes, its people, and its clock, which only ever goes forward."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import pytest
from google.protobuf.message import Message as Proto

from chassis.settings import process_environment
from hotline.clock.v1 import clock_pb2 as clocks
from hotline.intake.v1 import content_pb2 as content
from hotline.intake.v1 import tickets_pb2 as tickets
from hotline.ticket.v1 import ticket_pb2 as shared
from simulator.instance import Instance, running
from simulator.people import House, Person
from tests.journeys.dates import at, local
from tests.journeys.instances import PROC, processes_of
from tests.journeys.matters import Matter
from tests.journeys.stores import Stores
from tests.journeys.verbs import ask, fill
from tests.journeys.waiting import becomes
from tests.servers.smsc import Smsc

M = TypeVar("M", bound=Proto)
CITY = "zibo"
EDITION_BEGINS = "2021-02-04T08:00:00+08:00"
# What a jump of the clock may take until whoever asked for it goes on.
SLACK_SECONDS = 60


class Repeating(House):
    """Whatever is written is asked for twice with one request id: the answer must be the same to the last byte (design: once)."""

    def ask(self, method: str, request: Proto, answer: type[M], token: str = "") -> M:
        """As House.ask; raises AssertionError where a repeat is answered otherwise."""
        first = super().ask(method, request, answer, token)
        if "request_id" in type(request).DESCRIPTOR.fields_by_name:
            assert super().ask(method, request, answer, token) == first, f"{method} repeated"
        return first


@dataclass(frozen=True)
class Hub:
    """The people of a tenant's hotline."""

    house: House
    unit_id: str

    def __getattr__(self, role: str) -> Person:
        """Whoever has a role: `hub.call_back`."""
        return self.house.of_unit(self.unit_id, f"ROLE_{role.upper()}")


@dataclass(frozen=True)
class City:
    """A hotline that runs. `environment`: what its processes were told; `smsc`: by which its callers are written to, if by any."""

    instance: Instance
    stores: Stores
    environment: Mapping[str, str]
    house: House
    smsc: Smsc | None = None
    _calls: Iterator[int] = field(default_factory=count)

    @property
    def hub(self) -> Hub:
        """The city's own."""
        return self.hub_of(CITY)

    def hub_of(self, tenant_id: str) -> Hub:
        """A tenant's."""
        return Hub(self.house, f"{tenant_id}-hub")

    def unit(self, unit_id: str, role: str = "ROLE_HANDLER") -> Person:
        """One of a unit."""
        return self.house.of_unit(unit_id, role)

    def now(self) -> datetime:
        """The instant it is there."""
        answer = self.hub.operations.ask("clock.v1.ClockService/GetClock", clocks.GetClockRequest(), clocks.GetClockResponse)
        return local(answer.now)

    def clock(self, when: str | datetime) -> None:
        """Moves the clock, forward, to `2021-02-04 10:00`, once everybody has heard what was told before."""
        self.rests()
        instant = at(when) if isinstance(when, str) else when
        request = clocks.MoveClockRequest()
        request.to.FromDatetime(instant.astimezone(UTC))
        moved = local(self.hub.operations.ask("clock.v1.ClockService/MoveClock", request, clocks.MoveClockResponse).now)
        assert 0 <= (moved - instant).total_seconds() < SLACK_SECONDS, f"the clock stood at {moved} already"

    def texts(self, phone: str) -> list[dict[str, Any]]:
        """What the SMSC took for a number, oldest first, each part by itself."""
        return [fact for fact in self.smsc.took() if fact["to"] == phone] if self.smsc else []

    def rests(self) -> None:
        """Everybody has heard what was told."""
        becomes(self.stores.unheard, set())

    def register(self, said: content.TicketContent, by: Person | None = None) -> Matter:
        """What a caller says becomes a ticket; by an operator, who confirms the masking, unless another is named."""
        request = tickets.RegisterTicketRequest(content=said, masking_confirmed=by is None)
        return Matter(self, ask(by or self.hub.operator, "register_ticket", request).ticket, said.caller)

    def call(self, text: str, by: Person | None = None, **said: Any) -> Matter:
        """A caller is heard, and the ticket formed; its order waits for dispatch."""
        number = next(self._calls)
        told: dict[str, Any] = {"channel": "PHONE", "nature": "COMPLAINT", "category": "01.01.01", "text": text, **said}
        spoken = content.TicketContent(caller=caller(number), place=shared.Place(district="zhangdian", address=f"演示路{number}号"))
        fill(spoken, told)
        matter = self.register(spoken, by)
        matter.do("form_ticket", by or self.hub.operator)
        return matter

    def metrics(self) -> dict[int, bytes]:
        """The pages of all its processes, by their port."""
        modules = ("chassis.serve", "chassis.work", "chassis.link", "services.gateway")
        commands = [_command_of(pid) for module in modules for pid in processes_of(self.stores.folder, module)]
        ports = [int(command[command.index("--metrics-port") + 1]) for command in commands]
        pages = {}
        for port in ports:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60) as page:
                pages[port] = page.read()
        return pages

    def log(self) -> list[dict[str, Any]]:
        """What its processes wrote, but for what is no JSON."""
        lines = (self.stores.folder / "run.log").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs `python -m …` beside its processes, as an operator would."""
        environment = process_environment(**self.environment)
        command = [sys.executable, "-m", *arguments]
        return subprocess.run(command, env=environment, check=False, capture_output=True, text=True, timeout=120)


def _command_of(pid: int) -> list[str]:
    return (PROC / str(pid) / "cmdline").read_text().split("\0")


def caller(number: int) -> content.Caller:
    """Somebody who does not exist; no region of the country has the code 990000."""
    return content.Caller(name=f"演示赵{number:05d}", phone=str(19900000000 + number), id_number=f"99000019000101{number:03d}0")


@contextmanager
def city(folder: Path, smsc: Smsc, **environment: str) -> Iterator[City]:
    """A city of its own in a folder; `environment` as for `make run`, which names the SMSC."""
    told = {"CLOCK_START": EDITION_BEGINS, **environment}
    with ExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:
            for name, value in told.items():
                patch.setenv(name, value)
            instance = stack.enter_context(running(folder))
        house = Repeating(instance.door, instance.credentials)
        stack.callback(house.close)
        stores = Stores(folder, environment.get("DATABASE_URL", ""))
        stack.callback(stores.close)
        yield City(instance, stores, {**told, "DATA": str(folder), "PROFILE": "demo", "CLOCK": "virtual"}, house, smsc)
