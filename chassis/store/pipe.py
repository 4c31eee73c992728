"""What is said to PostgreSQL in one transaction, sent together: what needs no answer waits until something does.

A statement's journey costs both ends more than the statement (decision 0040). So BEGIN, whose rows the caller sees, and every
insert and change are put behind one another, and leave with the next question, or with COMMIT. The server runs them in their
order, and after one that failed none (libpq, chapter "Pipeline Mode"): so a refusal is told by whatever sent it.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import psycopg
from psycopg import pq
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq.abc import PGconn, PGresult
from psycopg.waiting import READY_R, WAIT_R, WAIT_RW
from sqlalchemy import Connection, Engine, event

from chassis.store.failing import told_by_sqlalchemy

KEPT_UNDER = "pipe"
GOOD = (pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK)
IDLE, INTRANS, INERROR = pq.TransactionStatus.IDLE, pq.TransactionStatus.INTRANS, pq.TransactionStatus.INERROR


class Words(NamedTuple):
    """A statement with `$1`, `$2` for its values, under the name by which a connection prepares it once."""

    name: bytes
    text: str


class Found(NamedTuple):
    """What a statement answered: its rows, and how many it touched."""

    rows: Sequence[tuple[Any, ...]]
    touched: int


@dataclass(slots=True, eq=False)
class Said:
    """A statement on its way; `unless`: what is raised where it finds no row."""

    words: Words
    values: Sequence[Any]
    formats: Sequence[pq.Format]
    unless: Exception | None = None
    answer: PGresult | None = None


TO_WRITE = Words(b"begin_to_write", "BEGIN")
TO_READ = Words(b"begin_to_read", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
COMMIT, ROLLBACK = Words(b"commit", "COMMIT"), Words(b"rollback", "ROLLBACK")
SAVEPOINT, BACK_TO_SAVEPOINT = Words(b"savepoint", "SAVEPOINT one"), Words(b"back_to_savepoint", "ROLLBACK TO SAVEPOINT one")


class Pipe:
    """One connection's. Not for two threads at once."""

    def __init__(self, driver: psycopg.Connection[Any]) -> None:
        self._driver = driver
        self._waiting: list[Said] = []
        self._prepared: set[bytes] = set()
        self._adapt = Transformer(driver)

    def say(self, words: Words, values: Sequence[Any] = (), *, unless: Exception | None = None) -> Said:
        """Send it with whatever leaves next. `unless` is raised there where it finds no row, before anything later is told."""
        # As text, which the server reads by what the statement wants there; but for bytes, whose text is twice as long.
        wanted = [PyFormat.BINARY if isinstance(value, bytes) else PyFormat.TEXT for value in values]
        dumped = self._adapt.dump_sequence(values, wanted) if values else ()
        said = Said(words, dumped, self._adapt.formats or () if values else (), unless)
        self._waiting.append(said)
        return said

    def hear(self, connection: Connection, said: Said) -> Found:
        """What it answered; it is sent now, with what waits, unless it was. Raises as `send`."""
        if said.answer is None:
            self.send(connection)
        answer = said.answer
        if answer is None:
            raise LookupError(f"{said.words.text} was sent in a transaction that is over")
        self._adapt.set_pgresult(answer)
        return Found(self._adapt.load_rows(0, answer.ntuples, tuple), answer.command_tuples or 0)

    def send(self, connection: Connection) -> None:
        """Send what waits, at least one.

        Raises DBAPIError as SQLAlchemy tells it, for the first of them that was refused, or what a statement was to find, and did not.
        """
        said, self._waiting = self._waiting, []
        try:
            results = self._driver.wait(self._exchanged(said))
        except psycopg.Error as error:
            raise told_by_sqlalchemy(connection, said[-1].words.text, error) from error
        except BaseException:
            # Whoever was to hear the answers is gone, and nobody else may.
            connection.invalidate()
            raise
        for each, result in results:
            if result.status not in GOOD:
                refused = error_from_result(result, self._driver.info.encoding)
                raise told_by_sqlalchemy(connection, each.words.text, refused) from refused
            if each.unless is not None and result.status == pq.ExecStatus.TUPLES_OK and not result.ntuples:
                raise each.unless
            each.answer = result

    def end(self, connection: Connection) -> None:
        """Commit, unless what waits finds that it may not."""
        if any(each.unless is not None for each in self._waiting):
            self.send(connection)
        if self._waiting or self._driver.pgconn.transaction_status != IDLE:
            self.hear(connection, self.say(COMMIT))

    def take_back(self, connection: Connection) -> None:
        """Forget what waits, and take back what was sent: psycopg, where it does so, forgets whatever it has prepared."""
        self._waiting.clear()
        if self._driver.pgconn.transaction_status in (INTRANS, INERROR):
            self.hear(connection, self.say(ROLLBACK))

    @property
    def waits(self) -> bool:
        """Whether anything is to be sent."""
        return bool(self._waiting)

    def _exchanged(self, said: Sequence[Said]) -> Generator[Any, Any, list[tuple[Said, PGresult]]]:
        """Send all, then hear all: a generator of psycopg's kind, which a thread waits for or a green thread, as its process does."""
        wire = self._driver.pgconn
        awaited: list[Said] = []
        fresh: dict[bytes, int] = {}
        wire.enter_pipeline_mode()
        for each in said:
            words = each.words
            # Not all beforehand: to read a statement the server takes the snapshot that BEGIN has yet to speak of.
            if words.name not in self._prepared and words.name not in fresh:
                fresh[words.name] = len(awaited)
                wire.send_prepare(words.name, words.text.encode())
                awaited.append(each)
            wire.send_query_prepared(words.name, each.values, each.formats)
            awaited.append(each)
        wire.pipeline_sync()
        while wire.flush():
            if (yield WAIT_RW) & READY_R:
                wire.consume_input()
        results = yield from _heard(wire)
        wire.exit_pipeline_mode()
        self._prepared |= {name for name, place in fresh.items() if results[place].status in GOOD}
        return list(zip(awaited, results, strict=True))


