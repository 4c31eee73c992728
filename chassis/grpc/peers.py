"""Asking another service in this one's own name: a short deadline, and no fault where the other is away."""

from __future__ import annotations

import logging
import threading
import time
from functools import cache
from typing import TypeVar

import grpc
from google.protobuf.message import Message

from chassis.auth import PEER_TOKEN_LIFE, peer_token
from chassis.grpc.client import Client
from chassis.settings import Settings

LOG = logging.getLogger(__name__)
M = TypeVar("M", bound=Message)
TOKEN_SECONDS = PEER_TOKEN_LIFE.total_seconds() / 2


class Away(Exception):
    """The other service did not answer in time, or refused."""


class Peer:
    """One service, as another asks it. Safe for many threads."""

    def __init__(self, settings: Settings, service: str) -> None:
        self._settings = settings
        self._service = service
        self._client = Client(settings.address_of(service))
        self._tokens: dict[str, tuple[str, float]] = {}
        self._lock = threading.Lock()

    def ask(self, method: str, request: Message, answer: type[M], tenant_id: str, seconds: float) -> M:
        """Call `package.Service/Method` on a tenant's behalf. Raises Away. Not to be called inside a transaction."""
        try:
            return self._client.ask(method, request, answer, self._token(tenant_id), seconds)
        except grpc.RpcError as error:
            LOG.warning("%s did not answer %s: %s", self._service, method, error.code().name)
            raise Away(self._service) from None

    def _token(self, tenant_id: str) -> str:
        with self._lock:
            token, until = self._tokens.get(tenant_id, ("", 0.0))
            if time.monotonic() >= until:
                token = peer_token(self._settings, tenant_id)
                self._tokens[tenant_id] = (token, time.monotonic() + TOKEN_SECONDS)
            return token


@cache
def peer_of(settings: Settings, service: str) -> Peer:
    """The one way of a process to a service."""
    return Peer(settings, service)
