"""Runs links: `python -m chassis.link [SERVICE …]`, without names those of all services in one process.

A link holds a service's connections to the outside, on asyncio. eventlet and nameko never enter it, so it may ask by gRPC.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module

from chassis import telemetry
from chassis.errors import Unusable
from chassis.grpc.asking import Asking
from chassis.health import serve_page
from chassis.linking import Kept, Line
from chassis.memory import settle
from chassis.opening import open_service
from chassis.settings import Settings, services_with

LOG = logging.getLogger("chassis.link")
GRACE_SECONDS = 10.0
# Each waits for a database or another service most of the time; asyncio's own are four more than the cores.
THREADS = 16


def kept(service: str, stopping: asyncio.Event) -> Kept:
    """A service's link, ready to be run. Raises Unusable where it has no store yet."""
    settings = Settings.from_env(service)
    store = open_service(settings)
    store.group_commits()
    return Kept(import_module(f"services.{service}.link").LINK, Line(store, Asking(settings), stopping))


async def run(links: list[Kept], stopping: asyncio.Event) -> None:
    """Until told to stop; a link that does not end in time is cut off, which is no worse than a crash."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, "link"))
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    tasks = [asyncio.create_task(link.keep()) for link in links]
    await stopping.wait()
    _, late = await asyncio.wait(tasks, timeout=GRACE_SECONDS)
    for task in late:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def main(arguments: list[str]) -> int:
    """Run until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m chassis.link")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--metrics-port", type=int)
    options = parser.parse_args(arguments)
    names = options.names or services_with("link")
    if unknown := [name for name in names if name not in services_with("link")]:
        raise Unusable(f"没有服务 {unknown[0]} 的 link：可用 {'、'.join(services_with('link')) or '无'}")
    if not names:
        raise Unusable("没有任何服务有 link")
    settings = Settings.from_env(names[0] if len(names) == 1 else "link")
    telemetry.start(settings, "link")
    stopping = asyncio.Event()
    links = [kept(name, stopping) for name in names]
    page = serve_page(
        settings.host,
        options.metrics_port or settings.metrics_port,
        lambda: [link.line.store.service for link in links if not link.running],
    )
    settle()
    LOG.info("linking %s", "、".join(names))
    asyncio.run(run(links, stopping))
    page.shutdown()
    for link in links:
        link.line.asking.close()
        link.line.store.close()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Unusable as error:
        sys.exit(str(error))
