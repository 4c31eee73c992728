"""A service's gRPC server: its doors, health and reflection on one port and one thread pool."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

import grpc
from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.descriptor_pool import Default
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from chassis.auth import TokenCheck, peer_key
from chassis.grpc.answering import Answering
from chassis.grpc.wire import OPTIONS, bind
from chassis.settings import Settings
from chassis.store import Store

# More threads than this only fight for the interpreter; on SQLite they fill the writer's groups.
THREADS = 8
SQLITE_THREADS = 32
# Longer than any ask waits, and within what a process is given to stop.
GRACE_SECONDS = 12.0


class Door(Protocol):
    """A class in a service's api.py: `service` is the proto service, its methods bear the RPCs' names."""

    service: str


class GrpcServer:
    """A server that answers for one service."""

    def __init__(self, store: Store, doors: Sequence[type[Door]], address: str) -> None:
        threads = SQLITE_THREADS if store.is_sqlite else THREADS
        self._server = grpc.server(ThreadPoolExecutor(threads, f"{store.service}-api"), options=OPTIONS)
        self._health = health.HealthServicer()
        self._names = [door.service for door in doors]
        tokens, secret = TokenCheck(store), peer_key(store.settings).private.private_bytes_raw()
        for door in doors:
            self._server.add_generic_rpc_handlers((_handlers(door, store, tokens, secret),))
        offer_health_and_reflection(self._server, self._health, self._names)
        self.port = bind(self._server, address, store.settings.tls)
        self._aside = health_aside(self._health, store.settings)

    def start(self) -> None:
        """Take calls."""
        self._server.start()
        if self._aside:
            self._aside.start()
        for name in ("", *self._names):
            self._health.set(name, health_pb2.HealthCheckResponse.SERVING)

    def stop(self) -> None:
        """Say NOT_SERVING, finish the calls under way, stop."""
        self._health.enter_graceful_shutdown()
        self._server.stop(GRACE_SECONDS).wait()
        if self._aside:
            self._aside.stop(None).wait()


def service_descriptor(name: str) -> ServiceDescriptor:
    """A proto service by its full name; its module must have been imported."""
    return Default().FindServiceByName(name)


def offer_health_and_reflection(server: grpc.Server, servicer: health.HealthServicer, names: Sequence[str]) -> None:
    """Add the health service and reflection for these services."""
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    reflection.enable_server_reflection((*names, health.SERVICE_NAME, reflection.SERVICE_NAME), server)


def health_aside(servicer: health.HealthServicer, settings: Settings) -> grpc.Server | None:
    """The health alone, in the clear, on `HEALTH_PORT`: Kubernetes' gRPC probes speak no TLS."""
    if not settings.health_port:
        return None
    server = grpc.server(ThreadPoolExecutor(2, "health"), options=OPTIONS)
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    bind(server, f"{settings.host}:{settings.health_port}")
    return server


def _handlers(door: type[Door], store: Store, tokens: TokenCheck, secret: bytes) -> grpc.GenericRpcHandler:
    instance: Any = door()
    table = {
        method.name: Answering(method, getattr(instance, method.name), store, tokens, secret).handler()
        for method in service_descriptor(door.service).methods
    }
    return grpc.method_handlers_generic_handler(door.service, table)
