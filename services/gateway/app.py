"""The gateway's application: the console, the page of a rating link, what runs, and whether all is ready."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse
from fastapi.telemetry import TelemetryConfig
from jinja2 import Environment, PackageLoader

from chassis.clock import clock_of
from chassis.grpc.asking import Asking
from chassis.settings import Settings
from services.gateway.assets import Assets, asset_pages
from services.gateway.calls import Calls
from services.gateway.console.guarding import HEADERS, is_foreign
from services.gateway.console.pages import console_pages
from services.gateway.console.pages.board import board_streams
from services.gateway.console.problems import add_problems
from services.gateway.console.sessions import remember
from services.gateway.console.showing import Showing
from services.gateway.console.visiting import Console
from services.gateway.doors import add_doors
from services.gateway.rating import rating_pages
from services.gateway.readiness import Readiness
from services.gateway.watching import Watching

STYLE = Path(__file__).with_name("templates") / "home.css"
FOREIGN = "请求来自其他网站的页面，未作任何改动：请在本系统的页面上办理。"
# Its own spans tell the path of a request, and a rating link's is its token; `watching` tells the route.
SILENT: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}

# Pages name every category: a tenth of them goes over the line. Assets come compressed already.
SMALL_BYTES, QUICK = 1_000, 5

Next = Callable[[Request], Awaitable[Response]]


def make_app(settings: Settings) -> FastAPI:
    """The gateway's application. Raises Unusable where what pages are made with is not installed."""
    pages = Environment(loader=PackageLoader("services.gateway"), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    asking, assets = Asking(settings), Assets()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        calls = Calls(settings)
        app.state.readiness = Readiness(settings)
        app.state.console = Console(settings, calls, Showing(assets), clock_of(settings))
        app.state.streams = board_streams()
        yield
        await app.state.readiness.close()
        await calls.close()
        asking.close()

    app = FastAPI(title="12345政务服务便民热线", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None, telemetry=SILENT)

    @app.middleware("http")
    async def guard(request: Request, call_next: Next) -> Response:
        foreign = is_foreign(request.method, request.headers)
        response = PlainTextResponse(FOREIGN, 403) if foreign else await call_next(request)
        remember(request, response, settings)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    app.add_middleware(Watching)

    _add_states(app, settings, pages)
    app.add_middleware(GZipMiddleware, minimum_size=SMALL_BYTES, compresslevel=QUICK)
    app.include_router(asset_pages(assets))
    app.include_router(rating_pages(pages, asking))
    app.include_router(console_pages())
    add_doors(app, settings)
    add_problems(app)
    return app


def _add_states(app: FastAPI, settings: Settings, pages: Environment) -> None:
    """What runs, whether all is ready, and whether this process answers."""

    @app.get("/healthz")
    async def healthz() -> JSONResponse:
        waiting = [part.name for part in await app.state.readiness.parts() if not part.ready]
        return JSONResponse({"waiting": waiting}, 503 if waiting else 200)

    @app.get("/livez")
    async def livez() -> Response:
        """Whether this process answers: what else is away is no reason to start it again."""
        return Response("运行中\n", media_type="text/plain")

    @app.get("/home.css")
    async def style() -> Response:
        return Response(STYLE.read_text(encoding="utf-8"), media_type="text/css")

    @app.get("/status")
    async def status() -> HTMLResponse:
        page = pages.get_template("status.html")
        return HTMLResponse(page.render(parts=await app.state.readiness.parts(), settings=settings))
