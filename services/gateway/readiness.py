"""Whether all that the hotline consists of is ready: every api and the door by gRPC health, every worker and link by its page."""

from __future__ import annotations

import asyncio
import urllib.request
from dataclasses import dataclass

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from chassis.grpc.wire import open_aio_channel
from chassis.settings import Settings, service_names

SECONDS = 2.0
# Where one of ours stands in front of the services; on Kubernetes an ingress does.
DOOR = "door"


@dataclass(frozen=True)
class Part:
    """A process, or a service in it, and whether it is ready."""

    name: str
    address: str
    ready: bool


class Readiness:
    """Asks everybody, side by side. Made inside the event loop that it is used in."""

    def __init__(self, settings: Settings) -> None:
        self._addresses = {f"{name} api": settings.address_of(name) for name in service_names()}
        if DOOR in settings.addresses:
            self._addresses[DOOR] = settings.addresses[DOOR]
        self._channels = {name: open_aio_channel(address, settings.tls) for name, address in self._addresses.items()}
        self._pages = {
            f"{part} {number}": address
            for part, addresses in (("worker", settings.workers), ("link", settings.links))
            for number, address in enumerate(addresses, 1)
        }

    async def parts(self) -> list[Part]:
        """Every part, in the order of their names."""
        apis = [self._api(name) for name in self._channels]
        pages = [self._page(name, address) for name, address in self._pages.items()]
        return list(await asyncio.gather(*apis, *pages))

    async def close(self) -> None:
        """Hang up."""
        for channel in self._channels.values():
            await channel.close()

    async def _api(self, name: str) -> Part:
        stub = health_pb2_grpc.HealthStub(self._channels[name])
        try:
            answer = await stub.Check(health_pb2.HealthCheckRequest(), timeout=SECONDS)  # type: ignore[attr-defined]  # its types lack it
            ready = answer.status == health_pb2.HealthCheckResponse.SERVING
        except grpc.RpcError:
            ready = False
        return Part(name, self._addresses[name], ready)

    async def _page(self, name: str, address: str) -> Part:
        return Part(name, address, await asyncio.to_thread(_answers, f"http://{address}/healthz"))


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=SECONDS):  # noqa: S310 - our own process's page
            return True
    except OSError:
        return False
