"""Writes on SQLite: never an upgrade from a read, never a wait that stops a process, many to one commit.

A transaction that reads first and writes then fails at once with SQLITE_BUSY_SNAPSHOT whatever the timeout, so each
begins IMMEDIATE. Waiting for the lock is by short sleeps: where threads are greenlets the others go on meanwhile.
"""

from __future__ import annotations

import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from chassis.store.failing import sqlite_code

T = TypeVar("T")
LARGEST_GROUP = 64
PATIENCE_SECONDS = 30.0
NAP_SECONDS = 0.001


class Lost(Exception):
    """SQLite rolled the whole transaction back by itself, as it does when the disk is full; a commit would not tell."""


class Closed(Exception):
    """The store was closed; nothing more is written."""


@contextmanager
def begin_write(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes; commits when the block ends, rolls back when it raises."""
    with engine.connect() as plain:
        connection = plain.execution_options(writes=True)
        with connection.begin():
            yield connection
            _must_stand(connection)


def begin_immediate(connection: Connection) -> None:
    """Take SQLite's write lock. Raises OperationalError after half a minute of waiting for whoever holds it."""
    patiently(lambda: connection.exec_driver_sql("BEGIN IMMEDIATE"))


def patiently(statement: Callable[[], object]) -> None:
    """Run a statement that may have to wait for a lock, napping in between."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            statement()
        except (sqlite3.OperationalError, OperationalError) as error:
            if sqlite_code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(NAP_SECONDS)
        else:
            return


class GroupCommit:
    """One thread that runs all writes of a process, each in a savepoint, up to 64 to a commit."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: queue.SimpleQueue[_Write | None] = queue.SimpleQueue()
        self._closing = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._loop, name="group-commit", daemon=True)
        self._thread.start()

    def run(self, act: Callable[[Connection], T]) -> T:
        """Run one write and wait until it is on disk; raises what it raised, or Closed."""
        if threading.current_thread() is self._thread:
            raise RuntimeError("a write inside a write would wait for itself")
        future: Future[T] = Future()
        context = copy_context()
        with self._closing:
            if self._closed:
                raise Closed
            self._waiting.put(_Write(lambda connection: context.run(act, connection), future))
        return future.result()

    def close(self) -> None:
        """Finish what waits, stop the thread, refuse what comes later."""
        with self._closing:
            self._closed = True
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

    def _commit(self, group: list[_Write]) -> None:
        done: list[tuple[Future[Any], Any]] = []
        try:
            with begin_write(self._engine) as connection:
                for write in group:
                    try:
                        done.append((write.future, _in_savepoint(connection, write.act)))
                    except Lost:
                        raise
                    except BaseException as error:  # noqa: BLE001 - handed to the thread that asked
                        write.future.set_exception(error)
        except Exception as error:  # noqa: BLE001 - the transaction itself failed: nobody's write is on disk
            for write in group:
                if not write.future.done():
                    write.future.set_exception(error.__cause__ or error)
            return
        for future, answer in done:
            future.set_result(answer)


@dataclass(frozen=True)
class _Write:
    act: Callable[[Connection], Any]
    future: Future[Any]


def _in_savepoint(connection: Connection, act: Callable[[Connection], T]) -> T:
    connection.exec_driver_sql("SAVEPOINT one")
    try:
        answer = act(connection)
    except BaseException as error:
        _must_stand(connection, error)
        connection.exec_driver_sql("ROLLBACK TO one")
        connection.exec_driver_sql("RELEASE one")
        raise
    _must_stand(connection)
    connection.exec_driver_sql("RELEASE one")
    return answer


def _must_stand(connection: Connection, error: BaseException | None = None) -> None:
    if connection.dialect.name == "sqlite" and not connection.connection.dbapi_connection.in_transaction:  # type: ignore[union-attr]  # open
        raise Lost from error
