"""Engines: a SQLite file for each service under `var/`, or a schema and two roles of one PostgreSQL database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Engine, MetaData, create_engine, event, make_url, text

from chassis.clock import Clock, clock_of
from chassis.errors import Unusable
from chassis.store.group import begin_immediate
from chassis.store.store import Store

if TYPE_CHECKING:
    from chassis.settings import Settings

POOL = 8
# A greenlet that waits inside SQLite's own busy handler stops its whole process, so that wait is short.
BUSY_SECONDS = 0.005


def open_store(settings: Settings, metadata: MetaData, clock: Clock | None = None) -> Store:
    """A service's store as the settings say. Raises Unusable on PostgreSQL when a role may more than it should."""
    clock = clock or clock_of(settings)
    if not settings.database_url:
        engine = sqlite_engine(settings)
        return Store(settings, metadata, clock, engine, engine)
    engine = postgres_engine(settings, f"hotline_{settings.service}")
    across = postgres_engine(settings, f"hotline_{settings.service}_relay", pool=4)
    for each in (engine, across):
        refuse_power(each)
    return Store(settings, metadata, clock, engine, across)


def sqlite_engine(settings: Settings) -> Engine:
    """The engine on `var/<service>.db`: WAL, every commit flushed, every write BEGIN IMMEDIATE."""
    settings.data.mkdir(parents=True, exist_ok=True)
    url = URL.create("sqlite", database=str(settings.data / f"{settings.service}.db"))
    engine = create_engine(
        url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}, pool_size=POOL, max_overflow=-1, hide_parameters=True
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def postgres_engine(settings: Settings, role: str | None = None, pool: int = POOL) -> Engine:
    """An engine for one role on the service's schema; without a role, for whoever the URL names."""
    url = make_url(settings.database_url).set(drivername="postgresql+psycopg")
    if role:
        url = url.set(username=role, password=settings.database_password or url.password)
    options = f"-c search_path={settings.service} -c timezone=UTC"
    return create_engine(url, connect_args={"options": options}, pool_size=pool, max_overflow=0, pool_pre_ping=True, hide_parameters=True)


def refuse_power(engine: Engine) -> None:
    """Raise Unusable for a role that row security does not bind."""
    role = text("select rolname, rolsuper or rolbypassrls, rolname = 'hotline_owner' from pg_roles where rolname = current_user")
    with engine.connect() as connection:
        name, bypasses, owns = connection.execute(role).one()
    if bypasses or owns:
        raise Unusable(f"数据库角色 {name} 不受行级安全约束（超级用户、BYPASSRLS 或属主），不得用于提供服务")


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get("writes"):
        begin_immediate(connection)
    else:
        connection.exec_driver_sql("BEGIN")
