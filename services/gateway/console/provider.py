"""The gateway's part of a log-in by an identity provider (OpenID Connect Core 1.0): authorization code with PKCE, state and nonce.

What the provider answers it hands to directory, which alone says who that is.
"""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote, unquote, urlencode

import httpx2
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from fastapi import Request

from chassis.identity_provider import IdentityProvider
from services.gateway.problems import Problem

RETURN = "/login/returned"
ENTERING, HINT = "hotline_entering", "hotline_provider"
ENTERING_SECONDS = 600
SECRET_BYTES = 32
ASK_SECONDS = 10.0
DESCRIBED_SECONDS = 300.0
# What is more does not fit into a cookie: the provider then asks whoever leaves whether to log out.
LONGEST_HINT = 3_500
START_AGAIN = "请返回登录页重新登录"
AWAY = "统一身份认证暂时无法访问：请稍后重试，或用本系统的密码登录"


@dataclass(frozen=True)
class Entering:
    """A log-in under way, which its browser keeps: what the provider was asked with, and where whoever logs in wants to be."""

    state: str
    nonce: str
    verifier: str
    back: str

    @property
    def cookie(self) -> str:
        """As the browser keeps it."""
        return quote(json.dumps(asdict(self)))


class ProviderDoor:
    """The way to the provider and back."""

    def __init__(self, provider: IdentityProvider) -> None:
        self._provider = provider
        self._described: dict[str, Any] = {}
        self._asked_at = float("-inf")

    async def begin(self, back: str) -> tuple[str, Entering]:
        """Where the browser goes, and what it keeps meanwhile. Raises Problem while the provider is away."""
        described = await self._description()
        state, nonce, verifier = (secrets.token_urlsafe(SECRET_BYTES) for _ in range(3))
        asked = {"acr_values": " ".join(self._provider.acr)} if self._provider.acr else {}
        async with self._client() as client:
            address, _ = client.create_authorization_url(
                described["authorization_endpoint"], state=state, code_verifier=verifier, nonce=nonce, **asked
            )
        return str(address), Entering(state, nonce, verifier, back)

    async def finish(self, entering: Entering, told: dict[str, str]) -> str:
        """The provider's ID token for what it sent the browser back with. Raises Problem."""
        if not secrets.compare_digest(told.get("state", "").encode(), entering.state.encode()):
            raise Problem("UNKNOWN", f"统一身份认证的答复与本次登录不符：{START_AGAIN}")
        # Of another provider that shares the browser (RFC 9207).
        if told.get("iss", self._provider.issuer) != self._provider.issuer:
            raise Problem("UNKNOWN", "答复不是配置的统一身份认证发来的：请运维人员核对 issuer")
        if "code" not in told:
            raise Problem("UNKNOWN", f"统一身份认证没有同意登录：{START_AGAIN}，或联系统一身份认证的管理员")
        return await self._exchange(told["code"], entering.verifier)

    async def leaving(self, hint: str) -> str:
        """Where whoever logs out goes, so that the provider knows; empty where it need not. Raises Problem while it is away."""
        address = (await self._description()).get("end_session_endpoint")
        if not address or not hint:
            return ""
        asked = {
            "id_token_hint": hint,
            "client_id": self._provider.client_id,
            "post_logout_redirect_uri": f"{self._provider.console}/login",
        }
        return f"{address}?{urlencode(asked)}"

    async def _exchange(self, code: str, verifier: str) -> str:
        described = await self._description()
        try:
            async with self._client() as client:
                tokens = await client.fetch_token(described["token_endpoint"], code=code, code_verifier=verifier)
        except httpx2.HTTPError:
            raise Problem("UNAVAILABLE", AWAY) from None
        except OAuthError as error:
            # What it says of itself is ours to mend; a code that is spent or over is whoever logs in's.
            mine = error.error in ("invalid_client", "unauthorized_client")
            said = (
                "统一身份认证不认本系统：请运维人员核对 client_id 与 client_secret"
                if mine
                else f"这次登录的授权码已用过或已过期：{START_AGAIN}"
            )
            raise Problem("UNKNOWN", said) from None
        if not isinstance(token := tokens.get("id_token"), str):
            raise Problem("UNKNOWN", "统一身份认证没有给出身份凭证：请运维人员核对 scopes")
        return token

    async def _description(self) -> dict[str, Any]:
        if time.monotonic() - self._asked_at > DESCRIBED_SECONDS:
            try:
                async with httpx2.AsyncClient(timeout=ASK_SECONDS) as client:
                    described: dict[str, Any] = (await client.get(self._provider.discovery)).raise_for_status().json()
            except (httpx2.HTTPError, ValueError):
                raise Problem("UNAVAILABLE", AWAY) from None
            if described.get("issuer") != self._provider.issuer:
                raise Problem("UNKNOWN", "统一身份认证自报的 issuer 与配置不符：请运维人员核对 issuer")
            self._described, self._asked_at = described, time.monotonic()
        return self._described

    def _client(self) -> AsyncOAuth2Client:
        return AsyncOAuth2Client(
            self._provider.client_id,
            self._provider.client_secret or None,
            scope=" ".join(self._provider.scopes),
            redirect_uri=self._provider.console + RETURN,
            code_challenge_method="S256",
            timeout=ASK_SECONDS,
        )


def entering_of(request: Request) -> Entering:
    """The log-in that a browser has under way. Raises Problem where it has none."""
    try:
        return Entering(**json.loads(unquote(request.cookies.get(ENTERING, ""))))
    except (ValueError, TypeError):
        raise Problem("UNKNOWN", f"没有正在进行的登录，或已超过十分钟：{START_AGAIN}") from None
