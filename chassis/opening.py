"""A service's store, as its processes open it."""

from __future__ import annotations

from sqlalchemy import inspect

from chassis.clock import clock_of
from chassis.errors import Unusable
from chassis.migrate import tables_of
from chassis.settings import Settings
from chassis.store import Store, open_store


def open_service(settings: Settings) -> Store:
    """The store of the service the settings name. Raises Unusable with one line when it cannot be reached or has no tables."""
    store = open_store(settings, tables_of(settings.service), clock_of(settings))
    with store.engine.connect() as connection:
        ready = inspect(connection).has_table("inbox")
    if not ready:
        store.close()
        raise Unusable(f"{settings.service} 的数据库还没有建表：请先运行 python -m chassis.migrate {settings.service}")
    return store
