"""What an identity provider says of somebody, and what that makes of a person here (Art. 17). In real time, like passwords."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chassis.errors import Denied, Invalid, Unknown
from chassis.identity_provider import IdentityProvider
from regulation.articles import Article, NotAllowed
from services.directory.rules.people import check_person_roles
from services.directory.rules.second_factors import is_demanded

PROOF_LIFE = timedelta(minutes=1)


@dataclass(frozen=True)
class Identity:
    """Who somebody is, as the provider signed it; `token_hash` is that of its ID token, `groups` are its own words."""

    token_hash: str
    login: str
    name: str
    unit_id: str
    groups: tuple[str, ...]
    has_second_factor: bool
    proven_at: datetime


def identity_of(provider: IdentityProvider, claims: Mapping[str, Any], token_hash: str, now: datetime) -> Identity:
    """What an ID token's claims say. Raises Unknown where they name nobody."""
    login = _text(claims, provider.login_claim).lower()
    if not login:
        raise Unknown(f"统一身份认证没有给出登录名（{provider.login_claim}）：请联系运维人员核对统一身份认证的配置")
    groups = claims.get(provider.roles_claim) if provider.roles_claim else ()
    listed = (groups,) if isinstance(groups, str) else tuple(map(str, groups)) if isinstance(groups, (list, tuple)) else ()
    second = claims.get("acr") in provider.acr or not set(provider.amr).isdisjoint(_texts(claims.get("amr")))
    known = [group for group in listed if group in provider.roles]
    return Identity(token_hash, login, _text(claims, provider.name_claim), _text(claims, provider.unit_claim), tuple(known), second, now)


def refuse_stale(identity: Identity, now: datetime) -> None:
    """Raises Unknown for what was proven longer ago than a log-in takes."""
    if not timedelta(0) <= now - identity.proven_at <= PROOF_LIFE:
        raise Unknown("统一身份认证的结果已过时：请返回登录页重新登录")


def roles_of(provider: IdentityProvider, identity: Identity, held: Iterable[str]) -> frozenset[str]:
    """The roles of somebody from now on: what their groups are here, else those held. Raises Denied for groups that are none."""
    if not provider.roles_claim:
        return frozenset(held)
    try:
        return check_person_roles(provider.roles[group] for group in identity.groups)
    except Invalid:
        raise Denied("统一身份认证没有为您分配本系统的岗位：请联系租户管理员核对您所在的用户组") from None


def demand_second_factor(profile: str, identity: Identity, roles: frozenset[str]) -> None:
    """Raises NotAllowed (Art. 17) for whoever sees callers, where callers are real, and showed the provider no second factor."""
    if is_demanded(profile, roles) and not identity.has_second_factor:
        raise NotAllowed(Article(17), "您的岗位可以查看诉求人信息：请在统一身份认证启用并使用第二因素（如动态口令）后再登录")


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name) if name else ""
    return value.strip() if isinstance(value, str) else ""


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()
