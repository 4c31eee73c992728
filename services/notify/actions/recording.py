"""Recordings: named in the store when a call has ended, dropped once they have been kept for as long as they may be (Art. 10, 11(8)).

A recording lies on disk before its row is there, and is gone before the row says so: a crash leaves a file without a row, which is
found and named, or a row without its file, which is dropped again. Neither is left for good, and no row says of a file that it is
gone which is not.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from chassis import journal
from chassis.caller import Caller
from chassis.store import Store, Tx
from services.notify.channels import Shelf, message_of
from services.notify.rules.retention import kept_since
from services.notify.store import copies, messages, recordings

LOG = logging.getLogger(__name__)
RECORD = "10"
BATCH = 200


def keep(tx: Tx, recording: str, provider: str, message: Mapping[Any, Any]) -> None:
    """A call was recorded; told again it changes nothing."""
    if recording and recordings.keep(tx, recording, provider, message):
        journal.append(tx, message["ticket_id"], "keep_recording", RECORD, {"recording": recording})


def drop_recordings(store: Store, shelves: Mapping[str, Shelf]) -> int:
    """Name what a crash left without a name, then drop what is over of every tenant; answers how many were dropped.

    `shelves`: where each provider's recordings lie; processes of one provider share its shelf. Waits for the disk.
    """
    for provider, shelf in shelves.items():
        names = shelf.names()
        for begin in range(0, len(names), BATCH):
            _name(store, provider, shelf, names[begin : begin + BATCH])
    return sum(_drop_tenants(store, shelves, tenant_id) for tenant_id in store.read_across(recordings.owners))


def _name(store: Store, provider: str, shelf: Shelf, names: Iterable[str]) -> None:
    known = store.read_across(lambda tx: recordings.named(tx, names))
    for name in names:
        if name not in known:
            _adopt(store, provider, name)
        elif known[name]["dropped_at"] is not None:
            LOG.warning("a recording was on disk that had been dropped: do processes of %s share a folder?", provider)
            shelf.drop(name)


def _adopt(store: Store, provider: str, name: str) -> None:
    message_id = message_of(name)
    tenant = store.read_across(lambda tx: messages.owner_of(tx, message_id))
    if not tenant:
        LOG.warning("a recording of no message of ours lies with %s, and is kept until somebody removes it", provider)
        return
    store.write(_by(store, tenant), lambda tx: keep(tx, name, provider, messages.one(tx, message_id)))


def _drop_tenants(store: Store, shelves: Mapping[str, Shelf], tenant_id: str) -> int:
    """Of one tenant, as its policy says."""
    by, dropped = _by(store, tenant_id), 0
    while rows := store.read(by, partial(_over, providers=shelves)):
        for row in rows:
            shelves[row["provider"]].drop(row["recording"])
        store.write(by, partial(_note, rows=rows))
        dropped += len(rows)
    return dropped


def _over(tx: Tx, providers: Iterable[str]) -> list[Mapping[Any, Any]]:
    until = kept_since(tx.now, copies.policy_of(tx))
    if off := recordings.kept_by_others(tx, until, providers):
        LOG.warning("recordings are kept for too long by %s, which is off", off)
    return recordings.made_until(tx, until, providers, BATCH)


def _note(tx: Tx, rows: Iterable[Mapping[Any, Any]]) -> None:
    for row in rows:
        if recordings.drop(tx, row["recording"]):
            journal.append(tx, row["ticket_id"], "drop_recording", RECORD, {"recording": row["recording"]})


def _by(store: Store, tenant_id: str) -> Caller:
    return Caller.timer(store.service, tenant_id)
