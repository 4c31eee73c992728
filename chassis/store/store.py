"""A service's store: reads, writes and, for relays and ticks, work across tenants."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection, Engine, MetaData, Table, text

from chassis.caller import Caller
from chassis.clock import Clock
from chassis.store.group import GroupCommit, begin_write
from chassis.store.tx import Told, Tx

if TYPE_CHECKING:
    from chassis.settings import Settings

T = TypeVar("T")
LIMIT = text("select set_config('hotline.tenant', :tenant, true), set_config('hotline.reads', :reads, true)")
EVERYBODY = Caller("timer", "everybody", "")


class Store:
    """A service's store.

    Three kinds of transaction: `read`, `write` (an action, together with its events), and `across`, under a role that
    sees every tenant but only the tables of relays and ticks.
    """

    def __init__(self, settings: Settings, metadata: MetaData, clock: Clock, engine: Engine, across: Engine) -> None:
        self.settings = settings
        self.clock = clock
        self.engine = engine
        self.tables: Mapping[str, Table] = metadata.tables
        self._across = across
        self._group: GroupCommit | None = None

    @property
    def service(self) -> str:
        """The service that owns this store."""
        return self.settings.service

    @property
    def is_sqlite(self) -> bool:
        """Whether this is an embedded store."""
        return self.engine.dialect.name == "sqlite"

    def group_commits(self) -> None:
        """From now on let one thread do all writes, many to a commit. Of use only where many threads write SQLite."""
        if self.is_sqlite and self._group is None:
            self._group = GroupCommit(self.engine)

    def write(self, by: Caller, action: Callable[[Tx], T], told: Told | None = None) -> T:
        """Run an action in one transaction; what it raises rolls everything back and is raised here."""

        def act(connection: Connection) -> T:
            self.limit(connection, by)
            return action(Tx(self, connection, by, self.clock.now(), told))

        if self._group is not None:
            return self._group.run(act)
        with begin_write(self.engine) as connection:
            return act(connection)

    def read(self, by: Caller, query: Callable[[Tx], T]) -> T:
        """Run a query on one snapshot."""
        with self.engine.connect() as connection, connection.begin():
            self.limit(connection, by)
            return query(Tx(self, connection, by, self.clock.now()))

    def across(self, work: Callable[[Tx], T]) -> T:
        """Run the work of a relay or a tick: every tenant's rows, of the tables granted to it."""
        with begin_write(self._across) as connection:
            return work(Tx(self, connection, EVERYBODY, self.clock.now()))

    def limit(self, connection: Connection, by: Caller) -> None:
        """Set for whom row security lets rows pass, until the transaction ends."""
        if not self.is_sqlite:
            connection.execute(LIMIT, {"tenant": by.tenant_id, "reads": ",".join(by.reads)})

    def close(self) -> None:
        """Finish what is being written and let go of every connection."""
        if self._group is not None:
            self._group.close()
        self.engine.dispose()
        self._across.dispose()
