"""What intake does by the clock so that tickets are found by their words."""

from __future__ import annotations

from functools import partial

from chassis.caller import Caller
from chassis.store import Store
from services.intake.keyring import Keyring, keyring_of
from services.intake.store import models, words


def keep_words(store: Store) -> None:
    """What was registered since the last time, tenant by tenant. Safe to run twice at once."""
    keys = keyring_of(store.settings)
    for by in _tenants(store):
        _keep_words(store, by, keys)


def _keep_words(store: Store, by: Caller, keys: Keyring) -> None:
    after: str | None = store.read(by, words.newest_kept)
    while after is not None:
        # Looked for outside the write: most times there is nothing, and who registers need not wait.
        found, after = store.read(by, partial(words.unkept, after=after))
        if found:
            store.write(by, partial(words.keep_new, keys=keys, found=found))


def forget_words(store: Store) -> None:
    """What is too old to be searched."""
    for by in _tenants(store):
        while store.write(by, words.forget) == words.BATCH:
            pass


def _tenants(store: Store) -> list[Caller]:
    return [Caller.timer(store.service, tenant_id) for tenant_id in store.read_across(models.tenants_of)]
