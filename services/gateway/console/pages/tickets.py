"""A ticket as the hub sees it, masked, and the verbs it is open to (Art. 3, 10, 11(1), 17)."""

from __future__ import annotations

from fastapi import APIRouter, Response

from services.gateway.console import panels
from services.gateway.console.journals import show_journal
from services.gateway.console.visiting import Signed

router = APIRouter()
PACKAGE = "intake.v1"
PAGE_SIZE = 30


@router.get("/tickets")
async def found(visit: Signed) -> Response:
    """By number, category, place, day; by words of the last 90 days where some are given."""
    words = visit.field("words").strip()
    method = "intake.v1.TicketService/SearchTickets" if words else "intake.v1.TicketService/ListTickets"
    answer = await visit.send(method, page={"size": PAGE_SIZE})
    rows = [(each.ticket, each.excerpt) for each in answer.found] if words else [(ticket, "") for ticket in answer.tickets]
    shown = {"rows": rows, "next_token": answer.next_page_token, "units": await visit.units(), "categories": await visit.categories()}
    return visit.page("tickets/rows.html" if visit.in_part else "tickets/list.html", **shown)


@router.get("/tickets/{ticket_id}")
async def ticket(visit: Signed, ticket_id: str) -> Response:
    """Raises grpc.RpcError for one that the person may not see."""
    answer = await visit.ask("intake.v1.TicketService/GetTicket", ticket_id=ticket_id)
    shown = {"ticket": answer.ticket, "panels": panels.panels_of(visit, PACKAGE, answer.offers)}
    return visit.page("tickets/ticket.html", units=await visit.units(), categories=await visit.categories(), **shown)


@router.get("/tickets/{ticket_id}/journal")
async def journal(visit: Signed, ticket_id: str) -> Response:
    """Every step at the hub, the oldest first (10)."""
    return await show_journal(visit, "intake.v1.JournalService/ListJournalEntries", f"/tickets/{ticket_id}", ticket_id=ticket_id)


@router.post("/tickets/{ticket_id}/{verb}")
async def act(visit: Signed, ticket_id: str, verb: str) -> Response:
    """Do what the form says. Raises Problem, grpc.RpcError."""
    await panels.act(visit, PACKAGE, verb, ticket_id=ticket_id)
    return visit.go(f"/tickets/{ticket_id}")
