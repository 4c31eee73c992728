"""Where a service keeps what it owns: SQLite embedded, PostgreSQL on servers, the same code on both."""

from chassis.store.engine import open_store
from chassis.store.kept import Row
from chassis.store.looking import Looking
from chassis.store.paging import next_token
from chassis.store.store import Store
from chassis.store.tables import tables_for
from chassis.store.telling import Telling, Told
from chassis.store.tx import Tx
from chassis.store.types import Instant, Json

__all__ = ["Instant", "Json", "Looking", "Row", "Store", "Telling", "Told", "Tx", "next_token", "open_store", "tables_for"]
