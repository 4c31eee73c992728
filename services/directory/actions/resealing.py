"""Seals anew what was sealed under the service's key of before."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chassis.store import Tx
from services.directory.sealed import resealed
from services.directory.store.tables import contacts, second_factors, signing_keys


def reseal_contacts(tx: Tx, old: Ed25519PrivateKey) -> int:
    """The contacts of the caller's tenant; answers how many there are."""
    rows = tx.all(tx.select(contacts).where(contacts.c.tenant_id == tx.by.tenant_id).with_for_update())
    for row in rows:
        fresh = resealed(tx.settings, row["sealed"], row["contact_id"], old)
        tx.run(tx.update(contacts).where(contacts.c.contact_id == row["contact_id"]).values(sealed=fresh))
    return len(rows)


def reseal_second_factors(tx: Tx, old: Ed25519PrivateKey) -> int:
    """Those of the caller's tenant; answers how many there are."""
    rows = tx.all(tx.select(second_factors).where(second_factors.c.tenant_id == tx.by.tenant_id).with_for_update())
    for row in rows:
        fresh = resealed(tx.settings, row["sealed"], row["person_id"], old)
        tx.run(tx.update(second_factors).where(second_factors.c.person_id == row["person_id"]).values(sealed=fresh))
    return len(rows)


def reseal_signing_keys(tx: Tx, old: Ed25519PrivateKey) -> int:
    """The private halves of signing keys; answers how many there are."""
    rows = tx.all(tx.select(signing_keys).with_for_update())
    for row in rows:
        fresh = resealed(tx.settings, row["sealed"], row["key_id"], old)
        tx.run(tx.update(signing_keys).where(signing_keys.c.key_id == row["key_id"]).values(sealed=fresh))
    return len(rows)
