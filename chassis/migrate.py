"""Brings each service's store to its newest revision: `python -m chassis.migrate [SERVICE …]`.

On PostgreSQL it also makes the schema and the two roles of each service, grants them what they need and no more, and
forces row security. Whoever `DATABASE_URL` names must be allowed to do that; no process serves under that name.
`python -m chassis.migrate revision SERVICE "what changed"` writes a new migration from the difference to the tables.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, MetaData, text
from sqlalchemy.exc import DBAPIError

from chassis.errors import Unusable
from chassis.opening import tables_of
from chassis.settings import Settings, service_names
from chassis.store.engine import postgres_engine, sqlite_engine
from chassis.store.failing import is_away
from chassis.store.group import begin_write
from chassis.store.security import secure
from chassis.store.store import write

FORBIDDEN = "42501"
ONE_AT_A_TIME = text("select pg_advisory_xact_lock(12345)")


def upgrade(settings: Settings) -> None:
    """Bring one service's store to its newest revision; of several at the same time one does it.

    Raises Unusable when the database cannot be reached or does not let whoever DATABASE_URL names do it.
    """
    metadata = tables_of(settings.service)
    engine = _owner_engine(settings)
    try:
        write(engine, lambda connection: _upgrade(connection, settings, metadata))
    except DBAPIError as error:
        if is_away(error):
            raise Unusable(f"无法打开 {settings.service} 的数据库：{' '.join(str(error.orig).split())}") from None
        if getattr(error.orig, "sqlstate", None) == FORBIDDEN:
            raise Unusable(f"DATABASE_URL 所用角色无权建立 {settings.service} 的模式、表或角色：需要 CREATE 和 CREATEROLE 权限") from None
        raise
    finally:
        engine.dispose()


def revise(settings: Settings, message: str) -> None:
    """Write a new migration for what the tables have and the database has not."""
    engine = _owner_engine(settings)
    with begin_write(engine) as connection:
        config = _alembic(settings.service, connection, tables_of(settings.service))
        versions = _versions(settings.service)
        number = len(list(versions.glob("0*.py"))) + 1
        command.revision(config, message, autogenerate=True, rev_id=f"{number:04}", version_path=str(versions))
    engine.dispose()


def _upgrade(connection: Connection, settings: Settings, metadata: MetaData) -> None:
    on_postgres = connection.dialect.name == "postgresql"
    if on_postgres:
        connection.execute(ONE_AT_A_TIME)
        connection.execute(text(f"create schema if not exists {settings.service}"))
    command.upgrade(_alembic(settings.service, connection, metadata), "heads")
    if on_postgres:
        store = import_module(f"services.{settings.service}.store")
        secure(connection, settings, metadata, getattr(store, "TICK_TABLES", ()), getattr(store, "MEASURED_TABLES", ()))


def _owner_engine(settings: Settings) -> Engine:
    return postgres_engine(settings) if settings.database_url else sqlite_engine(settings)


def _alembic(service: str, connection: Connection, metadata: MetaData) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("version_locations", str(_versions(service)))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes.update(connection=connection, metadata=metadata)
    return config


def _versions(service: str) -> Path:
    package = import_module(f"services.{service}")
    return Path(package.__path__[0]) / "migrations"


def _has_store(service: str) -> bool:
    package = find_spec(f"services.{service}") if service.isidentifier() else None
    return package is not None and find_spec(f"services.{service}.store") is not None


def main(arguments: list[str]) -> int:
    """Upgrade the named services, or all. Raises Unusable for a service there is none of."""
    revising = arguments[:1] == ["revision"]
    if revising and len(arguments) != 3:  # noqa: PLR2004 - the word, a service, what changed
        raise Unusable('用法：python -m chassis.migrate revision 服务 "改了什么"')
    services = arguments[1:2] if revising else arguments or service_names()
    for service in services:
        if not _has_store(service):
            raise Unusable(f"没有服务 {service}：可用 {'、'.join(service_names())}")
        settings = Settings.from_env(service)
        if revising:
            revise(settings, arguments[2])
        else:
            upgrade(settings)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Unusable as error:
        sys.exit(str(error))
