"""What the gateway's tests stand on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta

import pytest

from chassis.caller import Caller
from chassis.settings import Settings
from chassis.store import Tx
from services.directory.rules.tenants import Tenant
from services.directory.store.tenants import save_tenant
from tests.harness import Served
from tests.services.gateway.front import Front, front

OPERATOR = Caller("system", "app-key", "zibo", "zibo-hub", frozenset({"ROLE_OPERATOR"}))
# A proof takes longer than a token of directory's lives.
LONG = timedelta(hours=12)
Fronted = Callable[..., Front]


@pytest.fixture
def fronted(served: Callable[[str], Served]) -> Iterator[Fronted]:
    """Starts services and the gateway before them, which somebody speaks to by their token."""
    with ExitStack() as stack:

        def start(*services: str, by: Caller | None = OPERATOR) -> Front:
            running = {name: served(name) for name in services}
            if "directory" in running:
                running["directory"].store.write(Caller.timer("directory", "zibo"), _tenants)
            some = next(iter(running.values()))
            addresses = {name: f"127.0.0.1:{each.port}" for name, each in running.items()}
            settings = Settings("gateway", data=some.store.settings.data, addresses=addresses)
            before = stack.enter_context(front(settings))
            return replace(before, token=lambda caller: some.token(caller, LONG)).by(by)

        yield start


def _tenants(tx: Tx) -> None:
    save_tenant(tx, Tenant("zibo", "淄博市", "", {}, 1))
    save_tenant(tx, Tenant("zhangdian", "张店区", "zibo", {}, 1))
