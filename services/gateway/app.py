"""The pages: what runs and how to log in, until the console exists; the one a rating link opens; and whether all is ready."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from jinja2 import Environment, PackageLoader

from chassis.grpc.asking import Asking
from chassis.settings import Settings
from services.gateway.rating import rating_pages
from services.gateway.readiness import Readiness

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
STYLE = Path(__file__).with_name("templates") / "home.css"

Next = Callable[[Request], Awaitable[Response]]


def make_app(settings: Settings) -> FastAPI:
    """The gateway's application."""
    pages = Environment(loader=PackageLoader("services.gateway"), autoescape=True, trim_blocks=True, lstrip_blocks=True)

    asking = Asking(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.readiness = Readiness(settings)
        yield
        await app.state.readiness.close()
        asking.close()

    app = FastAPI(title="12345政务服务便民热线", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)

    @app.middleware("http")
    async def secure(request: Request, call_next: Next) -> Response:
        response = await call_next(request)
        response.headers.update(HEADERS)
        return response

    @app.get("/healthz")
    async def healthz() -> JSONResponse:
        waiting = [part.name for part in await app.state.readiness.parts() if not part.ready]
        return JSONResponse({"waiting": waiting}, 503 if waiting else 200)

    @app.get("/home.css")
    async def style() -> Response:
        return Response(STYLE.read_text(encoding="utf-8"), media_type="text/css")

    @app.get("/")
    async def home() -> HTMLResponse:
        page = pages.get_template("home.html")
        return HTMLResponse(page.render(parts=await app.state.readiness.parts(), settings=settings))

    app.include_router(rating_pages(pages, asking))
    return app
