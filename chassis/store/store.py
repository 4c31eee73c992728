"""A service's store: reads, writes and, for relays and ticks, work across tenants."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection, Engine, MetaData, String, Table, bindparam, func, select, true
from sqlalchemy.exc import DBAPIError

from chassis.caller import Caller
from chassis.clock import Clock
from chassis.store.failing import is_collision
from chassis.store.group import GroupCommit, begin_write
from chassis.store.kept import Kept
from chassis.store.shapes import Shapes
from chassis.store.telling import Told
from chassis.store.tx import Tx
from chassis.telemetry import inner_span

if TYPE_CHECKING:
    from chassis.settings import Settings

T = TypeVar("T")
LIMIT = select(
    func.set_config("hotline.tenant", bindparam("tenant", type_=String()), true()),
    func.set_config("hotline.reads", bindparam("reads", type_=String()), true()),
)
# Before each further try after a collision, at most so many seconds.
PAUSES = (0.02, 0.05, 0.1, 0.2)


class Store:
    """A service's store.

    Kinds of transaction: `read`; `write`, an action together with its events; and, under a role that sees every tenant but
    only the tables of relays and ticks, `across` and `read_across`.
    """

    def __init__(self, settings: Settings, metadata: MetaData, clock: Clock, engine: Engine, across: Engine) -> None:
        self.settings = settings
        self.clock = clock
        self.engine = engine
        self.tables: Mapping[str, Table] = metadata.tables
        self.shapes = Shapes(engine.dialect)
        self._limit = Kept(LIMIT, engine.dialect)
        self._across = across
        self._group: GroupCommit | None = None

    @property
    def service(self) -> str:
        """The service that owns this store."""
        return self.settings.service

    @property
    def engines(self) -> tuple[Engine, ...]:
        """That of the service, and where there is one that of its relay."""
        return (self.engine,) if self._across is self.engine else (self.engine, self._across)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is an embedded store."""
        return self.engine.dialect.name == "sqlite"

    def group_commits(self) -> None:
        """From now on let one thread do all writes, many to a commit. Of use only where many threads write SQLite."""
        if self.is_sqlite and self._group is None:
            self._group = GroupCommit(self.engine)

    def write(self, by: Caller, action: Callable[[Tx], T], told: Told | None = None) -> T:
        """Run an action in one transaction; what it raises rolls everything back and is raised here.

        Where another transaction stood in its way (a deadlock) it is run again, so it must do nothing but through its Tx.
        """
        after: list[Callable[[], None]] = []

        def act(connection: Connection) -> T:
            after.clear()
            self.limit(connection, by)
            return action(Tx(self, connection, by, self.clock.now(), told, after=after))

        with inner_span(f"{self.service} write"):
            answer = self._group.run(act) if self._group is not None else write(self.engine, act)
        for follow in after:
            follow()
        return answer

    def read(self, by: Caller, query: Callable[[Tx], T]) -> T:
        """Run a query on one snapshot; it cannot write."""
        with inner_span(f"{self.service} read"), _snapshot(self.engine) as connection:
            self.limit(connection, by)
            return query(Tx(self, connection, by, self.clock.now(), writes=False))

    def across(self, work: Callable[[Tx], T]) -> T:
        """Run the work of a relay or a tick: every tenant's rows, of the tables granted to it."""
        return write(self._across, lambda connection: work(self._everybody(connection)))

    def read_across(self, query: Callable[[Tx], T]) -> T:
        """The same on one snapshot, without writing: however long it takes, nobody waits for it."""
        with _snapshot(self._across) as connection:
            return query(self._everybody(connection, writes=False))

    def limit(self, connection: Connection, by: Caller) -> None:
        """Set for whom row security lets rows pass, until the transaction ends."""
        if not self.is_sqlite:
            self._limit.soon(connection, {"tenant": by.tenant_id, "reads": ",".join(by.reads)})

    def close(self) -> None:
        """Finish what is being written and let go of every connection."""
        if self._group is not None:
            self._group.close()
        self.engine.dispose()
        self._across.dispose()

    def _everybody(self, connection: Connection, *, writes: bool = True) -> Tx:
        return Tx(self, connection, Caller.timer(self.service, ""), self.clock.now(), everybody=True, writes=writes)


def write(engine: Engine, act: Callable[[Connection], T]) -> T:
    """Act in one transaction, and again where another stood in its way."""
    for longest in PAUSES:
        try:
            with begin_write(engine) as connection:
                return act(connection)
        except DBAPIError as error:
            if not is_collision(error):
                raise
        time.sleep(random.uniform(0, longest))
    with begin_write(engine) as connection:
        return act(connection)


@contextmanager
def _snapshot(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        yield connection
