"""A service's store, as its processes open it."""

from __future__ import annotations

from importlib import import_module

from sqlalchemy import MetaData, inspect
from sqlalchemy.exc import OperationalError

from chassis.clock import clock_of
from chassis.errors import Unusable
from chassis.settings import Settings
from chassis.store import Store, open_store
from chassis.store.pools import POOLS


def tables_of(service: str) -> MetaData:
    """The MetaData a service's store declares."""
    metadata: MetaData = import_module(f"services.{service}.store").metadata
    return metadata


def open_service(settings: Settings) -> Store:
    """The store of the service the settings name. Raises Unusable with one line when it cannot be reached or has no tables."""
    store = open_store(settings, tables_of(settings.service), clock_of(settings))
    try:
        with store.engine.connect() as connection:
            if inspect(connection).has_table("inbox"):
                POOLS.watch(store)
                return store
    except OperationalError as error:
        store.close()
        kind = type(error.orig).__name__
        raise Unusable(f"无法打开 {settings.service} 的数据库（{kind}）：请检查 DATABASE_URL 以及数据库是否在运行") from None
    store.close()
    raise Unusable(f"{settings.service} 的数据库还没有建表：请先运行 python -m chassis.migrate {settings.service}")
