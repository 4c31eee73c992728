"""The services on disk that have a worker, and their stores."""

from __future__ import annotations

from sqlalchemy import inspect
from sqlalchemy.exc import OperationalError

from chassis.clock import clock_of
from chassis.errors import Unusable
from chassis.migrate import tables_of
from chassis.settings import Settings, services_with
from chassis.store import Store, open_store


def worker_names() -> tuple[str, ...]:
    """Services on disk that have a worker."""
    return services_with("worker")


def known_worker(name: str) -> str:
    """The name itself. Raises Unusable when no service of that name has a worker."""
    if name not in worker_names():
        raise Unusable(f"没有服务 {name} 的 worker：可用 {'、'.join(worker_names()) or '无'}")
    return name


def open_worker_store(settings: Settings) -> Store:
    """A service's store. Raises Unusable with one line when it cannot be reached or has no tables."""
    try:
        store = open_store(settings, tables_of(settings.service), clock_of(settings))
        with store.engine.connect() as connection:
            ready = inspect(connection).has_table("inbox")
    except OperationalError as error:
        kind = type(error.orig).__name__
        raise Unusable(f"无法打开 {settings.service} 的数据库（{kind}）：请检查 DATABASE_URL 以及数据库是否在运行") from None
    if not ready:
        raise Unusable(f"{settings.service} 的数据库还没有建表：请先运行 python -m chassis.migrate {settings.service}")
    return store
