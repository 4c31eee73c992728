"""What a caller may do by a page, in the gateway's own name on the city's behalf."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from hotline.intake.v1 import ticket_pb2, tracking_pb2
from hotline.intake.v1 import tickets_pb2 as tickets
from hotline.ticket.v1 import ticket_pb2 as shared
from services.gateway.calls import Calls
from services.gateway.public.hubs import Hubs

SERVICE = "hotline.intake.v1.TicketService"
TRACK = "hotline.intake.v1.TrackingService/TrackTicket"
Typed = Mapping[str, str]


class Speaking:
    """Every method raises grpc.RpcError for what is refused."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self.hubs = Hubs(calls)

    async def submit(self, typed: Typed) -> ticket_pb2.Ticket:
        """A matter becomes a ticket. Of the seven channels of Art. 2 the letter by a page is 市长电子信箱."""
        request = tickets.RegisterTicketRequest(request_id=typed["form_id"])
        content = request.content
        content.channel = shared.CHANNEL_MAYOR_MAILBOX
        if nature := typed.get("nature"):
            content.nature = shared.Nature.Value(f"NATURE_{nature}")
        content.title, content.text = typed.get("title", ""), typed.get("text", "")
        content.place.district, content.place.address = typed.get("district", ""), typed.get("address", "")
        content.caller.name, content.caller.phone = typed.get("name", ""), typed.get("phone", "")
        city = (await self.hubs.city()).tenant_id
        return (await self._calls.ask_for(city, f"{SERVICE}/RegisterTicket", request, tickets.RegisterTicketResponse)).ticket

    async def track(self, number: str, suffix: str) -> tracking_pb2.TrackedTicket:
        """How far it is."""
        request = tracking_pb2.TrackTicketRequest(number=number.strip().upper(), phone_suffix=suffix.strip())
        city = (await self.hubs.city()).tenant_id
        return (await self._calls.ask_for(city, TRACK, request, tracking_pb2.TrackTicketResponse)).ticket

    async def supplement(self, typed: Typed) -> None:
        """Add something to a ticket that was found by its pair."""
        found = await self.track(typed.get("number", ""), typed.get("suffix", ""))
        request = tickets.SupplementTicketRequest(request_id=typed["form_id"], ticket_id=found.ticket_id, text=typed.get("text", ""))
        city = (await self.hubs.city()).tenant_id
        await self._calls.ask_for(city, f"{SERVICE}/SupplementTicket", request, tickets.SupplementTicketResponse)

    async def withdraw(self, typed: Typed) -> None:
        """Take it back."""
        found = await self.track(typed.get("number", ""), typed.get("suffix", ""))
        # One withdrawal of one version: sent again it is the same.
        request_id = hashlib.sha256(f"{found.ticket_id}/{typed['form_id']}".encode()).hexdigest()
        request = tickets.WithdrawTicketRequest(
            request_id=request_id, ticket_id=found.ticket_id, version=int(typed["version"]), reason=typed.get("reason", "")
        )
        city = (await self.hubs.city()).tenant_id
        await self._calls.ask_for(city, f"{SERVICE}/WithdrawTicket", request, tickets.WithdrawTicketResponse)
