"""An identity provider's ID tokens, held against its keys (OpenID Connect Core 1.0, 3.1.3.7).

The gateway only carries them: it can invent nobody.
"""

from __future__ import annotations

import hmac
import threading
import time
from functools import cache
from typing import Any

import httpx2
import jwt

from chassis.clock import real_now
from chassis.errors import Refusal, Unknown
from chassis.identity_provider import IdentityProvider
from services.directory.passwords import secret_hash
from services.directory.rules.identities import Identity, identity_of

# What is signed with a key of ours too would let us sign for the provider.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
ASK_SECONDS = 5.0
KEPT_SECONDS = 300.0
# A key that is not known may be new; who makes keys up may not have us ask without end.
AGAIN_SECONDS = 5.0
START_AGAIN = "请返回登录页重新登录"
REFUSALS: tuple[tuple[type[jwt.PyJWTError], str], ...] = (
    (jwt.ExpiredSignatureError, f"统一身份认证的凭证已过期：{START_AGAIN}；反复出现时请运维人员核对两边的时钟"),
    (jwt.ImmatureSignatureError, "统一身份认证的凭证尚未生效：请运维人员核对两边的时钟"),
    (jwt.InvalidAudienceError, "统一身份认证的凭证不是发给本系统的：请运维人员核对 client_id"),
    (jwt.InvalidIssuerError, "凭证不是配置的统一身份认证签发的：请运维人员核对 issuer"),
    (jwt.InvalidSignatureError, f"统一身份认证的凭证签名不符：{START_AGAIN}"),
)


class Keys:
    """The keys of a provider, asked for when they are wanted and kept for minutes."""

    def __init__(self, provider: IdentityProvider) -> None:
        self._provider = provider
        self._lock = threading.Lock()
        self._keys: dict[str, jwt.PyJWK] = {}
        self._asked_at = float("-inf")

    def key(self, key_id: str) -> jwt.PyJWK:
        """By its id. Raises Refusal while the provider is away, Unknown for one that it does not have."""
        with self._lock:
            age = time.monotonic() - self._asked_at
            if age > KEPT_SECONDS or (key_id not in self._keys and age > AGAIN_SECONDS):
                self._keys = self._asked()
                self._asked_at = time.monotonic()
            if key_id not in self._keys:
                raise Unknown(f"统一身份认证的凭证用不认识的密钥签名：{START_AGAIN}")
            return self._keys[key_id]

    def _asked(self) -> dict[str, jwt.PyJWK]:
        try:
            with httpx2.Client(timeout=ASK_SECONDS) as client:
                described = client.get(self._provider.discovery).raise_for_status().json()
                if described["issuer"] != self._provider.issuer:
                    raise Unknown("统一身份认证自报的 issuer 与配置不符：请运维人员核对 issuer")
                told: dict[str, Any] = client.get(described["jwks_uri"]).raise_for_status().json()
            return {key.key_id: key for key in jwt.PyJWKSet.from_dict(told).keys if key.key_id}
        except (httpx2.HTTPError, ValueError, KeyError, TypeError, jwt.PyJWTError):
            raise Refusal("统一身份认证暂时无法访问：请稍后重试，或用本系统的密码登录") from None


def identity_in(provider: IdentityProvider, id_token: str, nonce: str) -> Identity:
    """What an ID token says of somebody. Raises Unknown for one that is not the provider's answer to us, Refusal while it is away."""
    try:
        header = jwt.get_unverified_header(id_token)
        key = keys_of(provider).key(str(header.get("kid", "")))
        claims = jwt.decode(
            id_token,
            key,
            ALGORITHMS,
            {"require": ["iss", "sub", "aud", "exp", "iat"]},
            audience=provider.client_id,
            issuer=provider.issuer,
            leeway=provider.clock_skew,
        )
    except jwt.PyJWTError as error:
        raise Unknown(_said_of(error)) from None
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise Unknown(f"统一身份认证的答复与本次登录不符：{START_AGAIN}")
    if claims.get("azp", provider.client_id) != provider.client_id:
        raise Unknown("统一身份认证的凭证不是发给本系统的：请运维人员核对 client_id")
    return identity_of(provider, claims, secret_hash(id_token), real_now())


@cache
def keys_of(provider: IdentityProvider) -> Keys:
    """Those that a process keeps."""
    return Keys(provider)


def _said_of(error: jwt.PyJWTError) -> str:
    return next((said for kind, said in REFUSALS if isinstance(error, kind)), f"统一身份认证的凭证无法识别：{START_AGAIN}")
