"""An order as every desk sees it: the demand, its dates day by day, what was done, and the verbs it is open to (Art. 10–13, 16)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Response

from services.gateway.console.verbs import Field, form_of, method_of, roles_of
from services.gateway.console.visiting import Signed, Visit
from services.gateway.problems import Problem

router = APIRouter()
PACKAGE = "dispatch.v1"
NO_VERB = "没有这一步：请从工单页面的按钮办理"


@dataclass(frozen=True)
class Panel:
    """A verb that may be done here and now, with its form."""

    verb: str
    term: str
    article: str
    fields: tuple[Field, ...]


@router.get("/orders/{order_id}")
async def order(visit: Signed, order_id: str) -> Response:
    """Raises grpc.RpcError for one that the person may not see."""
    found = await visit.ask("dispatch.v1.OrderService/GetOrder", order_id=order_id)
    shown = {"found": found, "order": found.order, "panels": _panels(visit, found), "units": await visit.units()}
    return visit.page("orders/order.html", **shown)


@router.get("/orders/{order_id}/journal")
async def journal(visit: Signed, order_id: str) -> Response:
    """Every step, the oldest first (10)."""
    answer = await visit.send("dispatch.v1.OrderService/ListJournal", order_id=order_id)
    template = "orders/steps.html" if visit.in_part else "orders/journal.html"
    return visit.page(template, entries=answer.entries, order_id=order_id, next_token=answer.next_page_token)


@router.get("/orders/{order_id}/suggestions")
async def suggestions(visit: Signed, order_id: str) -> Response:
    """To whom it might go, with the reasons; a person decides (11(2))."""
    answer = await visit.ask("dispatch.v1.SuggestionService/SuggestUnits", order_id=order_id)
    return visit.page("orders/suggestions.html", suggestions=answer.suggestions)


@router.post("/orders/{order_id}/{verb}")
async def act(visit: Signed, order_id: str, verb: str) -> Response:
    """Do what the form says. Raises Problem for no verb of an order, grpc.RpcError."""
    try:
        method = method_of(PACKAGE, verb)
    except KeyError:
        raise Problem("MISSING", NO_VERB) from None
    await visit.send(method, order_id=order_id)
    return visit.go(f"/orders/{order_id}")


def _panels(visit: Visit, found: Any) -> list[Panel]:
    """What is offered, as far as the person's roles go."""
    offers = [(offer, method_of(PACKAGE, offer.verb)) for offer in found.offers]
    mine = [(offer, method) for offer, method in offers if roles_of(method) & visit.session.roles]
    return [Panel(offer.verb, offer.term, offer.article, form_of(method)) for offer, method in mine]
