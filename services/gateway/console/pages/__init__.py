"""A module a desk: its routes ask and show, no more."""

from __future__ import annotations

from fastapi import APIRouter

from services.gateway.console.pages import (
    entering,
    findings,
    months,
    operator,
    orders,
    parked,
    provider,
    queues,
    rates,
    registers,
    reveals,
    samples,
    seats,
    second_factor,
    supervision,
    tickets,
)

# What a desk has of its own comes before its registers.
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
    parked,
    reveals,
    registers,
)


def console_pages() -> APIRouter:
    """All of them."""
    router = APIRouter()
    for desk in DESKS:
        router.include_router(desk.router)
    return router
