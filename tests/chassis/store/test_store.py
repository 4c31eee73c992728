import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, InternalError, ProgrammingError

from chassis.clock import SetClock
from chassis.errors import Denied
from chassis.settings import Settings
from chassis.store import Store, Tx
from chassis.store.failing import is_away, is_collision
from chassis.store.group import begin_write
from tests.chassis.probe import OPERATOR, STRANGER, every_note, notes, on_postgres, open_probe, owner_engine


def test_an_action_is_done_together_or_not_at_all(probe: Store) -> None:
    def half(tx: Tx) -> None:
        tx.insert(notes, note_id="first")
        raise Denied("不行")

    with pytest.raises(Denied):
        probe.write(OPERATOR, half)
    assert every_note(probe) == []


def test_a_transaction_has_one_instant(probe: Store, clock: SetClock) -> None:
    def act(tx: Tx) -> bool:
        before = tx.now
        clock.set(clock.now().replace(year=2026))
        return tx.now == before

    assert probe.write(OPERATOR, act)


def test_what_was_written_is_there_when_the_store_is_opened_again(probe: Store, clock: SetClock) -> None:
    probe.write(OPERATOR, lambda tx: tx.insert(notes, note_id="kept"))
    again = Store(probe.settings, notes.metadata, clock, probe.engine, probe.engine)
    assert again.read(OPERATOR, lambda tx: len(tx.all(tx.select(notes)))) == 1


@on_postgres
def test_after_a_deadlock_both_writes_are_done(probe: Store) -> None:
    probe.write(OPERATOR, lambda tx: tx.insert_many(notes, [{"note_id": "a"}, {"note_id": "b"}]))
    met, tries = threading.Barrier(2), []

    def cross(first: str, second: str) -> None:
        def act(tx: Tx) -> None:
            tries.append(first)
            tx.run(tx.update(notes).where(notes.c.note_id == first).values(version=notes.c.version + 1))
            if tries.count(first) == 1:
                met.wait(10)
            tx.run(tx.update(notes).where(notes.c.note_id == second).values(version=notes.c.version + 1))

        probe.write(OPERATOR, act)

    with ThreadPoolExecutor(2) as threads:
        for each in [threads.submit(cross, "a", "b"), threads.submit(cross, "b", "a")]:
            each.result(30)
    assert len(tries) == 3
    assert [row["version"] for row in probe.read(OPERATOR, lambda tx: tx.all(tx.select(notes)))] == [2, 2]


@on_postgres
def test_who_collides_every_time_is_told_in_the_end(probe: Store) -> None:
    tries = []

    def collide(tx: Tx) -> None:
        tries.append(1)
        tx.run(text("do $$ begin raise exception using errcode = '40001'; end $$"))

    with pytest.raises(DBAPIError) as failed:
        probe.write(OPERATOR, collide)
    assert is_collision(failed.value)
    assert is_away(failed.value)
    assert len(tries) == 5


@on_postgres
@pytest.mark.parametrize("statement", ["select 1/0", "select * from nothing_here"])
def test_a_mistake_is_not_tried_again(probe: Store, statement: str) -> None:
    tries = []

    def mistake(tx: Tx) -> None:
        tries.append(1)
        tx.run(text(statement))

    with pytest.raises(DBAPIError) as failed:
        probe.write(OPERATOR, mistake)
    assert len(tries) == 1
    assert not is_away(failed.value)


def _cut_off(settings: Settings) -> None:
    """End every session of the probe's roles, as a database that restarts."""
    engine = owner_engine(settings)
    with engine.connect() as connection:
        connection.execute(text("select pg_terminate_backend(pid) from pg_stat_activity where usename like 'hotline_probe%'"))
    engine.dispose()


@on_postgres
def test_a_lost_connection_fails_what_is_under_way_and_nothing_later(probe: Store) -> None:
    def lose(tx: Tx) -> None:
        tx.insert(notes, note_id="lost")
        _cut_off(probe.settings)
        tx.insert(notes, note_id="lost too")

    probe.read(STRANGER, lambda tx: tx.all(tx.select(notes)))
    with pytest.raises(DBAPIError) as failed:
        probe.write(OPERATOR, lose)
    assert is_away(failed.value)
    _cut_off(probe.settings)
    probe.write(OPERATOR, lambda tx: tx.insert(notes, note_id="after"))
    assert every_note(probe) == ["after"]


@on_postgres
def test_the_limit_ends_with_its_transaction(probe: Store) -> None:
    """A pooled connection carries nothing over."""
    probe.write(OPERATOR, lambda tx: tx.insert(notes, note_id="mine"))
    with probe.engine.connect() as connection:
        assert connection.execute(text("select count(*) from notes")).scalar_one() == 0
    with pytest.raises(ProgrammingError, match="row-level security"), begin_write(probe.engine) as connection:
        connection.execute(text("insert into notes (note_id, tenant_id) values ('n', 'zibo')"))


@on_postgres
def test_a_query_leaves_its_connection_able_to_write(probe: Store) -> None:
    for number in range(12):
        with pytest.raises(InternalError, match="read-only"):
            probe.read(OPERATOR, lambda tx: tx.insert(notes, note_id="no"))
        probe.write(OPERATOR, lambda tx, n=number: tx.insert(notes, note_id=f"n-{n:02}"))  # type: ignore[misc]  # bound here
    assert len(every_note(probe)) == 12


def test_a_closed_store_of_threads_lets_go_of_its_file(tmp_path: Path, clock: SetClock) -> None:
    settings = Settings("probe", data=tmp_path)
    store = open_probe(settings, clock)
    store.group_commits()
    store.write(OPERATOR, lambda tx: tx.insert(notes, note_id="kept"))
    store.close()
    assert not (tmp_path / "probe.db-wal").exists()
    again = open_probe(settings, clock)
    assert every_note(again) == ["kept"]
    again.close()
