"""`/open311/v2`: discovery, services, a service, requests by id and as a list, a request posted."""

from __future__ import annotations

import base64
import binascii
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

import grpc
from fastapi import APIRouter, Request, Response

from chassis.clock import Clock, clock_of
from chassis.settings import Settings
from hotline.intake.v1 import tickets_pb2 as tickets
from hotline.intake.v1 import tracking_pb2 as tracking
from services.gateway.bodies import TooLong, TooSlow, body_of
from services.gateway.calls import Calls
from services.gateway.json_api.entering import Entering
from services.gateway.open311 import requests as said
from services.gateway.open311.answers import FORMATS, refused, written, written_one
from services.gateway.open311.services import Services
from services.gateway.problems import Problem, problem_of
from services.gateway.public.hubs import Hubs

PREFIX = "/open311/v2"
REGISTER = "hotline.intake.v1.TicketService/RegisterTicket"
TRACK = "hotline.intake.v1.TrackingService/TrackTicket"
LIST = "hotline.intake.v1.TrackingService/ListTrackedTickets"
MOST_BYTES, MOST_FIELDS = 256 * 1024, 100
# Of the standard.
MOST_REQUESTS, PAGE = 1_000, 200
MOST_NAMED = 50
# What the standard calls a key that is missing or of no use.
CODES = {"UNKNOWN": 403}
LOG = logging.getLogger(__name__)
Given = Mapping[str, str]


class Open311:
    """The methods of the standard. Each raises Problem and grpc.RpcError."""

    def __init__(self, settings: Settings, calls: Calls, entering: Entering) -> None:
        self._entering, self._services, self._hubs = entering, Services(calls), Hubs(calls)
        self._clock: Clock = clock_of(settings)
        self._public_url = settings.public_url

    async def discovery(self, request: Request, form: str, _given: Given) -> Response:
        """Where what is spoken. Ids are given at once: there are no tokens to ask with."""
        url = self._public_url or str(request.base_url).rstrip("/")
        endpoint = {
            "specification": "http://wiki.open311.org/GeoReport_v2",
            "url": url + PREFIX,
            "changeset": "2021-02-04T00:00:00Z",
            "type": "production",
            "formats": ["application/json", "text/xml"],
        }
        notice = "发布诉求和查询本系统登记的诉求须带 api_key；service_request_id 立即给出，不使用 token。"
        return written_one(form, "discovery", {"changeset": endpoint["changeset"], "key_service": notice, "endpoints": [endpoint]})

    async def services(self, request: Request, form: str, given: Given) -> Response:
        """All of a jurisdiction."""
        self._entering.count(request)
        return written(form, "services", "service", list((await self._offered(given)).values()))

    async def service(self, request: Request, form: str, given: Given) -> Response:
        """What more it wants to know: nothing."""
        self._entering.count(request)
        code = given["id"]
        if code not in await self._offered(given):
            raise Problem("MISSING", f"service_code：没有编号为 {code} 的服务")
        return written_one(form, "service_definition", {"service_code": code, "attributes": []})

    async def requests(self, request: Request, form: str, given: Given) -> Response:
        """What the key's own system posted; Art. 17 leaves no list of tickets to all."""
        bearer = self._bearer(request, given)
        services = await self._offered(given)
        named = [each for each in given.get("service_request_id", "").split(",") if each]
        if len(named) > MOST_NAMED:
            raise Problem("INVALID", f"service_request_id：一次最多查询 {MOST_NAMED} 个")
        if named:
            found = [await self._tracked(request, bearer, number) for number in named]
        else:
            found = await self._listed(request, bearer, given)
        return written(form, "service_requests", "request", [said.told(ticket, services) for ticket in found])

    async def request(self, request: Request, form: str, given: Given) -> Response:
        """One of them."""
        bearer = self._bearer(request, given)
        ticket = await self._tracked(request, bearer, given["id"])
        return written(form, "service_requests", "request", [said.told(ticket, await self._offered(given))])

    async def post(self, request: Request, form: str, given: Given) -> Response:
        """A request becomes a ticket, whose number is the id."""
        try:
            body = (await body_of(request, MOST_BYTES)).decode()
            posted = {**given, **dict(parse_qsl(body, max_num_fields=MOST_FIELDS, errors="strict"))}
        except TooLong:
            raise Problem("TOO_LONG", "请求内容过大，请缩短后重新提交") from None
        except (TooSlow, ValueError):
            raise Problem("MALFORMED", "请求内容须为 application/x-www-form-urlencoded，UTF-8 编码") from None
        bearer = self._bearer(request, posted)
        if posted.get("service_code", "") not in ("", *await self._offered(posted)):
            raise Problem("MISSING", "service_code：没有这个服务，请从服务列表中选择")
        message = said.posted(posted, request.headers.get("idempotency-key", "").strip('"'))
        ticket = (await self._entering.ask(request, bearer, REGISTER, message, tickets.RegisterTicketResponse)).ticket
        made = {"service_request_id": ticket.number, "service_notice": None, "account_id": None}
        return written(form, "service_requests", "request", [made])

    async def _offered(self, given: Given) -> dict[str, dict[str, Any]]:
        jurisdiction = given.get("jurisdiction_id") or (await self._hubs.city()).tenant_id
        if not await self._hubs.has(jurisdiction):
            raise Problem("MISSING", "jurisdiction_id：没有这个辖区")
        return await self._services.of(jurisdiction)

    async def _tracked(self, request: Request, bearer: str, number: str) -> tracking.TrackedTicket:
        message = tracking.TrackTicketRequest(number=number)
        return (await self._entering.ask(request, bearer, TRACK, message, tracking.TrackTicketResponse)).ticket

    async def _listed(self, request: Request, bearer: str, given: Given) -> list[tracking.TrackedTicket]:
        message = said.asked(given, self._clock.now())
        message.page.size = PAGE
        codes = {code for code in given.get("service_code", "").split(",") if code}
        found: list[tracking.TrackedTicket] = []
        while len(found) < MOST_REQUESTS:
            answer = await self._entering.ask(request, bearer, LIST, message, tracking.ListTrackedTicketsResponse)
            found += [each for each in answer.tickets if not codes or each.category in codes]
            if not answer.next_page_token:
                break
            message.page.token = answer.next_page_token
        return found[:MOST_REQUESTS]

    def _bearer(self, request: Request, given: Given) -> str:
        """The key: `api_key`, or whatever else HTTP has for one."""
        kind, _, value = request.headers.get("authorization", "").partition(" ")
        by_header = {"bearer": value.strip(), "basic": _password(value)}.get(kind.lower(), "")
        bearer = given.get("api_key", "") or by_header
        self._entering.count(request, bearer)
        if not bearer or not bearer.isascii():
            raise self._entering.stranger(request)
        return bearer


