"""Which file may import what: the walls that import-linter cannot say, since they hold for names and kinds of module."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from tests.walls.sources import PRODUCTION, Source, named

# Run by hand when a notice is out; nothing imports it.
WRITES_HOLIDAYS = "regulation/holidays/write.py"
# Of the standard library, what would give the law a clock, a network or a store.
MACHINERY = {"asyncio", "http", "multiprocessing", "socket", "sqlite3", "subprocess", "threading", "time", "urllib"}
GRPC = ("grpc", "grpc_health", "grpc_reflection", "grpc_status")
GRPC_DOORS = ("chassis/grpc*", "services/*/api.py", "services/*/api/*", "services/*/link.py", "services/*/link/*", "services/gateway/*")
QUEUE = ("nameko", "eventlet", "greenlet", "kombu", "amqp")
QUEUE_DOORS = ("chassis/bus*", "chassis/work.py", "services/*/worker.py", "services/*/worker/*")


def law_imports_only_itself(source: Source) -> Iterator[str]:
    """regulation imports only the standard library without its machinery, and itself."""
    if not source.is_in("regulation/*") or source.path == WRITES_HOLIDAYS:
        return
    for node, name in source.imports():
        top = name.split(".")[0]
        if top != "regulation" and (top not in sys.stdlib_module_names or top in MACHINERY):
            yield source.at(node, f"the law imports {name}")
        if name.startswith("regulation.holidays.write"):
            yield source.at(node, "the law reads files of holidays, never the script that writes them")


def chassis_knows_not_allowed_alone(source: Source) -> Iterator[str]:
    """chassis takes from regulation NotAllowed and nothing else."""
    if source.is_in("chassis/*"):
        for node, name in named(source, "regulation"):
            if name != "regulation.articles.NotAllowed":
                yield source.at(node, f"the chassis imports {name}")


def services_are_apart(source: Source) -> Iterator[str]:
    """A service imports itself, and never another."""
    if source.is_in("services/*/*"):
        own = source.path.split("/")[1]
        for node, name in named(source, "services"):
            if name.split(".")[1] != own:
                yield source.at(node, f"{own} imports {name}")


def grpc_stays_at_the_doors(source: Source) -> Iterator[str]:
    """grpc and what is generated for it only in chassis/grpc and in api, link and gateway."""
    if source.is_in("chassis/*", "services/*", "regulation/*") and not source.is_in(*GRPC_DOORS):
        for node, name in source.imports():
            if name.split(".")[0] in GRPC or "_pb2_grpc" in name:
                yield source.at(node, f"grpc outside its doors: {name}")


def nameko_stays_at_the_queue(source: Source) -> Iterator[str]:
    """nameko, eventlet and what they stand on only in chassis/bus, chassis/work.py and worker."""
    if source.is_in(*(f"{folder}/*" for folder in PRODUCTION)) and not source.is_in(*QUEUE_DOORS):
        for node, name in named(source, *QUEUE):
            yield source.at(node, f"nameko outside the queue: {name}")


IMPORT_WALLS = (
    law_imports_only_itself,
    chassis_knows_not_allowed_alone,
    services_are_apart,
    grpc_stays_at_the_doors,
    nameko_stays_at_the_queue,
)
