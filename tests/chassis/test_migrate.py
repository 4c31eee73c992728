from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from chassis import migrate
from chassis.errors import Unusable
from chassis.migrate import upgrade
from chassis.opening import open_service, tables_of
from chassis.settings import Settings, service_names
from chassis.store.engine import postgres_engine, sqlite_engine
from tests.chassis.probe import on_postgres, on_sqlite


@pytest.fixture(params=service_names())
def settings(request: pytest.FixtureRequest, probe_settings: Settings) -> Settings:
    """Each service on disk, on each database."""
    return replace(probe_settings, service=request.param)


def test_migrations_make_what_the_tables_declare(settings: Settings) -> None:
    upgrade(settings)
    engine = postgres_engine(settings) if settings.database_url else sqlite_engine(settings)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, tables_of(settings.service))
    engine.dispose()
    assert differences == []


def test_upgrading_again_and_at_the_same_time_changes_nothing(settings: Settings) -> None:
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(upgrade, [settings] * 4))
    upgrade(settings)
    store = open_service(settings)
    store.close()


@on_sqlite
def test_a_store_that_was_never_migrated_is_told_in_one_line(settings: Settings) -> None:
    with pytest.raises(Unusable, match=f"python -m chassis.migrate {settings.service}$"):
        open_service(settings)


@on_postgres
def test_who_may_not_make_schemas_and_roles_is_told_so(probe_settings: Settings) -> None:
    settings = replace(probe_settings, service=service_names()[0])
    upgrade(settings)
    owner = postgres_engine(settings)
    with owner.begin() as connection:
        database = connection.execute(text("select current_database()")).scalar_one()
        connection.execute(text(f"revoke create on database {database} from public"))
    password = owner.url.password
    owner.dispose()
    weak = owner.url.set(username=f"hotline_{settings.service}", password=password).render_as_string(hide_password=False)
    with pytest.raises(Unusable, match="无权") as refused:
        upgrade(replace(settings, service=service_names()[1], database_url=weak.replace("postgresql+psycopg", "postgresql")))
    assert str(password) not in str(refused.value)


@on_postgres
def test_a_database_that_is_away_is_told_in_one_line(probe_settings: Settings) -> None:
    away = replace(probe_settings, service=service_names()[0], database_url="postgresql://user:hunter2@127.0.0.1:1/hotline")
    with pytest.raises(Unusable, match="无法打开") as refused:
        upgrade(away)
    assert len(str(refused.value).splitlines()) == 1
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("arguments", [["nothing"], ["../x"], ["revision"], ["revision", "sla"], ["revision", "nothing", "x"]])
def test_a_wrong_command_is_told_in_one_line(arguments: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATA", str(tmp_path))
    with pytest.raises(Unusable) as refused:
        migrate.main(arguments)
    assert len(str(refused.value).splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
