"""Engines: a SQLite file for each service under `var/`, or a schema and two roles of one PostgreSQL database."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy import URL, Connection, Engine, MetaData, create_engine, event, make_url, text
from sqlalchemy.exc import DisconnectionError, OperationalError

from chassis.clock import Clock, clock_of
from chassis.errors import Unusable
from chassis.store.group import begin_immediate, patiently
from chassis.store.pipe import send_by_pipes
from chassis.store.store import Store

if TYPE_CHECKING:
    from chassis.settings import Settings

# Every query has its index. A table that was just filled has no statistics yet, and what is planned then is kept for long.
BY_INDEX = "-c enable_seqscan=off -c jit=off"
POOL = 8
CONNECT_SECONDS = 5


def open_store(settings: Settings, metadata: MetaData, clock: Clock | None = None) -> Store:
    """A service's store as the settings say. Raises Unusable on PostgreSQL when a role may more than it should, or nothing."""
    clock = clock or clock_of(settings)
    if not settings.database_url:
        engine = sqlite_engine(settings)
        return Store(settings, metadata, clock, engine, engine)
    engine = postgres_engine(settings, f"hotline_{settings.service}")
    across = postgres_engine(settings, f"hotline_{settings.service}_relay")
    store = Store(settings, metadata, clock, engine, across)
    try:
        for each in (engine, across):
            refuse_power(each)
    except Unusable:
        store.close()
        raise
    return store


def sqlite_engine(settings: Settings) -> Engine:
    """The engine on `var/<service>.db`: WAL, every commit flushed, every write BEGIN IMMEDIATE.

    It never waits inside SQLite, which would stop every greenlet of a process, but naps: `group.patiently`.
    """
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    url = URL.create("sqlite", database=str(settings.data / f"{settings.service}.db"))
    arguments = {"timeout": 0, "check_same_thread": False}
    engine = create_engine(url, connect_args=arguments, pool_size=POOL, max_overflow=-1, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def postgres_engine(settings: Settings, role: str | None = None) -> Engine:
    """An engine for one role on the service's schema; without a role, for whoever the URL names."""
    url = make_url(settings.database_url).set(drivername="postgresql+psycopg")
    options = f"-c search_path={settings.service} -c timezone=UTC"
    if role:
        url = url.set(username=role, password=settings.database_password or url.password)
        options = f"{options} {BY_INDEX}"
    arguments = {"options": options, "connect_timeout": CONNECT_SECONDS}
    engine = create_engine(url, connect_args=arguments, pool_size=POOL, max_overflow=0, hide_parameters=True)
    event.listen(engine, "checkout", _hear_hanging_up)
    if role:
        send_by_pipes(engine)
    return engine


def refuse_power(engine: Engine) -> None:
    """Raise Unusable for a role that row security does not bind, or that cannot log in."""
    role = text(
        "select rolname, rolsuper or rolbypassrls or rolname = 'hotline_owner' or exists"
        " (select from pg_class where relnamespace = to_regnamespace(current_schema()) and pg_has_role(relowner, 'usage'))"
        " from pg_roles where rolname = current_user"
    )
    try:
        with engine.connect() as connection:
            name, unbound = connection.execute(role).one()
    except OperationalError as error:
        reason = " ".join(str(error.orig).split())
        raise Unusable(f"无法连接数据库：{reason}，请检查 DATABASE_URL，并先运行 python -m chassis.migrate") from None
    if unbound:
        raise Unusable(f"数据库角色 {name} 不受行级安全约束（超级用户、BYPASSRLS 或属主），不得用于提供服务")


def _hear_hanging_up(driver: Any, _record: Any, _proxy: Any) -> None:
    """A server that went away has said so on the wire: that costs nothing to hear, where a ping costs a journey each time."""
    try:
        # Its farewell comes first, and only then the end.
        driver.pgconn.consume_input()
        driver.pgconn.consume_input()
    except psycopg.Error as error:
        raise DisconnectionError from error


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    # Another process may be recovering what a crash left, or putting the log away.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        patiently(partial(connection.execute, f"PRAGMA {pragma}"))


def _begin_sqlite(connection: Connection) -> None:
    writes = bool(connection.get_execution_options().get("writes"))
    driver: Any = connection.connection.dbapi_connection
    driver.execute(f"PRAGMA query_only={not writes:d}")
    if writes:
        begin_immediate(connection)
    else:
        connection.exec_driver_sql("BEGIN")
        # A snapshot begins with the first row read.
        patiently(lambda: driver.execute("SELECT 1 FROM sqlite_schema LIMIT 1"))
