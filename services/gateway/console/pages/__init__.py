"""A module a desk: its routes ask and show, no more."""

from __future__ import annotations

from fastapi import APIRouter

from services.gateway.console.pages import (
    board,
    calendars,
    coordinations,
    entering,
    findings,
    insight,
    knowledge,
    many,
    months,
    operator,
    orders,
    parked,
    policies,
    porting,
    provider,
    queues,
    rates,
    registers,
    reply_templates,
    reports,
    reveals,
    samples,
    seats,
    second_factor,
    supervision,
    tickets,
    topics,
)

# What a desk has of its own comes before its registers.
DESKS = (
    entering,
    provider,
    second_factor,
    operator,
    orders,
    reply_templates,
    many,
    queues,
    coordinations,
    tickets,
    supervision,
    findings,
    insight,
    topics,
    reports,
    rates,
    months,
    samples,
    seats,
    parked,
    reveals,
    porting,
    knowledge,
    calendars,
    policies,
    board,
    registers,
)


def console_pages() -> APIRouter:
    """All of them."""
    router = APIRouter()
    for desk in DESKS:
        router.include_router(desk.router)
    return router
