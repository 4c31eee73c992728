"""Who is calling: tokens of people and systems, signed by directory; tokens of services, signed by themselves.

A token is a JWT signed with Ed25519 (RFC 8037). `kid` names the key: `peer:<service>` is a service's own, whose public half
every process has in its settings; others are directory's later keys, told by event and kept in each store. A service's
own key may speak for that service alone; directory's may speak for anybody. Of a service that stands in several places each may have
a key of its own, `peer:<service>_<place>`. Tokens live in real time, a day at most.
"""

from __future__ import annotations

import fcntl
import hashlib
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from chassis.caller import Caller
from chassis.clock import real_now
from chassis.errors import Unknown, Unusable

if TYPE_CHECKING:
    from chassis.settings import Settings
    from chassis.store import Store, Tx

ALGORITHM = "EdDSA"
PEER = "peer:"
# Between a service's name, which has none, and that of a place.
PLACE = "_"
ISSUER = "directory"
MOST_CACHED = 10_000
REFRESH_SECONDS = 1.0
PEER_TOKEN_LIFE = timedelta(minutes=5)
# No token outlives it, so that revocations older than this need not be looked at.
LONGEST_LIFE = timedelta(days=1)
# The clocks of two machines differ a little.
LEEWAY = timedelta(seconds=10)
CLAIMS = ["sub", "kind", "ten", "uni", "rol", "reads", "iat", "exp"]


@dataclass(frozen=True)
class SigningKey:
    """A private key and the name its public half is known by."""

    key_id: str
    private: Ed25519PrivateKey

    @property
    def public_text(self) -> str:
        """The public half as PEM."""
        return _public_text(self.private.public_key())


def peer_key(settings: Settings) -> SigningKey:
    """The service's own key, from its file; made there (mode 0600) unless in production. Raises Unusable without one."""
    file = settings.keys_folder / f"{settings.service}.pem"
    if not file.exists():
        if settings.profile == "production":
            raise Unusable(f"缺少服务密钥 {file}：生产环境须事先生成并挂载")
        _make_key(settings)
    try:
        private = serialization.load_pem_private_key(file.read_bytes(), None)
    except (OSError, ValueError) as error:
        raise Unusable(f"无法读取服务密钥 {file}（{type(error).__name__}）：请检查文件内容和权限") from None
    if not isinstance(private, Ed25519PrivateKey):
        raise Unusable(f"{file} 不是 Ed25519 私钥")
    return SigningKey(PEER + (settings.signs_as or settings.service), private)


def fingerprint(key: Ed25519PublicKey) -> str:
    """What a key is called where it may have been replaced since: the SHA-256 of its public half in DER (RFC 5280), in hex."""
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()


def own_keys(settings: Settings) -> dict[str, Ed25519PublicKey]:
    """The public halves of the service's own key and of those before it, by fingerprint.

    Those before lie beside it as `<service>.<anything>.pub`, where whoever owns the database cannot write. Raises Unusable
    for a file that holds no such key.
    """
    folder = settings.keys_folder
    keys = [peer_key(settings).private.public_key()]
    for file in (*folder.glob(f"{settings.service}.pub"), *sorted(folder.glob(f"{settings.service}.*.pub"))):
        try:
            keys.append(_load_public(file.read_text()))
        except (OSError, ValueError, jwt.InvalidKeyError) as error:
            raise Unusable(f"无法读取服务公钥 {file}（{type(error).__name__}）：请检查文件内容和权限") from None
    return {fingerprint(key): key for key in keys}


def sign_token(key: SigningKey, caller: Caller, lives: timedelta) -> str:
    """A token that says who the caller is, for so long."""
    # Not whole seconds: a token given right after a revocation is newer than it.
    now = real_now().timestamp()
    claims = {
        "sub": caller.id,
        "kind": caller.kind,
        "ten": caller.tenant_id,
        "uni": caller.unit_id,
        "rol": sorted(caller.roles),
        "reads": list(caller.reads),
        "iat": now,
        "exp": now + lives.total_seconds(),
    }
    return jwt.encode(claims, key.private, ALGORITHM, {"kid": key.key_id})


def peer_token(settings: Settings, tenant_id: str) -> str:
    """A token by which this service speaks for itself on a tenant's behalf."""
    return sign_token(peer_key(settings), Caller.peer(settings.service, tenant_id), PEER_TOKEN_LIFE)


def keep_key(tx: Tx, key_id: str, public_key: str, retired_at: datetime | None, version: int) -> None:
    """Keep a signing key that directory told."""
    values = {"key_id": key_id, "public_key": public_key, "retired_at": retired_at, "version": version}
    tx.put(tx.store.tables["token_keys"], ("key_id",), values, newer="version")


def keep_revocation(tx: Tx, subject: str, issued_before: datetime, version: int) -> None:
    """Keep a revocation that directory told."""
    values = {"subject": subject, "issued_before": issued_before, "version": version}
    tx.put(tx.store.tables["revocations"], ("subject",), values, newer="version")


@dataclass(frozen=True)
class _Seen:
    """What a verified token says, and the key that it stands and falls with."""

    key_id: str
    caller: Caller
    issued_at: float
    ends_at: float


