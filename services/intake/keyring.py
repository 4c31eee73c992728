"""The keys of what intake seals, and the key by which callers are found (Art. 17).

`IDENTITY_KEYS` is `name:base64,name:base64,…`, 32 bytes each: the first seals, all open, the one named `hash` finds. Where
it is empty, outside production, the same lines lie in `identity.keys` among the keys, made when first wanted; a key put
first there is used from that instant on.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from chassis.errors import Unusable
from chassis.sealing import KEY_BYTES, Unsealable, seal, unseal
from chassis.settings import Settings

HASH = "hash"
FILE = "identity.keys"
_BETWEEN = "\x1f"


@dataclass(frozen=True)
class Keyring:
    """Seals with the active key, opens with any."""

    active: str
    keys: dict[str, bytes] = field(repr=False)
    hash_key: bytes = field(repr=False)

    def seal(self, plain: bytes, *place: str) -> bytes:
        """Seal for a place: tenant, row and field. The key's name travels in front."""
        name = self.active.encode()
        return bytes([len(name)]) + name + seal(self.keys[self.active], plain, _BETWEEN.join(place))

    def open(self, sealed: bytes, *place: str) -> bytes:
        """What was sealed for that place. Raises Unsealable for another place, a lost key, or a changed byte."""
        name = sealed[1 : 1 + sealed[0]].decode(errors="replace")
        if name not in self.keys:
            raise Unsealable
        return unseal(self.keys[name], sealed[1 + sealed[0] :], _BETWEEN.join(place))

    def find(self, tenant_id: str, e164: str) -> bytes:
        """The keyed hash (HMAC-SHA256) by which a tenant's callers with this number are found."""
        return hmac.digest(self.hash_key, f"{tenant_id}{_BETWEEN}{e164}".encode(), hashlib.sha256)

    def tokens(self, month: str, pairs: Iterable[str]) -> list[int]:
        """The keyed hashes (BLAKE2b, 32 bits, RFC 7693) by which a month's tickets with these pairs of characters are found."""
        own = hashlib.blake2b(month.encode(), digest_size=4, key=self.hash_key, person=b"words")
        return [int.from_bytes(_with(own, pair), signed=True) for pair in pairs]


def keyring_of(settings: Settings) -> Keyring:
    """The keys as they are now. Raises Unusable when there are none, or they cannot be read."""
    if settings.identity_keys:
        return _parsed(settings.identity_keys)
    file = settings.keys_folder / FILE
    if not file.exists():
        if settings.profile == "production":
            raise Unusable("缺少 IDENTITY_KEYS：生产环境须设置加密诉求人信息的密钥，格式为 名称:base64,…,hash:base64")
        _place(file, f"{_line('1')}\n{_line(HASH)}\n", fresh=True)
    stamp = file.stat()
    return _from_file(file, stamp.st_ino, stamp.st_mtime_ns)


def add_key(settings: Settings) -> str:
    """Put a fresh key first in the file; answers its name. Raises Unusable where the keys are a setting."""
    if settings.identity_keys:
        raise Unusable("密钥由 IDENTITY_KEYS 设置：请在其最前面加入新密钥，重启全部进程后再运行 rotate_keys")
    old = keyring_of(settings)
    name = str(1 + max((int(each) for each in old.keys if each.isdigit()), default=0))
    file = settings.keys_folder / FILE
    _place(file, f"{_line(name)}\n{file.read_text()}", fresh=False)
    return name


@lru_cache(maxsize=8)
def _from_file(file: Path, _inode: int, _changed: int) -> Keyring:
    return _parsed(file.read_text())


@lru_cache(maxsize=8)
def _parsed(text: str) -> Keyring:
    found: dict[str, bytes] = {}
    for part in text.replace("\n", ",").split(","):
        name, _, key = part.strip().partition(":")
        if not part.strip():
            continue
        found[name] = _key(name, key)
    hash_key = found.pop(HASH, None)
    if hash_key is None or not found:
        raise Unusable("IDENTITY_KEYS 须至少有一把加密密钥和一把名为 hash 的密钥，格式为 名称:base64,…,hash:base64")
    return Keyring(next(iter(found)), found, hash_key)


def _with(own: hashlib.blake2b, pair: str) -> bytes:
    hashed = own.copy()
    hashed.update(pair.encode())
    return hashed.digest()


def _key(name: str, text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES or not name.isascii() or not name.isalnum():
        raise Unusable(f"IDENTITY_KEYS 中名为 {name[:20]!r} 的密钥不可用：名称只用字母和数字，密钥为 32 字节的 base64")
    return key


def _line(name: str) -> str:
    return f"{name}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"


def _place(file: Path, text: str, *, fresh: bool) -> None:
    """Write it whole, mode 0600; a fresh one only where no other process was quicker."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    written = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    written.touch(mode=0o600)
    written.write_text(text)
    if not fresh:
        written.replace(file)
        return
    try:
        os.link(written, file)
    except FileExistsError:
        pass
    finally:
        written.unlink()
