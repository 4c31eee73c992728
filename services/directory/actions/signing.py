"""The keys that sign tokens: made, used, replaced, published."""

from __future__ import annotations

import json
from datetime import timedelta

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from sqlalchemy import or_

from chassis import journal
from chassis.auth import ALGORITHM, SigningKey
from chassis.clock import real_now
from chassis.store import Tx
from regulation.articles import Article
from services.directory.actions.telling import publish_key
from services.directory.rules.credentials import ACCESS_LIFE
from services.directory.sealed import sealed, unsealed
from services.directory.store.tables import metadata, signing_keys

SUBJECT = "signing-keys"
ARTICLE = Article(17).code
# A new key signs only once every service has had time to hear of it.
HEARD_AFTER = timedelta(minutes=1)
ALLOWANCE = timedelta(minutes=1)


def signing_key(tx: Tx) -> SigningKey:
    """The newest key that everybody has heard of; the first one ever is made here."""
    in_use = tx.all(tx.select(signing_keys).where(signing_keys.c.retired_at.is_(None)).order_by(signing_keys.c.made_at.desc()))
    retiring = tx.select(signing_keys).where(signing_keys.c.retired_at > real_now() + ACCESS_LIFE).order_by(signing_keys.c.made_at)
    known = [row for row in in_use if row["made_at"] <= real_now() - HEARD_AFTER]
    rows = known or tx.all(retiring) or in_use
    if not rows:
        return _make_key(tx)
    row = rows[0]
    plain = unsealed(tx.settings, row["sealed"], row["key_id"])
    return SigningKey(row["key_id"], Ed25519PrivateKey.from_private_bytes(plain))


def rotate_signing_key(tx: Tx) -> SigningKey:
    """A new key; those before it sign until it is known everywhere, and count until the last token they signed is over."""
    now = real_now()
    tx.run(tx.delete(signing_keys).where(signing_keys.c.retired_at < now))
    retired_at = now + HEARD_AFTER + ACCESS_LIFE + ALLOWANCE
    for row in tx.all(tx.select(signing_keys).where(signing_keys.c.retired_at.is_(None)).with_for_update()):
        tx.run(tx.update(signing_keys).where(signing_keys.c.key_id == row["key_id"]).values(retired_at=retired_at))
        private = Ed25519PrivateKey.from_private_bytes(unsealed(tx.settings, row["sealed"], row["key_id"]))
        publish_key(tx, row["key_id"], SigningKey(row["key_id"], private).public_text, retired_at, 2)
    return _make_key(tx)


def key_set(tx: Tx) -> str:
    """The public keys that tokens are held against (RFC 7517), as JSON."""
    token_keys = metadata.tables["token_keys"]
    counting = or_(token_keys.c.retired_at.is_(None), token_keys.c.retired_at > real_now())
    rows = tx.all(tx.select(token_keys).where(counting).order_by(token_keys.c.key_id))
    return json.dumps({"keys": [_public_jwk(row["key_id"], row["public_key"]) for row in rows]})


def _make_key(tx: Tx) -> SigningKey:
    key = SigningKey(tx.new_id(), Ed25519PrivateKey.generate())
    stored = sealed(tx.settings, key.private.private_bytes_raw(), key.key_id)
    tx.insert(signing_keys, key_id=key.key_id, sealed=stored, made_at=real_now())
    publish_key(tx, key.key_id, key.public_text, None, 1)
    journal.append(tx, SUBJECT, "make_signing_key", ARTICLE, {"key_id": key.key_id})
    return key


def _public_jwk(key_id: str, public_key: str) -> dict[str, str]:
    key = load_pem_public_key(public_key.encode())
    if not isinstance(key, Ed25519PublicKey):
        raise TypeError(f"{key_id} is no Ed25519 key")
    return {**jwt.algorithms.OKPAlgorithm.to_jwk(key, as_dict=True), "kid": key_id, "use": "sig", "alg": ALGORITHM}
