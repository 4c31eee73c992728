"""What citizens and tenants' systems enter by, beside the pages for staff; one line of `app.py`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI

from chassis.settings import Settings
from services.gateway.calls import Calls
from services.gateway.json_api.entering import Entering
from services.gateway.json_api.routes import api_routes
from services.gateway.open311.routes import open311_routes
from services.gateway.public.pages import public_pages


def add_doors(app: FastAPI, settings: Settings) -> None:
    """Add them to the application."""
    calls = Calls(settings)

    @asynccontextmanager
    async def lifespan(_app: Any) -> AsyncIterator[None]:
        yield
        await calls.close()

    router = APIRouter(lifespan=lifespan)
    entering = Entering(calls)
    router.include_router(api_routes(entering))
    router.include_router(open311_routes(settings, calls, entering))
    router.include_router(public_pages(calls))
    app.include_router(router)