Act = Callable[[Request, str, Given], Awaitable[Response]]


def open311_routes(settings: Settings, calls: Calls, entering: Entering) -> APIRouter:
    """Each method under its path with the format behind it."""
    router, open311 = APIRouter(prefix=PREFIX), Open311(settings, calls, entering)
    lists: dict[str, Act] = {"discovery": open311.discovery, "services": open311.services, "requests": open311.requests}
    ones: dict[str, Act] = {"services": open311.service, "requests": open311.request}

    @router.get("/{name}.{form}")
    async def listed(name: str, form: str, request: Request) -> Response:
        return await _told(lists.get(name), request, form, dict(request.query_params))

    @router.get("/{name}/{of:path}.{form}")
    async def one(name: str, of: str, form: str, request: Request) -> Response:
        return await _told(ones.get(name), request, form, {**request.query_params, "id": of})

    @router.post("/requests.{form}")
    async def post(form: str, request: Request) -> Response:
        return await _told(open311.post, request, form, dict(request.query_params))

    return router


async def _told(act: Act | None, request: Request, form: str, given: Given) -> Response:
    """What is answered, or why not, as the standard writes it."""
    if act is None or form not in FORMATS:
        return refused(form, 404, "没有这个接口：请核对地址，格式只能是 json 或 xml")
    try:
        return await act(request, form, given)
    except (Problem, grpc.RpcError) as error:
        problem = error if isinstance(error, Problem) else problem_of(error)
        return refused(form, CODES.get(problem.reason, problem.kind.code), problem.detail, problem.headers)
    except LookupError:
        return refused(form, 503, "尚未登记受理机构，请稍后再试")
    except Exception:
        LOG.exception("a request by Open311 failed")
        return refused(form, 500, "系统内部错误，已记录")


def _password(basic: str) -> str:
    try:
        return base64.b64decode(basic, validate=True).decode().partition(":")[2]
    except (binascii.Error, ValueError):
        return ""
