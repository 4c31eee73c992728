import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.exc import IntegrityError, OperationalError

from chassis.errors import Denied
from chassis.store import Store, Tx, group
from tests.chassis.probe import OPERATOR, every_note, notes, on_sqlite

pytestmark = on_sqlite

HOLD = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("begin immediate")
print("held", flush=True)
time.sleep(float(sys.argv[2]))
connection.execute("rollback")
"""


@pytest.fixture
def grouped(probe: Store) -> Store:
    probe.group_commits()
    return probe


def _keep(store: Store, note_id: str) -> str:
    def keep(tx: Tx) -> str:
        tx.insert(notes, note_id=note_id)
        return note_id

    return store.write(OPERATOR, keep)


def _together(store: Store, actions: list[threading.Event], writes: list[str]) -> list[object]:
    """Run writes so that they meet in one group: the writer is held until all are waiting."""
    gate, inside = threading.Event(), threading.Event()

    def hold(_tx: Tx) -> None:
        inside.set()
        assert gate.wait(10)

    def outcome(note_id: str) -> object:
        try:
            return _keep(store, note_id)
        except Exception as error:  # noqa: BLE001 - the outcome is what is looked at
            return error

    with ThreadPoolExecutor(len(writes) + 1) as threads:
        held = threads.submit(store.write, OPERATOR, hold)
        assert inside.wait(10)
        running = [threads.submit(outcome, note_id) for note_id in writes]
        time.sleep(0.2)
        for each in actions:
            each.set()
        gate.set()
        held.result()
        return [each.result() for each in running]


def test_many_writes_share_a_commit(grouped: Store) -> None:
    commits = []
    event.listen(grouped.engine, "commit", lambda _connection: commits.append(1))
    ids = [f"n-{number:02}" for number in range(20)]
    assert _together(grouped, [], ids) == ids
    assert every_note(grouped) == ids
    assert len(commits) <= 3


def test_a_bad_write_among_good_ones_fails_alone(grouped: Store) -> None:
    _keep(grouped, "taken")
    outcomes = _together(grouped, [], ["a", "taken", "b", "taken", "c"])
    assert [outcome for outcome in outcomes if isinstance(outcome, str)] == ["a", "b", "c"]
    assert [type(outcome) for outcome in outcomes if not isinstance(outcome, str)] == [IntegrityError, IntegrityError]
    assert every_note(grouped) == ["a", "b", "c", "taken"]


def test_what_a_refused_write_wrote_is_gone(grouped: Store) -> None:
    def write_then_refuse(tx: Tx) -> None:
        tx.insert(notes, note_id="gone")
        raise Denied("不行")

    with pytest.raises(Denied):
        grouped.write(OPERATOR, write_then_refuse)
    assert every_note(grouped) == []


def test_even_what_is_no_exception_is_handed_back(grouped: Store) -> None:
    def leave(_tx: Tx) -> None:
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        grouped.write(OPERATOR, leave)
    assert _keep(grouped, "after") == "after"


def test_many_threads_lose_nothing(grouped: Store) -> None:
    ids = [f"n-{number:03}" for number in range(400)]
    with ThreadPoolExecutor(32) as threads:
        assert list(threads.map(lambda note_id: _keep(grouped, note_id), ids)) == ids
    assert every_note(grouped) == ids


def test_a_failed_commit_is_told_to_everyone(grouped: Store) -> None:
    def fail(_connection: Connection) -> None:
        raise OperationalError("COMMIT", {}, sqlite3.OperationalError("disk I/O error"))

    event.listen(grouped.engine, "commit", fail)
    outcomes = _together_failing(grouped)
    event.remove(grouped.engine, "commit", fail)
    assert [type(outcome) for outcome in outcomes] == [OperationalError] * 3
    assert every_note(grouped) == []
    assert _keep(grouped, "after") == "after"


def _together_failing(store: Store) -> list[object]:
    def outcome(note_id: str) -> object:
        try:
            return _keep(store, note_id)
        except OperationalError as error:
            return error

    with ThreadPoolExecutor(3) as threads:
        return list(threads.map(outcome, ("a", "b", "c")))


def test_when_sqlite_rolls_everything_back_by_itself_nobody_is_told_that_it_is_done(grouped: Store) -> None:
    """A disk that is full, or a bad block."""

    def lose(tx: Tx) -> None:
        tx.insert(notes, note_id="lost")
        tx.connection.exec_driver_sql("ROLLBACK")
        raise OSError("disk full")

    def lose_and_say_nothing(tx: Tx) -> None:
        tx.insert(notes, note_id="lost")
        tx.connection.exec_driver_sql("ROLLBACK")

    for action, expected in ((lose, OSError), (lose_and_say_nothing, group.Lost)):
        gate = threading.Event()
        with ThreadPoolExecutor(4) as threads:
            blocked = threads.submit(grouped.write, OPERATOR, lambda _tx, g=gate: g.wait(10))
            time.sleep(0.1)
            first = threads.submit(_keep, grouped, "before")
            time.sleep(0.1)
            losing = threads.submit(grouped.write, OPERATOR, action)
            time.sleep(0.1)
            last = threads.submit(_keep, grouped, "behind")
            time.sleep(0.1)
            gate.set()
            blocked.result()
            for each in (first, losing, last):
                with pytest.raises(expected):
                    each.result()
        assert every_note(grouped) == []
    assert _keep(grouped, "after") == "after"


def test_a_lost_transaction_is_told_without_a_group_too(probe: Store) -> None:
    with pytest.raises(group.Lost):
        probe.write(OPERATOR, lambda tx: tx.connection.exec_driver_sql("ROLLBACK"))


def test_closing_finishes_what_waits_and_refuses_what_comes_later(grouped: Store) -> None:
    gate = threading.Event()
    with ThreadPoolExecutor(8) as threads:
        held = threads.submit(grouped.write, OPERATOR, lambda _tx: gate.wait(10))
        time.sleep(0.1)
        waiting = [threads.submit(_keep, grouped, note_id) for note_id in ("a", "b", "c")]
        time.sleep(0.1)
        closing = threads.submit(grouped.close)
        time.sleep(0.1)
        late = threads.submit(_keep, grouped, "late")
        with pytest.raises(group.Closed):
            late.result(5)
        gate.set()
        held.result(5)
        assert [each.result(5) for each in waiting] == ["a", "b", "c"]
        closing.result(5)


def test_a_write_inside_a_write_is_an_error_and_no_deadlock(grouped: Store) -> None:
    with pytest.raises(RuntimeError, match="wait for itself"):
        grouped.write(OPERATOR, lambda _tx: _keep(grouped, "inner"))


@pytest.mark.parametrize("grouping", [False, True])
def test_a_lock_held_by_another_process_is_waited_for_while_other_threads_go_on(probe: Store, grouping: bool) -> None:  # noqa: FBT001 - a case
    if grouping:
        probe.group_commits()
    file = Path(str(probe.engine.url.database))
    with subprocess.Popen([sys.executable, "-c", HOLD, str(file), "2"], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with ThreadPoolExecutor(1) as threads:
            writing = threads.submit(_keep, probe, "patient")
            read_meanwhile = 0
            while not writing.done():
                assert every_note(probe) in ([], ["patient"])
                read_meanwhile += not writing.done()
            assert writing.result() == "patient"
        assert read_meanwhile > 10


def test_who_waits_too_long_is_told(probe: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group, "PATIENCE_SECONDS", 0.2)
    holder = sqlite3.connect(str(probe.engine.url.database), isolation_level=None)
    holder.execute("begin immediate")
    with pytest.raises(OperationalError, match="locked"):
        _keep(probe, "impatient")
    holder.execute("rollback")
    holder.close()
    assert _keep(probe, "after") == "after"


def test_a_process_that_writes_all_the_time_does_not_starve_another(probe: Store) -> None:
    """As the api's group commit beside the worker."""
    other = Store(probe.settings, notes.metadata, probe.clock, probe.engine, probe.engine)
    probe.group_commits()
    stop = threading.Event()

    def flood(thread: int) -> int:
        number = 0
        while not stop.is_set():
            _keep(probe, f"{thread}-{number}")
            number += 1
        return number

    with ThreadPoolExecutor(9) as threads:
        flooding = [threads.submit(flood, thread) for thread in range(8)]
        waits = []
        for number in range(20):
            time.sleep(0.01)
            before = time.monotonic()
            _keep(other, f"other-{number}")
            waits.append(time.monotonic() - before)
        stop.set()
        assert sum(each.result() for each in flooding) > 20
    assert max(waits) < 5.0, waits
