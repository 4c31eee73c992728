"""A process's index of a store, kept current by revision.

Every search asks how far the store has come, which is one row; who finds it ahead takes in what is new, and who comes
meanwhile searches what is there. What is damaged is thrown away and built anew.
"""

from __future__ import annotations

import logging
import threading
import time
from weakref import WeakKeyDictionary

from chassis.store import Store, Tx
from services.kb.asking import Narrow
from services.kb.index import EntryIndex
from services.kb.rules.tokens import Question
from services.kb.store import entries as rows

LOG = logging.getLogger(__name__)
# So often it is counted whether the index holds what the store does.
COUNT_SECONDS = 60.0


class Finder:
    """Searches what a store has published. Safe for many threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._index: EntryIndex | None = None
        self._revision = 0
        self._counted_at = 0.0
        self._lock = threading.Lock()

    def search(self, tx: Tx, question: Question, narrow: Narrow, limit: int, *, nearest: bool = False) -> list[str]:
        """The ids of the entries that answer best, the best first."""
        index = self._current(rows.newest_revision(tx))
        try:
            return index.search(question, narrow, limit, nearest=nearest)
        except Exception:
            LOG.exception("the index of entries is damaged and built anew")
            return self._rebuilt(index).search(question, narrow, limit, nearest=nearest)

    def warm(self) -> None:
        """Build the index where there is none."""
        self._current(0)

    def _current(self, revision: int) -> EntryIndex:
        index = self._index
        if index is not None and revision <= self._revision and time.monotonic() - self._counted_at < COUNT_SECONDS:
            return index
        # Who finds somebody at it already searches what is there, if anything is.
        if not self._lock.acquire(blocking=index is None) and index is not None:
            return index
        try:
            return self._looked()
        finally:
            self._lock.release()

    def _looked(self) -> EntryIndex:
        if self._index is None:
            return self._build()
        try:
            self._follow(self._index)
        except Exception:
            LOG.exception("the index of entries cannot follow and is built anew")
            return self._build()
        return self._index

    def _follow(self, index: EntryIndex) -> None:
        found, gone, revision = self._store.read_across(lambda tx: rows.changed_since(tx, self._revision))
        if found or gone:
            index.put(found, gone)
            self._revision = revision
        if time.monotonic() - self._counted_at >= COUNT_SECONDS:
            self._count(index)

    def _count(self, index: EntryIndex) -> None:
        held, there = len(index), self._store.read_across(lambda tx: _count_at(tx, self._revision))
        if there is not None and held != there:
            raise LookupError(f"the index holds {held} of {there} entries")
        self._counted_at = time.monotonic()

    def _build(self) -> EntryIndex:
        index = EntryIndex()
        self._revision = self._store.read_across(lambda tx: _filled(tx, index))
        self._counted_at = time.monotonic()
        self._index = index
        LOG.info("indexed %d entries", len(index))
        return index

    def _rebuilt(self, damaged: EntryIndex) -> EntryIndex:
        with self._lock:
            return self._build() if self._index in (damaged, None) else self._looked()


_FINDERS: WeakKeyDictionary[Store, Finder] = WeakKeyDictionary()
_MAKING = threading.Lock()


def finder_of(store: Store) -> Finder:
    """The one finder of a store in this process."""
    with _MAKING:
        if store not in _FINDERS:
            _FINDERS[store] = Finder(store)
        return _FINDERS[store]


def _filled(tx: Tx, index: EntryIndex) -> int:
    index.fill(rows.every_published(tx), rows.count_published(tx))
    return rows.newest_revision(tx)


def _count_at(tx: Tx, revision: int) -> int | None:
    """How many there are to be found at a revision; None when the store has gone on."""
    return rows.count_published(tx) if rows.newest_revision(tx) == revision else None
