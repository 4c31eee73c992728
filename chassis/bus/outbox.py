"""What a service has told or ordered and not yet sent, and the past that a consumer asked for again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true

from chassis.bus.envelope import Letter, age_of, letters_to
from chassis.bus.routes import consumers_by_type, listeners_by_type, orders_of, receivers_of
from chassis.store import Store, Tx

Row = Mapping[Any, Any]
PAGE = 256
COUNTED = 100_000


@dataclass(frozen=True)
class Retell:
    """A consumer's wish for the past, as far as it is worked off: `next_seq` - 1 of the `last_seq` rows, the newest first.

    Newest first, so that whoever keeps a state has the last word of everything it knows, and takes nothing back as it catches up.
    """

    id: str
    consumer: str
    next_seq: int
    last_seq: int


@dataclass(frozen=True)
class Batch:
    """Rows claimed together and the messages that carry them; of a wish for the past when `retell` is set."""

    rows: Sequence[Row]
    letters: Sequence[Letter]
    retell: Retell | None = None


class Outbox:
    """A service's outbox: its events, or with a receiver its commands to that one.

    On PostgreSQL its rows are for the relay's role, so every method wants a transaction of `across`.
    """

    def __init__(self, store: Store, receiver: str = "") -> None:
        self._outbox = store.tables["outbox"]
        self._retells = store.tables["retells"]
        self._source = store.service
        self._receiver = receiver
        self._listeners = dict.fromkeys(orders_of(self._source, receiver), (receiver,)) if receiver else listeners_by_type(self._source)
        consumer = self._retells.c.consumer
        # Who is commanded gets its past, events too, by the way of its commands: so a wish is one relay's.
        self._wishes = consumer == receiver if receiver else and_(true(), *(consumer != each for each in receivers_of(self._source)))

    def unsent(self, tx: Tx) -> Batch | None:
        """The next rows to send, locked against other relays.

        A type this code does not know stays where it is, and shows as an old outbox: a newer relay will know its listeners.
        """
        rows = tx.kept(f"unsent to {self._receiver}", self._to_send)
        return Batch(rows, self._letters(rows)) if rows else None

    def _to_send(self) -> Select[Any]:
        table = self._outbox
        known = or_(false(), *(table.c.type == name for name in self._listeners))
        return select(table).where(self._unsent, known).order_by(table.c.seq).limit(PAGE).with_for_update(skip_locked=True)

    def past(self, tx: Tx) -> Batch | None:
        """The next page of the oldest wish, locked against other relays: what concerns its consumer by the protos of today."""
        wished = tx.kept(f"wished of {self._receiver}", self._wished)
        if not wished:
            return None
        retell = _retell(wished[0])
        rows = self._page(tx, retell)
        return Batch(rows, letters_to(retell.consumer, rows, retold=True), retell)

    def _wished(self) -> Select[Any]:
        table = self._retells
        open_ones = select(table).where(table.c.done_at.is_(None), self._wishes).order_by(table.c.asked_at, table.c.id)
        return open_ones.limit(1).with_for_update(skip_locked=True)

    def mark(self, tx: Tx, batch: Batch) -> None:
        """They are out of our hands. A row without listeners is so from the beginning."""
        if batch.retell is not None:
            self._advance(tx, batch.retell, batch.rows)
        else:
            tx.change_among(self._outbox, "seq", [row["seq"] for row in batch.rows], {"sent_at": tx.now})

    def depth(self, tx: Tx) -> tuple[int, float]:
        """How many rows are unsent (counted up to a bound), and the age of the oldest in real seconds."""
        table = self._outbox
        some = select(table.c.seq).where(self._unsent).limit(COUNTED).subquery()
        count = tx.connection.execute(select(func.count()).select_from(some)).scalar_one()
        oldest = tx.one(select(table.c.event_id).where(self._unsent).order_by(table.c.seq).limit(1))
        return int(count), age_of(oldest["event_id"]) if oldest else 0.0

    def ask_again(self, tx: Tx, consumer: str) -> Retell:
        """Wish that a consumer be told everything up to now once more."""
        last = tx.connection.execute(select(func.max(self._outbox.c.seq))).scalar_one_or_none() or 0
        retell = Retell(tx.new_id(), consumer, 1, last)
        tx.insert(self._retells, **retell.__dict__, asked_at=tx.now)
        return retell

    def progress(self, tx: Tx, retell_id: str) -> Retell:
        """How far a wish is worked off; done when next_seq is beyond last_seq."""
        row = tx.connection.execute(select(self._retells).where(self._retells.c.id == retell_id)).mappings().one()
        return _retell(row)

    def _letters(self, rows: Sequence[Row]) -> list[Letter]:
        names = sorted({name for row in rows for name in self._listeners[row["type"]]})
        heard = {name: [row for row in rows if name in self._listeners[row["type"]]] for name in names}
        return [letter for name in names for letter in letters_to(name, heard[name], source=self._source)]

    def _page(self, tx: Tx, retell: Retell) -> Sequence[Row]:
        table = self._outbox
        types = [name for name, consumers in consumers_by_type(self._source).items() if retell.consumer in consumers]
        where = table.c.seq <= retell.last_seq + 1 - retell.next_seq, table.c.type.in_(types)
        return tx.all(select(table).where(*where).order_by(table.c.seq.desc()).limit(PAGE))

    def _advance(self, tx: Tx, retell: Retell, rows: Sequence[Row]) -> None:
        done = len(rows) < PAGE
        next_seq = retell.last_seq + 1 if done else retell.last_seq + 2 - rows[-1]["seq"]
        change = tx.update(self._retells).where(self._retells.c.id == retell.id, self._retells.c.next_seq == retell.next_seq)
        tx.run(change.values(next_seq=next_seq, done_at=tx.now if done else None))

    @property
    def _unsent(self) -> ColumnElement[bool]:
        return self._outbox.c.sent_at.is_(None)


def _retell(row: Row) -> Retell:
    return Retell(row["id"], row["consumer"], row["next_seq"], row["last_seq"])
