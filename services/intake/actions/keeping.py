"""What intake does by the clock so that tickets are found by their words."""

from __future__ import annotations

from chassis.caller import Caller
from chassis.store import Store
from services.intake.keyring import keyring_of
from services.intake.store import models, words


def keep_words(store: Store) -> None:
    """What was registered since the last time, tenant by tenant; what is too old to be searched goes. Safe to run twice at once."""
    keys = keyring_of(store.settings)
    for tenant_id in store.read_across(models.tenants_of):
        by = Caller.timer(store.service, tenant_id)
        for work in (lambda tx: words.keep_new(tx, keys), words.forget):
            while store.write(by, work) == words.BATCH:
                pass
