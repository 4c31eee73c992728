"""What intake does by the clock so that tickets are found by their words."""

from __future__ import annotations

from chassis.caller import Caller
from chassis.store import Store
from services.intake.keyring import keyring_of
from services.intake.store import models, words


def keep_words(store: Store) -> None:
    """What was registered since the last time, tenant by tenant. Safe to run twice at once."""
    keys = keyring_of(store.settings)
    for by in _tenants(store):
        # Looked for outside the write: most times there is nothing, and who registers need not wait.
        while found := store.read(by, words.unkept):
            store.write(by, lambda tx, found=found: words.keep_new(tx, keys, found))  # type: ignore[misc]  # bound here


def forget_words(store: Store) -> None:
    """What is too old to be searched."""
    for by in _tenants(store):
        while store.write(by, words.forget) == words.BATCH:
            pass


def _tenants(store: Store) -> list[Caller]:
    return [Caller.timer(store.service, tenant_id) for tenant_id in store.read_across(models.tenants_of)]