def _heard(wire: PGconn) -> Generator[Any, Any, list[PGresult]]:
    """One result for each statement, up to the end of the pipeline."""
    results: list[PGresult] = []
    while True:
        while wire.is_busy():
            yield WAIT_R
            wire.consume_input()
        result = wire.get_result()
        if result is None:
            continue
        if result.status == pq.ExecStatus.PIPELINE_SYNC:
            return results
        results.append(result)


def pipe_of(connection: Connection) -> Pipe:
    """The pipe of a connection, for as long as that lasts."""
    held = connection.connection
    pipe: Pipe | None = held.info.get(KEPT_UNDER)
    if pipe is None:
        driver: Any = held.dbapi_connection
        held.info[KEPT_UNDER] = pipe = Pipe(driver)
    return pipe


def send_by_pipes(engine: Engine) -> None:
    """From now on every transaction of an engine goes by the pipes of its connections, and SQLAlchemy's own statements in their turn."""
    event.listen(engine, "begin", _begin)
    event.listen(engine, "before_cursor_execute", _let_go_first)
    event.listen(engine, "commit", _end)
    event.listen(engine, "rollback", _take_back)
    event.listen(engine, "savepoint", _refuse_savepoint)


def let_go(connection: Connection) -> None:
    """Send what waits. Raises DBAPIError where it is refused."""
    if (pipe := pipe_of(connection)).waits:
        pipe.send(connection)


@contextmanager
def taken_back(connection: Connection) -> Iterator[None]:
    """What is said within has been done, and is undone at its end."""
    pipe = pipe_of(connection)
    pipe.say(SAVEPOINT)
    yield
    pipe.say(BACK_TO_SAVEPOINT)


def _begin(connection: Connection) -> None:
    pipe_of(connection).say(TO_WRITE if connection.get_execution_options().get("writes") else TO_READ)


def _let_go_first(connection: Connection, cursor: Any, *_: Any) -> None:
    # A kept statement has no cursor, and takes its own turn.
    if cursor is not None:
        let_go(connection)


def _end(connection: Connection) -> None:
    try:
        pipe_of(connection).end(connection)
    except BaseException:
        # SQLAlchemy tells no listener that it rolls back what it could not commit.
        _take_back(connection)
        raise


def _take_back(connection: Connection) -> None:
    if not connection.invalidated:
        pipe_of(connection).take_back(connection)


def _refuse_savepoint(*_: Any) -> None:
    raise RuntimeError("psycopg would forget what is prepared: Tx.undone takes back a part")
