"""A worker process: the nameko containers of some services, started, watched and stopped together."""

from __future__ import annotations

import logging
from importlib import import_module
from typing import Any

import kombu.pools
from nameko.runners import ServiceRunner

from chassis.bus import inproc
from chassis.bus.broker import connection_to, encryption
from chassis.bus.container import service_of
from chassis.errors import Unusable
from chassis.opening import open_service
from chassis.settings import Settings, known_worker, worker_names
from chassis.store import Store

LOG = logging.getLogger(__name__)
# nameko takes a connection for each caller inside a worker; kombu's own bound of 10 deadlocks.
CONNECTIONS = 64


class Workers:
    """The workers of some services, or of all, in this process."""

    def __init__(self, names: tuple[str, ...]) -> None:
        """Opens stores and checks that all can start. Raises Unusable with one line."""
        known = worker_names()
        names = names or known
        if not known:
            raise Unusable("没有任何服务有 worker")
        settings = [Settings.from_env(known_worker(name)) for name in names]
        if settings[0].embedded and set(names) != set(known):
            raise Unusable("没有 AMQP_URI 时队列只存在于一个进程里，不能只启动一部分服务：请不带名字运行，或设置 AMQP_URI")
        self._uri = _queue_of(settings[0])
        self._stores = [open_service(each) for each in settings]
        self._runner = _runner(self._uri, self._stores)

    def start(self) -> None:
        """Start consuming, relaying and ticking."""
        self._runner.start()

    def stop(self) -> None:
        """Finish what is being handled and stop."""
        self._runner.stop()

    def wait(self) -> None:
        """Until all have stopped. Raises what ended one of them."""
        self._runner.wait()
        for store in self._stores:
            store.close()

    def not_ready(self) -> list[str]:
        """Services that are not started, or not connected to what they listen to."""
        return [container.service_name for container in self._runner.containers if not container.is_consuming]


def _queue_of(settings: Settings) -> str:
    kombu.pools.set_limit(CONNECTIONS)
    if settings.embedded:
        inproc.register()
        return inproc.URI
    try:
        with connection_to(settings) as connection:
            connection.connect()
            return settings.amqp_uri
    except Exception as error:  # noqa: BLE001 - whatever the driver says, in one line
        where = connection_to(settings).as_uri()
        raise Unusable(f"连不上消息队列 {where}（{type(error).__name__}）：请检查 AMQP_URI 以及 RabbitMQ 是否在运行") from None


def _runner(uri: str, stores: list[Store]) -> Any:
    config = {
        "AMQP_URI": uri,
        "AMQP_SSL": encryption(stores[0].settings),
        "SERVICE_CONTAINER_CLS": "chassis.bus.container.TracingContainer",
        # One message of 64 events at a time is as fast as two, and keeps their order where nothing fails.
        "max_workers": 1,
    }
    runner = ServiceRunner(config)
    for store in stores:
        runner.add_service(service_of(import_module(f"services.{store.service}.worker").WORKER(), store))
    return runner
