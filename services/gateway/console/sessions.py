"""Who is logged in, by two cookies that no script reads: directory's access token, and its refresh token by which a new one is had.

A refresh token is good once. Pages that ask at the same time with the same one, of one gateway or several, send directory the
same request id, and so get the same answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote

import jwt
from fastapi import Request, Response

from chassis.clock import real_now
from chassis.settings import Settings
from hotline.directory.v1 import sessions_pb2 as sessions
from services.gateway.calls import Calls
from services.gateway.console.forms import new_request_id
from services.gateway.console.provider import HINT
from services.gateway.problems import Problem

SERVICE = "hotline.directory.v1.SessionService"
ACCESS, REFRESH, NAME, TENANT = "hotline_access", "hotline_session", "hotline_name", "hotline_tenant"
# A token that ends while a page is made is no use.
SPARE_SECONDS = 20
# Of systems alone, and has a page.
OUTSIDE = "ROLE_THIRD_PARTY"
A_YEAR = 365 * 24 * 3600


class NotLoggedIn(Exception):
    """Nobody is, or no longer."""


@dataclass(frozen=True)
class Session:
    """Whoever is logged in, with the token by which services know them."""

    token: str
    person_id: str
    tenant_id: str
    unit_id: str
    roles: frozenset[str]
    name: str
    # When the token does no more, in seconds since 1970.
    expires_at: float


async def session_of(request: Request, calls: Calls) -> Session:
    """Whose request it is; new tokens wait in its state for `remember`. Raises NotLoggedIn, grpc.RpcError."""
    cookies = request.cookies
    token = cookies.get(ACCESS, "")
    if not token:
        request.state.tokens = await _renewed(cookies.get(REFRESH, ""), calls)
        token = request.state.tokens.access_token
    try:
        return _session(token, unquote(cookies.get(NAME, "")))
    except jwt.PyJWTError:
        raise NotLoggedIn from None


def remember(request: Request, response: Response, settings: Settings) -> None:
    """Give the browser what this request brought: tokens, or the end of them."""
    tokens: sessions.Tokens | None = getattr(request.state, "tokens", None)
    if tokens is not None:
        _put(response, settings, ACCESS, tokens.access_token, _seconds_until(tokens.access_expires_at) - SPARE_SECONDS)
        _put(response, settings, REFRESH, tokens.refresh_token, _seconds_until(tokens.refresh_expires_at))
    for name, value in getattr(request.state, "known", {}).items():
        _put(response, settings, name, quote(value), A_YEAR)
    if getattr(request.state, "leaving", False):
        for name in (ACCESS, REFRESH, HINT):
            response.delete_cookie(name)


async def log_in(request: Request, calls: Calls, asked: sessions.LogInRequest) -> None:
    """By name and password. Raises grpc.RpcError."""
    answer = await calls.ask("", f"{SERVICE}/LogIn", asked, sessions.LogInResponse)
    request.state.tokens = answer.tokens
    request.state.known = {NAME: answer.person.name, TENANT: asked.tenant_id}


async def log_in_by_key(request: Request, calls: Calls, asked: sessions.LogInByKeyRequest) -> None:
    """A third party's system, whose page a person of theirs reads; no other's. Raises Problem, grpc.RpcError."""
    answer = await calls.ask("", f"{SERVICE}/LogInByKey", asked, sessions.LogInByKeyResponse)
    if OUTSIDE not in _session(answer.tokens.access_token, "").roles:
        raise Problem("DENIED", "这不是第三方抽测机构的密钥，不能在此登录")
    request.state.tokens = answer.tokens
    request.state.known = {NAME: "第三方抽测机构"}


async def log_in_by_provider(request: Request, calls: Calls, id_token: str, nonce: str) -> None:
    """By what an identity provider signed. Raises grpc.RpcError."""
    proving = sessions.ProveIdentityRequest(id_token=id_token, nonce=nonce)
    proof = (await calls.ask("", f"{SERVICE}/ProveIdentity", proving, sessions.ProveIdentityResponse)).proof
    asked = sessions.LogInByProofRequest(request_id=new_request_id(), proof=proof)
    answer = await calls.ask("", f"{SERVICE}/LogInByProof", asked, sessions.LogInByProofResponse)
    request.state.tokens = answer.tokens
    request.state.known = {NAME: answer.person.name, TENANT: answer.person.tenant_id}


async def log_out(request: Request, calls: Calls, request_id: str, *, everywhere: bool) -> None:
    """Here, or everywhere. Raises grpc.RpcError."""
    request.state.leaving = True
    if token := request.cookies.get(REFRESH, ""):
        asked = sessions.LogOutRequest(request_id=request_id, refresh_token=token, everywhere=everywhere)
        await calls.ask("", f"{SERVICE}/LogOut", asked, sessions.LogOutResponse)


async def _renewed(refresh_token: str, calls: Calls) -> sessions.Tokens:
    if not refresh_token:
        raise NotLoggedIn
    request_id = hashlib.sha256(refresh_token.encode()).hexdigest()
    asked = sessions.RenewTokenRequest(request_id=request_id, refresh_token=refresh_token)
    return (await calls.ask("", f"{SERVICE}/RenewToken", asked, sessions.RenewTokenResponse)).tokens


def _session(token: str, name: str) -> Session:
    """What a token says of its holder, unverified: pages show a menu by it, and services verify it for whatever they answer."""
    claims: Mapping[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return Session(token, claims["sub"], claims["ten"], claims["uni"], frozenset(claims["rol"]), name, claims["exp"])


def _put(response: Response, settings: Settings, name: str, value: str, seconds: float) -> None:
    response.set_cookie(name, value, max(int(seconds), 1), httponly=True, samesite="strict", secure=is_secure(settings))


def is_secure(settings: Settings) -> bool:
    """Whether cookies go by HTTPS alone."""
    return settings.profile == "production" or settings.public_url.startswith("https:")


def _seconds_until(stamp: Any) -> float:
    until: datetime = stamp.ToDatetime(UTC)
    return (until - real_now()).total_seconds()
