"""A hotline of a benchmark's own, and its people."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from chassis.grpc import Client, dial
from chassis.settings import Settings, service_names
from simulator.instance import running
from simulator.people import CHANNELS, House
from tests.servers.fixtures import private_servers

# A virtual clock is a file that every transaction reads.
BY_REAL_TIME = {"CLOCK": "real"}


class Forwarded(House):
    """The hotline behind an ingress that costs these two cores nothing: each service is called at its own address."""

    def __init__(self, door: str, credentials: Sequence[dict[str, Any]]) -> None:
        super().__init__(door, credentials)
        host, _, port = door.rpartition(":")
        settings = Settings("bench", host=host, door_port=int(port))
        self._services = {name: [dial(settings.address_of(name)) for _ in range(CHANNELS)] for name in service_names()}

    def client_for(self, method: str) -> Client:
        """By the package, as an ingress would; what is no service's of its own goes by the door."""
        own = self._services.get(method.split(".")[1])
        return own[threading.get_ident() % CHANNELS] if own else super().client_for(method)

    def close(self) -> None:
        """Hang up."""
        super().close()
        for clients in self._services.values():
            for client in clients:
                client.close()


@contextmanager
def city_with(*, servers: bool, house: type[House] = House, told: Mapping[str, str] | None = None) -> Iterator[tuple[House, Path, str]]:
    """Its people, its folder and its database's URL; on a private RabbitMQ and PostgreSQL, or embedded, where the URL is empty.

    `told`: what it is told by its environment beside that.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hotline-bench-"))) / "city"
        addresses = stack.enter_context(private_servers()) if servers else {}
        instance = stack.enter_context(running(folder, told={**addresses, **(told or {})}))
        people = house(instance.door, instance.credentials)
        stack.callback(people.close)
        yield people, folder, addresses.get("DATABASE_URL", "")
