"""Registers as pages: what a desk has of them, a list, a row with what may be done to it."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Response

from services.gateway.console import panels
from services.gateway.console.carrying import around, carried_by, is_named, leads_of, list_of, needed
from services.gateway.console.cells import cell, typed_at
from services.gateway.console.registers import Register, pages_of, register_desks, registers, registers_for
from services.gateway.console.verbs import answer_fields, answer_type, method_of, secrets_of, writes
from services.gateway.console.visiting import Signed, Visit
from services.gateway.problems import Problem

router = APIRouter()
PAGE_SIZE = 30


async def index(visit: Signed) -> Response:
    """What a desk has; of a single register, that. Raises Problem where it has nothing for the person."""
    desk = _desk(visit)
    name = next(each.name for each in register_desks() if each.path == f"/{desk}")
    found = registers_for(desk, visit.session.roles)
    if not found:
        raise Problem("DENIED", "您的岗位没有这一页")
    if len(found) == 1 and not pages_of(desk):
        return visit.go(found[0].path)
    return visit.page("registers/index.html", name=name, registers=found, pages=pages_of(desk))


async def rows(visit: Signed, key: str) -> Response:
    """A page of the list, by its filters. Raises Problem, grpc.RpcError."""
    register = _register(visit, key)
    answer = await _listed(visit, register)
    shown = {"register": register, "rows": list_of(answer), "next_token": answer.next_page_token, **await _names(visit)}
    shown |= {"around": around(register, answer, visit.field), "needed": needed(register, visit.field)}
    if visit.in_part:
        return visit.page("registers/rows.html", **shown)
    above = panels.panels_of_verbs(visit, register.package, register.adds, register.known_above)
    return visit.page("registers/list.html", panels=above, **shown)


async def row(visit: Signed, key: str) -> Response:
    """A row with its verbs, and what it leads to; the address says which. Raises Problem, grpc.RpcError."""
    register = _register(visit, key)
    answer = await visit.send(register.get) if register.get else await _listed(visit, register)
    found = _first(answer) if register.get else next((each for each in list_of(answer) if is_named(register, each, visit.field)), None)
    carried = {name: visit.field(name) for name in sorted(register.known)} | ({} if register.get else around(register, answer, visit.field))
    carried |= carried_by(register, found) if found is not None else {}
    leads = leads_of(register, carried, visit.session.roles)
    shown = {"register": register, "carried": carried, "found": found, "leads": leads, **await _names(visit)}
    shown["now_of"] = partial(typed_at, found) if found is not None else None
    return visit.page("registers/row.html" if visit.in_part else "registers/one.html", panels=_panels(visit, register, answer), **shown)


async def act(visit: Signed, key: str, verb: str) -> Response:
    """Do what the form says; what is shown once is shown, and what was only tried. Raises Problem, grpc.RpcError."""
    register = _register(visit, key)
    answer = await panels.act(visit, register.package, verb)
    method = method_of(register.package, verb)
    if not writes(method):
        part = "registers/tried.html" if visit.in_part else "registers/tried_page.html"
        return visit.page(part, register=register, answer=answer, told=answer_fields(method), **await _names(visit))
    once = [getattr(answer, name) for name in secrets_of(method)]
    if any(once):
        part = "registers/once.html" if visit.in_part else "registers/once_page.html"
        return visit.page(part, register=register, once=once, back=_list_path(visit, register))
    return visit.go(_where(visit, register, answer))


for each in registers():
    router.add_api_route(f"/{each}", index, methods=["GET"])
    router.add_api_route(f"/{each}/{{key}}", rows, methods=["GET"])
    router.add_api_route(f"/{each}/{{key}}/row", row, methods=["GET"])
    router.add_api_route(f"/{each}/{{key}}/{{verb}}", act, methods=["POST"])


def _desk(visit: Visit) -> str:
    return visit.request.url.path.split("/")[1]


def _panels(visit: Visit, register: Register, answer: Any) -> list[panels.Panel]:
    if hasattr(answer, "offers"):
        return panels.panels_of(visit, register.package, answer.offers)
    return panels.panels_of_verbs(visit, register.package, register.verbs, register.known)


def _register(visit: Visit, key: str) -> Register:
    found = registers()[_desk(visit)].get(key)
    if found is None:
        raise Problem("MISSING", "没有这一页")
    return found


async def _listed(visit: Visit, register: Register) -> Any:
    """A page of the list; an empty one while nobody said what it needs."""
    if register.needs and not visit.field(register.needs):
        return answer_type(register.lists)()
    return await visit.send(register.lists, page={"size": PAGE_SIZE}, **register.asks)


def _where(visit: Visit, register: Register, answer: Any) -> str:
    """What was done is seen at its row, where one can be asked for; else in the list."""
    found = _first(answer)
    if not register.get or found is None:
        return _list_path(visit, register)
    return f"{register.path}/row?" + urlencode(carried_by(register, found))


def _list_path(visit: Visit, register: Register) -> str:
    return f"{register.path}?" + urlencode({register.needs: visit.field(register.needs)}) if register.needs else register.path


def _first(answer: Any) -> Any:
    fields = answer.DESCRIPTOR.fields
    return getattr(answer, fields[0].name) if fields and fields[0].message_type else None


async def _names(visit: Visit) -> dict[str, Any]:
    return {
        "units": await visit.units(), "categories": await visit.categories(), "cell": cell, "carried_by": carried_by,
    }  # fmt: skip
