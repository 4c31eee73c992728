"""`/public`: the pages and their forms. What is refused is said above what was typed, which stays."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import grpc
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader

from services.gateway.calls import Calls
from services.gateway.console.words import choices, moment, term
from services.gateway.problems import Problem, problem_of
from services.gateway.public.forms import new_form, told
from services.gateway.public.knocking import Knocking
from services.gateway.public.speaking import Speaking, Typed

PREFIX = "/public"
SUPPLEMENTED, WITHDRAWN = "补充内容已登记，并转告承办单位。", "已撤回。"


class Public:
    """The pages."""

    def __init__(self, calls: Calls) -> None:
        self._speaking = Speaking(calls)
        self._knocking = Knocking()
        self._pages = Environment(loader=PackageLoader("services.gateway"), autoescape=True, trim_blocks=True, lstrip_blocks=True)
        self._pages.globals.update(term=term, moment=moment)

    async def home(self) -> HTMLResponse:
        """What there is."""
        return self._page("home")

    async def submit_form(self) -> HTMLResponse:
        """An empty one."""
        return await self._form({})

    async def submit(self, request: Request) -> HTMLResponse:
        """A matter becomes a ticket, whose number is told."""
        typed: Typed = {}
        try:
            typed = await self._knocking.writes(request)
            ticket = await self._speaking.submit(typed)
        except Problem as problem:
            return await self._form(typed, problem)
        except grpc.RpcError as error:
            return await self._form(typed, problem_of(error))
        return self._page("submitted", ticket=ticket, has_phone=bool(typed.get("phone", "").strip()))

    async def track_form(self) -> HTMLResponse:
        """Number and the end of the telephone number."""
        return self._asking({})

    async def track(self, request: Request) -> HTMLResponse:
        """How far it is, with what may be done to it."""
        try:
            return await self._ticket(await self._knocking.looks(request))
        except Problem as problem:
            return self._asking({}, problem)

    async def supplement(self, request: Request) -> HTMLResponse:
        """The caller adds something."""
        return await self._done(request, self._speaking.supplement, SUPPLEMENTED)

    async def withdraw(self, request: Request) -> HTMLResponse:
        """The caller takes it back."""
        return await self._done(request, self._speaking.withdraw, WITHDRAWN)

    async def _done(self, request: Request, act: Callable[[Typed], Awaitable[None]], said: str) -> HTMLResponse:
        typed: Typed = {}
        try:
            typed = await self._knocking.writes(request)
            await self._knocking.found(typed, lambda: act(typed))
        except Problem as problem:
            return await self._ticket(typed, problem=problem)
        return await self._ticket({name: typed.get(name, "") for name in ("number", "suffix")}, said)

    async def _form(self, typed: Typed, problem: Problem | None = None) -> HTMLResponse:
        try:
            districts = await self._speaking.hubs.districts()
        except (grpc.RpcError, LookupError):
            districts = []
        return self._page("submit", problem, natures=choices("ticket.v1.Nature"), districts=districts, typed=typed)

    def _asking(self, typed: Typed, problem: Problem | None = None) -> HTMLResponse:
        return self._page("track", problem, typed=typed)

    async def _ticket(self, typed: Typed, done: str = "", problem: Problem | None = None) -> HTMLResponse:
        try:
            ticket = await self._knocking.found(typed, lambda: self._speaking.track(typed.get("number", ""), typed.get("suffix", "")))
        except Problem as missing:
            return self._asking(typed, problem or missing)
        return self._page("ticket", problem, ticket=ticket, typed=typed, done=done)

    def _page(self, name: str, problem: Problem | None = None, **shown: Any) -> HTMLResponse:
        """A page; each form on it is one submission."""
        refused = told(problem) if problem else None
        text = self._pages.get_template(f"public/{name}.html").render(form_id=new_form(), refused=refused, **shown)
        return HTMLResponse(text, problem.kind.code if problem else 200, problem.headers if problem else None)


def public_pages(calls: Calls) -> APIRouter:
    """The routes."""
    router, public = APIRouter(prefix=PREFIX), Public(calls)
    shown = {"": public.home, "/submit": public.submit_form, "/track": public.track_form}
    done = {"/submit": public.submit, "/track": public.track, "/supplement": public.supplement, "/withdraw": public.withdraw}
    for path, page in shown.items():
        router.add_api_route(path, page, methods=["GET"], response_class=HTMLResponse)
    for path, act in done.items():
        router.add_api_route(path, act, methods=["POST"], response_class=HTMLResponse)
    return router
