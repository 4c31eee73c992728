"""The verbs that something is open to, as panels with their forms: what its service offers, as far as the person's roles go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from services.gateway.console.verbs import Field, form_of, long_form_of, method_of, roles_of
from services.gateway.console.visiting import Visit
from services.gateway.problems import Problem

NO_VERB = "没有这一步：请从页面上的按钮办理"


@dataclass(frozen=True)
class Panel:
    """A verb that may be done here and now, with its form."""

    verb: str
    term: str
    article: str
    fields: tuple[Field, ...]
    # What the page settles for whoever fills it in.
    given: tuple[tuple[str, str], ...] = ()

    def giving(self, name: str, value: str) -> Panel:
        """With a field that the page settles, and nobody fills in."""
        left = tuple(field for field in self.fields if field.name != name)
        return replace(self, fields=left, given=(*self.given, (name, value)))

    def choosing(self, name: str, choices: Iterable[tuple[str, str]]) -> Panel:
        """With a field of which one of these is chosen."""
        offered = tuple(choices)
        fields = (replace(field, kind="choice", choices=offered) if field.name == name else field for field in self.fields)
        return replace(self, fields=tuple(fields))


def panels_of(visit: Visit, package: str, offers: Iterable[Any]) -> list[Panel]:
    """Of a package's verbs, `dispatch.v1`, those that are offered and the person's roles may do."""
    found = [(offer, method_of(package, offer.verb)) for offer in offers]
    mine = [(offer, method) for offer, method in found if roles_of(method) & visit.session.roles]
    return [Panel(offer.verb, offer.term, offer.article, form_of(method)) for offer, method in mine]


def panels_of_verbs(visit: Visit, package: str, verbs: Mapping[str, str], known: frozenset[str]) -> list[Panel]:
    """Of a package's verbs, with what people call them, those that the person's roles may do; the page knows these fields."""
    found = [(verb, term, method_of(package, verb)) for verb, term in verbs.items()]
    return [Panel(verb, term, "", long_form_of(method, known)) for verb, term, method in found if roles_of(method) & visit.session.roles]


async def act(visit: Visit, package: str, verb: str, **known: Any) -> Any:
    """Do a verb with what its form says. Raises Problem for no verb of the package, grpc.RpcError."""
    try:
        method = method_of(package, verb)
    except KeyError:
        raise Problem("MISSING", NO_VERB) from None
    return await visit.send(method, **known)
