"""Whose word on who somebody is counts beside our own passwords (OpenID Connect). The file that `IDENTITY_PROVIDER` names, in TOML:

issuer = "https://sso.example/realms/gov"
client_id = "hotline"
client_secret = "…"                  # of the gateway's copy alone
console = "https://12345.example"    # where people see our pages; the provider sends them back to /login/returned there
tenant = "zibo"                      # whose people these are
login_claim = "preferred_username"   # the claim that says a person's login name here
name_claim = "name"
roles_claim = "groups"               # without it roles are those set here
unit_claim = "unit"                  # the unit of a person who is made at the first log-in; without it nobody is made
acr = ["urn:example:two-factors"]    # one of these, or
amr = ["otp", "hwk"]                 # one of these, says that a second factor was shown
scopes = ["openid", "profile"]
clock_skew = 60                      # seconds
[roles]                              # what the provider's groups are here; several may be one role
hotline-operators = "ROLE_OPERATOR"
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from chassis.errors import Unusable
from chassis.settings import Settings

LONGEST_SKEW = 300
WELL_KNOWN = "/.well-known/openid-configuration"
LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
LISTS = ("acr", "amr", "scopes")


@dataclass(frozen=True)
class IdentityProvider:
    """What the file says. `clock_skew` in seconds."""

    issuer: str
    client_id: str
    console: str
    tenant: str
    client_secret: str = field(default="", repr=False)
    login_claim: str = "preferred_username"
    name_claim: str = "name"
    roles_claim: str = ""
    unit_claim: str = ""
    acr: tuple[str, ...] = ()
    amr: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ("openid", "profile")
    clock_skew: int = 60
    roles: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def discovery(self) -> str:
        """Where it describes itself (OpenID Connect Discovery 1.0, 4)."""
        return self.issuer.rstrip("/") + WELL_KNOWN


def identity_provider_of(settings: Settings) -> IdentityProvider | None:
    """What the settings say; None where nobody but we says who somebody is. Raises Unusable for a file that cannot be used."""
    return _read(settings.identity_provider) if settings.identity_provider else None


@lru_cache(maxsize=8)
def _read(file: Path) -> IdentityProvider:
    try:
        return _provider(tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError, KeyError, ValueError, TypeError) as error:
        told = f"IDENTITY_PROVIDER={file} 不可用（{type(error).__name__}）：请按 chassis/identity_provider.py 的说明书写"
        raise Unusable(told) from None


def _provider(told: dict[str, Any]) -> IdentityProvider:
    lists = {name: tuple(map(str, told[name])) for name in LISTS if name in told}
    found = IdentityProvider(**{**told, **lists})
    if not all(_is_safe(address) for address in (found.issuer, found.console)) or not (found.client_id and found.tenant):
        raise ValueError("addresses")
    if not 0 <= found.clock_skew <= LONGEST_SKEW or "openid" not in found.scopes or bool(found.roles) != bool(found.roles_claim):
        raise ValueError("clock_skew, scopes or roles")
    return found


def _is_safe(address: str) -> bool:
    """Nothing that says who somebody is goes in the clear, but within a machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOCAL)
