"""Serves gRPC: `python -m chassis.serve SERVICE`, `… door`, or `… all` for every service and the door in one process."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
from importlib import import_module
from wsgiref.simple_server import WSGIServer

from prometheus_client import start_http_server

from chassis import telemetry
from chassis.errors import Unusable
from chassis.grpc.clock_door import ClockDoor
from chassis.grpc.door import Doorway
from chassis.grpc.doors import doors_of
from chassis.grpc.server import GrpcServer
from chassis.memory import settle
from chassis.opening import open_service
from chassis.settings import Settings, service_names
from chassis.store import Store

LOG = logging.getLogger(__name__)


def serve(service: str) -> tuple[GrpcServer, Store]:
    """A service's server, bound and not yet started, and its store."""
    store = open_service(Settings.from_env(service))
    store.group_commits()
    # What must be there before anybody is let in.
    getattr(import_module(f"services.{service}.api"), "warm", lambda _: None)(store)
    doors = doors_of(service)
    if store.settings.clock == "virtual":
        doors.append(ClockDoor)
    return GrpcServer(store, doors, store.settings.own_address), store


def doorway(settings: Settings) -> Doorway:
    """The door in front of every service on disk."""
    backends = {name: settings.address_of(name) for name in service_names()}
    return Doorway(f"{settings.host}:{settings.door_port}", backends, settings)


def _metrics(host: str, port: int) -> WSGIServer:
    try:
        server, _ = start_http_server(port, host)
    except OSError as error:
        raise Unusable(f"不能在 {host}:{port} 提供指标：{error.strerror}，请用 METRICS_PORT 另指定端口") from None
    return server


def main(arguments: list[str]) -> int:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m chassis.serve")
    parser.add_argument("name", choices=[*service_names(), "door", "all"])
    parser.add_argument("--metrics-port", type=int)
    options = parser.parse_args(arguments)
    settings = Settings.from_env("api" if options.name == "all" else options.name)
    telemetry.start(settings, "api")
    names = service_names() if options.name == "all" else [options.name] if options.name != "door" else []
    served = [serve(name) for name in names]
    servers: list[GrpcServer | Doorway] = [server for server, _ in served]
    if options.name in ("door", "all"):
        servers.append(doorway(settings))
    metrics = _metrics(settings.host, options.metrics_port or settings.metrics_port)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    settle()
    for server in servers:
        server.start()
    LOG.info("serving %s", options.name)
    stopping.wait()
    for server in reversed(servers):
        server.stop()
    for _, store in served:
        store.close()
    metrics.shutdown()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Unusable as error:
        sys.exit(str(error))
