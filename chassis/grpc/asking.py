"""Asking in a service's own name: whoever is no api has no caller whose token it could hand on."""

from __future__ import annotations

import logging
import threading
import time
from functools import cache
from typing import TypeVar

import grpc
from google.protobuf.message import Message

from chassis.auth import peer_token
from chassis.grpc.client import SECONDS, Client, dial
from chassis.settings import Settings

LOG = logging.getLogger(__name__)
# A token lives five minutes; shown again it is neither signed anew nor, by who has seen it, verified anew.
TOKEN_SECONDS = 60.0
M = TypeVar("M", bound=Message)


class Asking:
    """Channels to other services, each opened when it is first wanted; for any number of threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._clients: dict[str, Client] = {}
        self._tokens: dict[str, tuple[str, float]] = {}
        self._lock = threading.Lock()

    def ask(self, tenant_id: str, method: str, request: Message, answer: type[M], seconds: float = SECONDS) -> M:
        """Call `hotline.<service>.v1.Service/Method` on a tenant's behalf. Raises what `Client.ask` raises."""
        client = self._client(method.split(".")[1])
        return client.ask(method, request, answer, self._token(tenant_id), seconds)

    def attempt(self, tenant_id: str, method: str, request: Message, answer: type[M], seconds: float) -> M | None:
        """The same for what is of use but not needed: None where the other is away, late, or refuses."""
        try:
            return self.ask(tenant_id, method, request, answer, seconds)
        except grpc.RpcError as error:
            LOG.warning("%s was not answered: %s", method, error.code().name)
            return None

    def close(self) -> None:
        """Close every channel."""
        for client in self._clients.values():
            client.close()

    def _token(self, tenant_id: str) -> str:
        now = time.monotonic()
        token, until = self._tokens.get(tenant_id, ("", now))
        if now >= until:
            token = peer_token(self._settings, tenant_id)
            self._tokens[tenant_id] = token, now + TOKEN_SECONDS
        return token

    def _client(self, service: str) -> Client:
        with self._lock:
            if service not in self._clients:
                self._clients[service] = dial(self._settings.address_of(service), tls=self._settings.tls)
            return self._clients[service]


@cache
def asking_of(settings: Settings) -> Asking:
    """The one way of a process to others, for as long as it lives."""
    return Asking(settings)
