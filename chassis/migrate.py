"""Brings each service's store to its newest revision: `python -m chassis.migrate [SERVICE …]`.

On PostgreSQL it also makes the schema and the two roles of each service, grants them what they need and no more, and
forces row security. Whoever `DATABASE_URL` names must be allowed to do that; no process serves under that name.
`python -m chassis.migrate revision SERVICE "what changed"` writes a new migration from the difference to the tables.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, MetaData, text
from sqlalchemy.exc import OperationalError

from chassis.errors import Unusable
from chassis.settings import Settings, service_names
from chassis.store.engine import postgres_engine, sqlite_engine
from chassis.store.group import begin_write
from chassis.store.security import secure

ONE_AT_A_TIME = text("select pg_advisory_xact_lock(12345)")


def tables_of(service: str) -> MetaData:
    """The MetaData a service's store declares."""
    metadata: MetaData = import_module(f"services.{service}.store").metadata
    return metadata


def upgrade(settings: Settings) -> None:
    """Bring one service's store to its newest revision. Raises Unusable when the database cannot be reached."""
    metadata = tables_of(settings.service)
    engine = _owner_engine(settings)
    try:
        with begin_write(engine) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(ONE_AT_A_TIME)
                connection.execute(text(f"create schema if not exists {settings.service}"))
            command.upgrade(_alembic(settings.service, connection, metadata), "heads")
            if connection.dialect.name == "postgresql":
                secure(connection, settings, metadata, _tick_tables(settings.service))
    except OperationalError as error:
        raise Unusable(f"无法打开 {settings.service} 的数据库：{str(error.orig).splitlines()[0]}") from None
    finally:
        engine.dispose()


def revise(settings: Settings, message: str) -> None:
    """Write a new migration for what the tables have and the database has not."""
    with begin_write(_owner_engine(settings)) as connection:
        config = _alembic(settings.service, connection, tables_of(settings.service))
        versions = _versions(settings.service)
        number = len(list(versions.glob("0*.py"))) + 1
        command.revision(config, message, autogenerate=True, rev_id=f"{number:04}", version_path=str(versions))


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


def _tick_tables(service: str) -> tuple[str, ...]:
    return tuple(getattr(import_module(f"services.{service}.store"), "TICK_TABLES", ()))


def main(arguments: list[str]) -> int:
    """Upgrade the named services, or all."""
    if arguments[:1] == ["revision"]:
        revise(Settings.from_env(arguments[1]), arguments[2])
        return 0
    for service in arguments or service_names():
        upgrade(Settings.from_env(service))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Unusable as error:
        sys.exit(str(error))
