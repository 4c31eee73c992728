"""Writes on SQLite: never an upgrade from a read, never a wait that stops a process, many to one commit.

A transaction that reads first and writes then fails at once with SQLITE_BUSY_SNAPSHOT whatever the timeout, so each
begins IMMEDIATE. Waiting for the lock is by short sleeps: where threads are greenlets the others go on meanwhile.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import copy_context
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

T = TypeVar("T")
LARGEST_GROUP = 64
PATIENCE_SECONDS = 30.0
NAP_SECONDS = 0.001


@contextmanager
def begin_write(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes; commits when the block ends, rolls back when it raises."""
    with engine.connect() as plain:
        connection = plain.execution_options(writes=True)
        with connection.begin():
            yield connection


def begin_immediate(connection: Connection) -> None:
    """Take SQLite's write lock, waiting for whoever holds it. Raises OperationalError after half a minute."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except OperationalError as error:
            if "locked" not in str(error.orig) or time.monotonic() > until:
                raise
            time.sleep(NAP_SECONDS)
        else:
            return


class GroupCommit:
    """One thread that runs all writes of a process, each in a savepoint, up to 64 to a commit."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: queue.SimpleQueue[tuple[Callable[[Connection], Any], Future[Any]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._loop, name="group-commit", daemon=True)
        self._thread.start()

    def run(self, act: Callable[[Connection], T]) -> T:
        """Run one write and wait until it is on disk; raises what it raised."""
        future: Future[T] = Future()
        context = copy_context()
        self._waiting.put((lambda connection: context.run(act, connection), future))
        return future.result()

    def close(self) -> None:
        """Finish what waits and stop the thread."""
        self._waiting.put(None)
        self._thread.join()

    def _loop(self) -> None:
        while (first := self._waiting.get()) is not None:
            group = [first]
            while len(group) < LARGEST_GROUP and not self._waiting.empty():
                if (more := self._waiting.get()) is None:
                    self._commit(group)
                    return
                group.append(more)
            self._commit(group)

    def _commit(self, group: list[tuple[Callable[[Connection], Any], Future[Any]]]) -> None:
        done: list[tuple[Future[Any], Any]] = []
        try:
            with begin_write(self._engine) as connection:
                for act, future in group:
                    try:
                        done.append((future, _in_savepoint(connection, act)))
                    except Exception as error:  # noqa: BLE001 - handed to the thread that asked
                        future.set_exception(error)
        except Exception as error:  # noqa: BLE001 - the commit itself failed: nobody's write is on disk
            for _, future in group:
                if not future.done():
                    future.set_exception(error)
            return
        for future, answer in done:
            future.set_result(answer)


def _in_savepoint(connection: Connection, act: Callable[[Connection], T]) -> T:
    connection.exec_driver_sql("SAVEPOINT one")
    try:
        answer = act(connection)
    except BaseException:
        connection.exec_driver_sql("ROLLBACK TO one")
        connection.exec_driver_sql("RELEASE one")
        raise
    connection.exec_driver_sql("RELEASE one")
    return answer
