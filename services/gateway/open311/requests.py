"""Service requests of GeoReport v2 and tickets: what is posted, what is asked for, and how far a ticket is in the words open and closed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from chassis.stamps import instant
from hotline.intake.v1 import ticket_pb2, tracking_pb2
from hotline.intake.v1 import tickets_pb2 as tickets
from hotline.ticket.v1 import ticket_pb2 as shared
from services.gateway.console.words import term
from services.gateway.problems import Problem

Given = Mapping[str, str]
OPEN = (ticket_pb2.TICKET_STATE_REGISTERED, ticket_pb2.TICKET_STATE_FORMED)
CLOSED = tuple(state for state in ticket_pb2.TicketState.values() if state and state not in OPEN)
STATES = {"open": OPEN, "closed": CLOSED}
# Of the standard: no search spans more.
LONGEST = timedelta(days=90)
_NUMBER = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,15})?")


def posted(given: Given, request_id: str) -> tickets.RegisterTicketRequest:
    """What is to be registered. Raises Problem for what the standard demands and is not there."""
    for name, word in (("service_code", "服务代码"), ("description", "诉求内容")):
        if not given.get(name, "").strip():
            raise Problem("INVALID", f"{name}：请填写{word}")
    request = tickets.RegisterTicketRequest(request_id=request_id or str(uuid4()))
    content = request.content
    content.channel, content.category = shared.CHANNEL_APP, given["service_code"]
    content.text = "\n".join(filter(None, (given["description"], _titled("图片或视频", given.get("media_url", "")))))
    content.place.address = _place(given)
    content.caller.name = given.get("last_name", "") + given.get("first_name", "")
    content.caller.phone, content.caller.other_contact = given.get("phone", ""), given.get("email", "")
    return request


def asked(given: Given, now: datetime) -> tracking_pb2.ListTrackedTicketsRequest:
    """Which are asked for: of at most 90 days, the last 90 where nothing is said. Raises Problem."""
    request = tracking_pb2.ListTrackedTicketsRequest()
    until = _instant("end_date", given.get("end_date", "")) or now
    since = _instant("start_date", given.get("start_date", "")) or until - LONGEST
    if not timedelta(0) <= until - since <= LONGEST:
        raise Problem("INVALID", f"start_date、end_date：起止相隔不能超过 {LONGEST.days} 天，且起不晚于止")
    request.from_at.FromDatetime(since)
    request.to_at.FromDatetime(until + timedelta(seconds=1))
    for word in filter(None, given.get("status", "").split(",")):
        if word not in STATES:
            raise Problem("INVALID", "status：只能是 open 或 closed，可用逗号分隔")
        request.states.extend(STATES[word])
    return request


def told(ticket: tracking_pb2.TrackedTicket, services: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """A ticket as a service request."""
    changed = max(each.seconds for each in (ticket.received_at, ticket.settled_at, ticket.closed_at))
    said = [term(ticket, "state"), ticket.answer, ticket.decline_words]
    return {
        "service_request_id": ticket.number,
        "status": "open" if ticket.state in OPEN else "closed",
        "status_notes": "：".join(filter(None, said)),
        "service_name": services.get(ticket.category, {}).get("service_name", ""),
        "service_code": ticket.category,
        "description": ticket.text or ticket.title,
        "agency_responsible": None,
        "service_notice": None,
        "requested_datetime": _written(instant(ticket.received_at)),
        "updated_datetime": _written(datetime.fromtimestamp(changed, UTC)),
        "expected_datetime": None,
        "address": ticket.place.address,
        "address_id": None,
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": None,
    }


def _place(given: Given) -> str:
    address, lat, long = (given.get(name, "").strip() for name in ("address_string", "lat", "long"))
    if (lat or long) and not (_NUMBER.fullmatch(lat) and _NUMBER.fullmatch(long)):
        raise Problem("INVALID", "lat、long：请同时填写 WGS84 坐标，写作小数")
    if not (address or lat or given.get("address_id")):
        raise Problem("INVALID", "address_string：请填写事发地点，或用 lat 和 long 给出坐标")
    return " ".join(filter(None, (address, given.get("address_id", ""), f"（纬度{lat}，经度{long}）" if lat else "")))


def _titled(title: str, text: str) -> str:
    return f"{title}：{text}" if text else ""


def _instant(name: str, text: str) -> datetime | None:
    if not text:
        return None
    try:
        # A plus in a query is a blank to whoever decodes it.
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Problem("INVALID", f"{name}：应为带时区的时刻，例如 2025-01-06T08:00:00+08:00")
    return found.astimezone(UTC)


def _written(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
