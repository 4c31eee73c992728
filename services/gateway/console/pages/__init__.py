"""A module a desk: its routes ask and show, no more."""

from __future__ import annotations

from fastapi import APIRouter

from services.gateway.console.pages import (
    entering,
    findings,
    months,
    operator,
    orders,
    provider,
    queues,
    rates,
    registers,
    samples,
    seats,
    second_factor,
    supervision,
    tickets,
)

DESKS = (
    entering,
    provider,
    second_factor,
    operator,
    orders,
    queues,
    tickets,
    supervision,
    findings,
    rates,
    months,
    samples,
    seats,
    registers,
)


def console_pages() -> APIRouter:
    """All of them."""
    router = APIRouter()
    for desk in DESKS:
        router.include_router(desk.router)
    return router
