"""Asking in a service's own name: whoever is no api has no caller whose token it could hand on."""

from __future__ import annotations

import threading
from typing import TypeVar

from google.protobuf.message import Message

from chassis.auth import peer_token
from chassis.grpc.client import SECONDS, Client, dial
from chassis.settings import Settings

M = TypeVar("M", bound=Message)


class Asking:
    """Channels to other services, each opened when it is first wanted; for any number of threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._clients: dict[str, Client] = {}
        self._lock = threading.Lock()

    def ask(self, tenant_id: str, method: str, request: Message, answer: type[M], seconds: float = SECONDS) -> M:
        """Call `hotline.<service>.v1.Service/Method` on a tenant's behalf. Raises what `Client.ask` raises."""
        client = self._client(method.split(".")[1])
        return client.ask(method, request, answer, peer_token(self._settings, tenant_id), seconds)

    def close(self) -> None:
        """Close every channel."""
        for client in self._clients.values():
            client.close()

    def _client(self, service: str) -> Client:
        with self._lock:
            if service not in self._clients:
                self._clients[service] = dial(self._settings.address_of(service))
            return self._clients[service]
