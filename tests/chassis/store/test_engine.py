import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from chassis.clock import SetClock
from chassis.errors import Unusable
from chassis.settings import Settings
from chassis.store import Store, open_store
from tests.chassis.probe import OPERATOR, count_notes, metadata, notes, on_postgres, on_sqlite

TOGETHER = 8


def test_every_connection_is_as_the_house_wants_it(probe: Store) -> None:
    with probe.engine.connect() as connection:
        if probe.is_sqlite:
            pragmas = {
                name: connection.exec_driver_sql(f"pragma {name}").scalar() for name in ("journal_mode", "synchronous", "foreign_keys")
            }
            assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
        else:
            shown = {name: connection.execute(text(f"show {name}")).scalar() for name in ("search_path", "timezone")}
            assert shown == {"search_path": "probe", "timezone": "UTC"}


@on_sqlite
def test_processes_that_start_together_after_a_crash_wait_for_the_recovery(probe: Store, tmp_path: Path, clock: SetClock) -> None:
    for start in range(0, 2000, 500):
        probe.write(
            OPERATOR,
            lambda tx, s=start: tx.insert_many(notes, [{"note_id": f"n-{s + n}", "text": "x" * 2000} for n in range(500)]),  # type: ignore[misc]  # bound here
        )
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    # What a killed process leaves behind: the log is not put away.
    for name in ("probe.db", "probe.db-wal"):
        shutil.copy(tmp_path / name, crashed / name)
    ready = threading.Barrier(TOGETHER)

    def start_one(number: int) -> int:
        store = open_store(Settings("probe", data=crashed), metadata, clock)
        ready.wait(10)
        counted = store.read(OPERATOR, count_notes)
        store.write(OPERATOR, lambda tx: tx.insert(notes, note_id=f"process-{number}"))
        store.close()
        return counted

    with ThreadPoolExecutor(TOGETHER) as threads:
        assert all(2000 <= counted < 2000 + TOGETHER for counted in threads.map(start_one, range(TOGETHER)))


@on_sqlite
def test_opening_and_closing_beside_others_never_fails(probe: Store, clock: SetClock) -> None:
    """Whoever closes last puts the log away, and whoever opens meanwhile must wait."""

    def come_and_go(number: int) -> None:
        for turn in range(10):
            store = open_store(probe.settings, metadata, clock)
            store.write(OPERATOR, lambda tx, n=f"{number}-{turn}": tx.insert(notes, note_id=n))  # type: ignore[misc]  # bound here
            assert store.read(OPERATOR, count_notes) > turn
            store.close()

    probe.engine.dispose()
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(come_and_go, range(4)))
    assert probe.read(OPERATOR, count_notes) == 40


@on_postgres
def test_a_database_that_is_away_is_told_in_one_line(probe_settings: Settings, clock: SetClock) -> None:
    away = replace(probe_settings, database_url="postgresql://user:hunter2@127.0.0.1:1/hotline")
    with pytest.raises(Unusable, match="无法连接数据库") as refused:
        open_store(away, metadata, clock)
    assert len(str(refused.value).splitlines()) == 1
    assert "hunter2" not in str(refused.value)


def test_the_folder_of_the_data_is_its_owners_alone(tmp_path: Path, clock: SetClock) -> None:
    store = open_store(Settings("probe", data=tmp_path / "new" / "var"), metadata, clock)
    assert (tmp_path / "new" / "var").stat().st_mode & 0o777 == 0o700
    store.close()


@on_postgres
def test_a_table_without_statistics_is_read_by_its_index(probe: Store) -> None:
    asked = text("explain select * from notes where note_id = any (array['a', 'b'])")
    plan = "\n".join(row[0] for row in probe.read(OPERATOR, lambda tx: list(tx.connection.execute(asked))))
    assert "Index" in plan
    assert "Seq Scan" not in plan
