"""A visit: one request of somebody who is logged in. What a page needs of services it asks through here, in their name."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from google.protobuf.message import Message

from chassis.clock import Clock
from chassis.identity_provider import identity_provider_of
from chassis.settings import Settings
from services.gateway.calls import Calls
from services.gateway.console import forms
from services.gateway.console.files import File, sent_of
from services.gateway.console.menu import menu_of
from services.gateway.console.names import Categories, Names, Units
from services.gateway.console.provider import ProviderDoor
from services.gateway.console.sessions import Session, session_of
from services.gateway.console.showing import Showing
from services.gateway.console.verbs import answer_type, request_type, roles_of

# htmx says so of itself; a browser that follows a link does not.
BY_SCRIPT = "hx-request"


class Console:
    """What all visits share."""

    def __init__(self, settings: Settings, calls: Calls, showing: Showing, clock: Clock) -> None:
        self.settings = settings
        self.calls = calls
        self.showing = showing
        self.clock = clock
        self.names = Names(calls)
        said = identity_provider_of(settings)
        self.provider = ProviderDoor(said) if said else None


class Visit:
    """Made for each request by `Signed`."""

    def __init__(self, console: Console, request: Request, session: Session, fields: forms.Fields, file: File | None) -> None:
        self._console = console
        self.request = request
        self.session = session
        self.fields = fields
        self.file = file

    @property
    def in_part(self) -> bool:
        """Whether a part of the page is asked for, not the whole."""
        return is_in_part(self.request)

    def field(self, name: str) -> str:
        """What was sent under a name, the last of it; empty where nothing was."""
        return next((value for key, value in reversed(self.fields) if key == name), "")

    async def ask(self, method: str, **given: Any) -> Any:
        """Ask `dispatch.v1.OrderService/GetOrder` with these fields. Raises grpc.RpcError."""
        return await self._call(method, self._about(method)(**given))

    async def send(self, method: str, **given: Any) -> Any:
        """Ask with what the form or the address says; of what the page knows itself, these fields count. Raises Problem, grpc.RpcError."""
        asked = self._about(method)()
        forms.fill(asked, self.fields)
        asked.MergeFrom(request_type(method)(**given))
        return await self._call(method, asked)

    def may(self, method: str) -> bool:
        """Whether the person's roles may ask a method."""
        return bool(roles_of(method) & self.session.roles)

    @property
    def now(self) -> datetime:
        """The instant it is."""
        return self._console.clock.now()

    async def units(self) -> Units:
        """What units are called, and which may be chosen. Raises grpc.RpcError."""
        return await self._console.names.units_for(self.session)

    async def categories(self) -> Categories:
        """What categories are called, and which may be chosen. Raises grpc.RpcError."""
        return await self._console.names.categories_for(self.session)

    def page(self, template: str, code: int = 200, **shown: Any) -> HTMLResponse:
        """A page in the frame of the console."""
        desks = menu_of(self.session.roles)
        return self._console.showing.page(template, code, visit=self, session=self.session, desks=desks, now=self.now, **shown)

    def go(self, path: str) -> Response:
        """Elsewhere, after something was done."""
        if self.in_part:
            return Response(status_code=204, headers={"HX-Redirect": path})
        return RedirectResponse(path, 303)

    def _about(self, method: str) -> type[Message]:
        """What a method is asked with; a refusal from now on is of what is asked of it."""
        self.request.state.asked = method
        return request_type(method)

    async def _call(self, method: str, asked: Message) -> Any:
        return await self._console.calls.ask(self.session.token, f"hotline.{method}", asked, answer_type(method))


def is_in_part(request: Request) -> bool:
    """Whether a script asks for a part of a page."""
    return request.headers.get(BY_SCRIPT) == "true"


def asked_by(request: Request) -> str:
    """The method that a visit asked last; empty where it asked none."""
    return str(getattr(request.state, "asked", ""))


def console_of(request: Request) -> Console:
    """That of the application."""
    console: Console = request.app.state.console
    return console


async def visit_of(request: Request) -> Visit:
    """Raises NotLoggedIn, Problem, grpc.RpcError."""
    console = console_of(request)
    session = await session_of(request, console.calls)
    return Visit(console, request, session, *await sent_of(request))


Signed = Annotated[Visit, Depends(visit_of)]