class TokenCheck:
    """Tells who holds a token. What it verified it remembers until the token ends; keys and revocations it rereads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._seen: dict[str, _Seen] = {}
        self._keys: dict[str, tuple[Any, datetime | None]] = {}
        self._revoked: dict[str, float] = {}
        self._read_at = float("-inf")
        self._lock = threading.Lock()

    def caller_of(self, token: str) -> Caller:
        """Raises Unknown for a token that is forged, over, or revoked."""
        self._refresh()
        seen = self._seen.get(token)
        if seen is None or not self._stands(seen.key_id):
            seen = self._verified(token)
        if seen.ends_at <= real_now().timestamp():
            raise Unknown("登录已过期，请重新登录")
        if seen.issued_at < self._revoked.get(seen.caller.id, 0.0):
            raise Unknown("登录已失效，请重新登录")
        return seen.caller

    def _verified(self, token: str) -> _Seen:
        try:
            kid = str(jwt.get_unverified_header(token).get("kid", ""))
            claims: dict[str, Any] = jwt.decode(token, self._public(kid), [ALGORITHM], options={"require": CLAIMS}, leeway=LEEWAY)
        except jwt.ExpiredSignatureError:
            raise Unknown("登录已过期，请重新登录") from None
        except jwt.PyJWTError:
            raise Unknown("登录凭证无效，请重新登录") from None
        if kid.startswith(PEER) and kid != PEER + ISSUER and (claims["kind"], PEER + claims["sub"]) != ("peer", kid.partition(PLACE)[0]):
            raise Unknown("登录凭证无效：服务只能以自己的名义调用")
        if claims["exp"] - claims["iat"] > LONGEST_LIFE.total_seconds():
            raise Unknown("登录凭证无效：有效期过长")
        caller = Caller(claims["kind"], claims["sub"], claims["ten"], claims["uni"], frozenset(claims["rol"]), tuple(claims["reads"]))
        if len(self._seen) >= MOST_CACHED:
            self._seen.clear()
        self._seen[token] = seen = _Seen(kid, caller, claims["iat"], claims["exp"])
        return seen

    def _stands(self, key_id: str) -> bool:
        """Whether a key that once verified still does; a service's own stands as long as the process."""
        if key_id.startswith(PEER):
            return True
        key, retired_at = self._keys.get(key_id, (None, None))
        return key is not None and (retired_at is None or retired_at > real_now())

    def _public(self, kid: str) -> Any:
        if kid.startswith(PEER):
            return _peer_public(self._store.settings, kid.removeprefix(PEER))
        if not self._stands(kid):
            raise jwt.InvalidKeyError
        return self._keys[kid][0]

    def _refresh(self) -> None:
        if time.monotonic() - self._read_at < REFRESH_SECONDS:
            return
        with self._lock:
            if time.monotonic() - self._read_at < REFRESH_SECONDS:
                return
            self._store.read(Caller.nobody(), self._reread)
            self._read_at = time.monotonic()

    def _reread(self, tx: Tx) -> None:
        keys, revocations = self._store.tables["token_keys"], self._store.tables["revocations"]
        self._keys = {row["key_id"]: (_load_public(row["public_key"]), row["retired_at"]) for row in tx.all(tx.select(keys))}
        since = real_now() - LONGEST_LIFE
        recent = tx.select(revocations).where(revocations.c.issued_before > since)
        self._revoked = {row["subject"]: row["issued_before"].timestamp() for row in tx.all(recent)}


def _peer_public(settings: Settings, peer: str) -> Any:
    file = settings.keys_folder / f"{peer}.pub"
    if not peer.isidentifier() or not file.exists():
        raise jwt.InvalidKeyError
    return _load_public(file.read_text())


def _load_public(text: str) -> Ed25519PublicKey:
    key = serialization.load_pem_public_key(text.encode())
    if not isinstance(key, Ed25519PublicKey):
        raise jwt.InvalidKeyError
    return key


def _public_text(key: Ed25519PublicKey) -> str:
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


def _make_key(settings: Settings) -> None:
    """The public half goes first: who finds the private one finds both, wherever a crash came between."""
    folder = settings.keys_folder
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    private = Ed25519PrivateKey.generate()
    text = private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    with (folder / f".{settings.service}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / f"{settings.service}.pem").exists():
            _keep_earlier(folder, settings.service)
            _write(folder / f"{settings.service}.pub", _public_text(private.public_key()).encode(), 0o644)
            _write(folder / f"{settings.service}.pem", text, 0o600)


def _keep_earlier(folder: Path, service: str) -> None:
    """The public half of a key that is being replaced stays, for what it signed is held against it."""
    file = folder / f"{service}.pub"
    if file.exists():
        text = file.read_bytes()
        _write(folder / f"{service}.{hashlib.sha256(text).hexdigest()[:16]}.pub", text, 0o644)


def _write(file: Path, text: bytes, mode: int) -> None:
    fresh = file.with_name(f".{file.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=mode)
    fresh.write_bytes(text)
    fresh.replace(file)
