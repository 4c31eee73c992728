"""Registers as pages: what a desk has of them, a list, a row with what may be done to it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Response

from services.gateway.console import panels
from services.gateway.console.cells import cell, value_at
from services.gateway.console.registers import Register, register_desks, registers, registers_for
from services.gateway.console.verbs import method_of, secrets_of
from services.gateway.console.visiting import Signed, Visit
from services.gateway.problems import Problem

router = APIRouter()
PAGE_SIZE = 30


async def index(visit: Signed) -> Response:
    """What a desk has. Raises Problem where it has nothing for the person."""
    desk = _desk(visit)
    name = next(each.name for each in register_desks() if each.path == f"/{desk}")
    found = registers_for(desk, visit.session.roles)
    if not found:
        raise Problem("DENIED", "您的岗位没有这一页")
    return visit.page("registers/index.html", name=name, registers=found)


async def rows(visit: Signed, key: str) -> Response:
    """A page of the list, by its filters. Raises Problem, grpc.RpcError."""
    register = _register(visit, key)
    answer = await visit.send(register.lists, page={"size": PAGE_SIZE})
    found = getattr(answer, answer.DESCRIPTOR.fields[0].name)
    shown = {"register": register, "rows": found, "next_token": answer.next_page_token, **await _names(visit)}
    if visit.in_part:
        return visit.page("registers/rows.html", **shown)
    above = panels.panels_of_verbs(visit, register.package, register.adds, frozenset())
    return visit.page("registers/list.html", panels=above, **shown)


async def row(visit: Signed, key: str) -> Response:
    """A row with its verbs; the address says what of it its forms send back. Raises Problem, grpc.RpcError."""
    register = _register(visit, key)
    carried = {name: visit.field(name) for name in sorted(register.known)}
    answer = await visit.send(register.get) if register.get else None
    shown = {"register": register, "carried": carried, "found": _first(answer), **await _names(visit)}
    return visit.page("registers/row.html" if visit.in_part else "registers/one.html", panels=_panels(visit, register, answer), **shown)


async def act(visit: Signed, key: str, verb: str) -> Response:
    """Do what the form says; what is shown once is shown. Raises Problem, grpc.RpcError."""
    register = _register(visit, key)
    answer = await panels.act(visit, register.package, verb)
    once = [getattr(answer, name) for name in secrets_of(method_of(register.package, verb))]
    if any(once):
        return visit.page("registers/once.html" if visit.in_part else "registers/once_page.html", register=register, once=once)
    return visit.go(_where(register, answer))


for each in registers():
    router.add_api_route(f"/{each}", index, methods=["GET"])
    router.add_api_route(f"/{each}/{{key}}", rows, methods=["GET"])
    router.add_api_route(f"/{each}/{{key}}/row", row, methods=["GET"])
    router.add_api_route(f"/{each}/{{key}}/{{verb}}", act, methods=["POST"])


def _desk(visit: Visit) -> str:
    return visit.request.url.path.split("/")[1]


def _panels(visit: Visit, register: Register, answer: Any) -> list[panels.Panel]:
    if answer is not None and hasattr(answer, "offers"):
        return panels.panels_of(visit, register.package, answer.offers)
    return panels.panels_of_verbs(visit, register.package, register.verbs, register.known)


def _register(visit: Visit, key: str) -> Register:
    found = registers()[_desk(visit)].get(key)
    if found is None:
        raise Problem("MISSING", "没有这一页")
    return found


def _where(register: Register, answer: Any) -> str:
    """What was done is seen at its row, where one can be asked for; else in the list."""
    found = _first(answer)
    if not register.get or found is None:
        return register.path
    return f"{register.path}/row?" + urlencode({path.rpartition(".")[2]: value_at(found, path) for path in register.carries})


def _first(answer: Any) -> Any:
    fields = answer.DESCRIPTOR.fields if answer is not None else ()
    return getattr(answer, fields[0].name) if fields and fields[0].message_type else None


async def _names(visit: Visit) -> dict[str, Any]:
    return {"units": await visit.units(), "categories": await visit.categories(), "cell": cell, "value_at": value_at}
