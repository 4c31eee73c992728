"""Who acts in the play: people of every role, logged in as they would be."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Sequence
from time import monotonic
from typing import Any, TypeVar
from uuid import uuid4

import grpc
from google.protobuf.message import Message

from chassis.grpc import Client, dial
from hotline.directory.v1 import sessions_pb2 as sessions

M = TypeVar("M", bound=Message)
# A token lives five minutes; one that old is asked for again.
FRESH_SECONDS = 200.0
CHANNELS = 4
TRIES = 40
PAUSE_SECONDS = 0.25
PASSING = frozenset({grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED, grpc.StatusCode.UNKNOWN})


class Person:
    """One who can log in, and calls in their own name."""

    def __init__(self, house: House, row: dict[str, Any]) -> None:
        self._house = house
        self._row = row
        self._token = ""
        self._until = 0.0
        self._lock = threading.Lock()
        self.tenant_id: str = row["tenant_id"]
        self.unit_id: str = row["unit_id"]
        self.roles: frozenset[str] = frozenset(row["roles"])

    def ask(self, method: str, request: Message, answer: type[M]) -> M:
        """Call `intake.v1.TicketService/RegisterTicket` and the like. Raises grpc.RpcError for a refusal."""
        if "request_id" in type(request).DESCRIPTOR.fields_by_name and not request.request_id:  # type: ignore[attr-defined]
            request.request_id = str(uuid4())  # type: ignore[attr-defined]
        return self._house.ask(f"hotline.{method}", request, answer, self.token())

    def token(self) -> str:
        """A token that is good for some minutes yet."""
        with self._lock:
            if monotonic() > self._until:
                self._token = self._log_in()
                self._until = monotonic() + FRESH_SECONDS
            return self._token

    def _log_in(self) -> str:
        request = sessions.LogInRequest(
            request_id=str(uuid4()), tenant_id=self.tenant_id, login=self._row["login"], password=self._row["password"]
        )
        answer = self._house.ask("hotline.directory.v1.SessionService/LogIn", request, sessions.LogInResponse)
        return answer.tokens.access_token


class House:
    """The hotline as its callers see it: one door, and everybody who may come in."""

    def __init__(self, door: str, credentials: Sequence[dict[str, Any]]) -> None:
        self._clients: list[Client] = [dial(door) for _ in range(CHANNELS)]
        self._people: dict[tuple[str, str], list[Person]] = defaultdict(list)
        self._of_unit: dict[tuple[str, str], Person] = {}
        for row in credentials:
            if "login" not in row:
                continue
            person = Person(self, row)
            for role in person.roles:
                self._people[person.tenant_id, role].append(person)
                self._of_unit.setdefault((person.unit_id, role), person)

    def of_tenant(self, tenant_id: str, role: str, turn: int = 0) -> Person:
        """One of a tenant's people with a role, by turns. Raises LookupError where there is none."""
        found = self._people[tenant_id, role]
        if not found:
            raise LookupError(f"{tenant_id}: nobody is {role}")
        return found[turn % len(found)]

    def of_unit(self, unit_id: str, role: str) -> Person:
        """A unit's person with a role. Raises LookupError where there is none."""
        return self._of_unit[unit_id, role]

    def units_with(self, role: str, tenant_id: str) -> list[str]:
        """Units of a tenant that have somebody with a role."""
        return sorted({unit for (unit, has), person in self._of_unit.items() if has == role and person.tenant_id == tenant_id})

    def ask(self, method: str, request: Message, answer: type[M], token: str = "") -> M:
        """Call, and call again with the same request id while nobody answers: that is what request ids are for."""
        for attempt in range(TRIES):
            client = self._clients[hash((threading.get_ident(), attempt)) % CHANNELS]
            try:
                return client.ask(method, request, answer, token)
            except grpc.RpcError as error:
                if error.code() not in PASSING or attempt == TRIES - 1:
                    raise
                threading.Event().wait(PAUSE_SECONDS)
        raise AssertionError("the last try answers or raises")

    def close(self) -> None:
        """Hang up."""
        for client in self._clients:
            client.close()
