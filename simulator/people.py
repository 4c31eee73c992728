"""Who acts in the play: people of every role, logged in as they would be, and the province's system by its key."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar
from uuid import uuid4

import grpc
from google.protobuf.message import Message

from chassis.grpc import Client, dial
from hotline.directory.v1 import sessions_pb2 as sessions

M = TypeVar("M", bound=Message)
# A token lives five minutes; one that old is renewed.
FRESH_SECONDS = 270.0
CHANNELS = 4
# So long somebody calls again while nobody answers: an instance that was killed is back by then.
PATIENCE_SECONDS = 90.0
PAUSE_SECONDS = 0.25
PASSING = frozenset({grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED, grpc.StatusCode.UNKNOWN})
SESSIONS = "hotline.directory.v1.SessionService"


class Person:
    """One who can log in, and calls in their own name."""

    def __init__(self, house: House, row: dict[str, Any]) -> None:
        self._house = house
        self._row = row
        self._tokens = sessions.LogInResponse().tokens
        self._until = 0.0
        self._lock = threading.Lock()
        self.tenant_id: str = row["tenant_id"]
        self.unit_id: str = row["unit_id"]
        self.roles: frozenset[str] = frozenset(row["roles"])

    def ask(self, method: str, request: Message, answer: type[M]) -> M:
        """Call `intake.v1.TicketService/RegisterTicket` and the like. Raises grpc.RpcError for a refusal."""
        if "request_id" in type(request).DESCRIPTOR.fields_by_name:
            request.request_id = str(uuid4())  # type: ignore[attr-defined]  # it has one
        until = monotonic() + PATIENCE_SECONDS
        anew = False
        while True:
            try:
                return self._house.ask(f"hotline.{method}", request, answer, self._token(anew=anew))
            except grpc.RpcError as error:
                if error.code() is not grpc.StatusCode.UNAUTHENTICATED or monotonic() > until:
                    raise
            # The service has not heard yet of the key that signs.
            anew = True
            threading.Event().wait(PAUSE_SECONDS)

    def _token(self, *, anew: bool = False) -> str:
        """A token that is good for some minutes yet."""
        with self._lock:
            if anew or monotonic() > self._until:
                self._tokens = self._log_in()
                self._until = monotonic() + FRESH_SECONDS
            return self._tokens.access_token

    def _log_in(self) -> sessions.Tokens:
        if key := self._row.get("key"):
            by_key = sessions.LogInByKeyRequest(request_id=str(uuid4()), key=key)
            return self._house.ask(f"{SESSIONS}/LogInByKey", by_key, sessions.LogInByKeyResponse).tokens
        request = sessions.LogInRequest(
            request_id=str(uuid4()), tenant_id=self.tenant_id, login=self._row["login"], password=self._row["password"]
        )
        return self._house.ask(f"{SESSIONS}/LogIn", request, sessions.LogInResponse).tokens


class House:
    """The hotline as its callers see it: one door, and everybody who may come in."""

    def __init__(self, door: str, credentials: Sequence[dict[str, Any]], tls: Path | None = None) -> None:
        self._clients: list[Client] = [dial(door, tls=tls) for _ in range(CHANNELS)]
        self._of_tenant: dict[tuple[str, str], list[Person]] = defaultdict(list)
        self._of_unit: dict[tuple[str, str], list[Person]] = defaultdict(list)
        for row in credentials:
            person = Person(self, row)
            for role in sorted(person.roles):
                self._of_tenant[person.tenant_id, role].append(person)
                self._of_unit[person.unit_id, role].append(person)

    def tenants(self) -> list[str]:
        """Every tenant that has somebody."""
        return sorted({tenant for tenant, _ in self._of_tenant})

    def of_tenant(self, tenant_id: str, role: str, turn: int = 0) -> Person:
        """One of a tenant's people with a role, by turns. Raises LookupError where there is none."""
        return _by_turns(self._of_tenant.get((tenant_id, role), []), turn, f"{tenant_id}: {role}")

    def of_unit(self, unit_id: str, role: str, turn: int = 0) -> Person:
        """One of a unit's people with a role, by turns. Raises LookupError where there is none."""
        return _by_turns(self._of_unit.get((unit_id, role), []), turn, f"{unit_id}: {role}")

    def staffed(self, unit_id: str) -> bool:
        """Whether somebody handles orders there."""
        return (unit_id, "ROLE_HANDLER") in self._of_unit

    def ask(self, method: str, request: Message, answer: type[M], token: str = "") -> M:
        """Call, and call again with the same request id while nobody answers: that is what request ids are for."""
        client = self.client_for(method)
        until = monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return client.ask(method, request, answer, token)
            except grpc.RpcError as error:
                if error.code() not in PASSING or monotonic() > until:
                    raise
                threading.Event().wait(PAUSE_SECONDS)

    def client_for(self, _method: str) -> Client:
        """Who is called: the one door for all methods, by several channels."""
        return self._clients[threading.get_ident() % CHANNELS]

    def close(self) -> None:
        """Hang up."""
        for client in self._clients:
            client.close()


def _by_turns(people: Sequence[Person], turn: int, what: str) -> Person:
    if not people:
        raise LookupError(f"nobody is {what}")
    return people[turn % len(people)]
