"""Taking what the province sends: begun here, stored by intake, noted here, and only then acknowledged."""

from __future__ import annotations

import asyncio
import hashlib
import time
from dataclasses import dataclass
from functools import partial
from typing import Any

import grpc
from google.protobuf.message import Message
from prometheus_client import Counter

from chassis.grpc.refusals import info_of
from chassis.linking import Line
from chassis.redact import redact
from chassis.stamps import stamp
from hotline.intake.v1 import attachments_pb2 as attachments
from hotline.intake.v1 import content_pb2 as content_pb
from hotline.intake.v1 import ticket_pb2 as ticket_pb
from hotline.intake.v1 import tickets_pb2 as tickets
from hotline.ticket.v1 import ticket_pb2 as ticket
from services.provincial.actions import receiving
from services.provincial.actions.receiving import Begun
from services.provincial.lifecycle import MessageKind, Refusal
from services.provincial.provinces import Province
from services.provincial.rules.mapping import Read, read_codes
from services.provincial.rules.mapping import Warning as Said
from services.provincial.rules.receiving import Verdict, request_id
from services.provincial.wire import File, Inbound

REGISTER = "hotline.intake.v1.TicketService/RegisterTicket"
SUPPLEMENT = "hotline.intake.v1.TicketService/SupplementTicket"
GET = "hotline.intake.v1.TicketService/GetTicket"
WITHDRAW = "hotline.intake.v1.TicketService/WithdrawTicket"
UPLOAD = "hotline.intake.v1.AttachmentService/UploadAttachment"
AT_ONCE = 2
# A backlog gives way to whoever calls: for each second of asking so many of rest.
REST = 1.0
LONGEST_TITLE, LONGEST_CONTACT, LONGEST_NAME, LONGEST_REASON = 100, 100, 120, 2000
# What intake may say of a message that it will not take, however often it is asked.
FINAL = frozenset({
    grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.FAILED_PRECONDITION, grpc.StatusCode.NOT_FOUND, grpc.StatusCode.PERMISSION_DENIED,
})  # fmt: skip
REGISTERED = "content.provincial_number"
CORRECTION, WITHDRAWN = "【省级平台更正来件】", "【省级平台撤回】"
TAKEN_WORDS, LATER_WORDS, AWAY_WORDS = "已接收", "尚未收到该编号的来件，请稍后重发", "暂时不能接收，请稍后重发"
REUSED_WORDS = "该编号和版本已用于内容不同的报文，请更换版本号"
MESSAGES = Counter("hotline_provincial_messages_total", "Messages of a province, by what became of them", ("province", "verdict"))


@dataclass(frozen=True)
class Taken:
    """What the province is answered: taken, refused, or neither: to be sent again. `orphan`: because its order is not here."""

    words: str
    taken: bool = False
    refusal: Refusal | None = None
    ticket_number: str = ""
    orphan: bool = False


class Later(Exception):
    """It cannot be taken now; its text says why, in Chinese."""


class NotTaken(Exception):
    """It will never be taken as it is; its text says why, in Chinese."""


class Taking:
    """Takes messages of every province, so many at once; a place rests after each, and longer the longer that took."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._places = asyncio.Semaphore(AT_ONCE)

    async def take(self, province: Province, message: Inbound) -> Taken:
        """One message. Raises what the store raises: then it was not taken."""
        await self._places.acquire()
        began = time.monotonic()
        try:
            taken = await asyncio.to_thread(self._take, province, message)
        finally:
            asyncio.get_running_loop().call_later((time.monotonic() - began) * REST, self._places.release)
        MESSAGES.labels(province.code, taken.refusal or ("taken" if taken.taken else "later")).inc()
        return taken

    async def refuse(self, tenant_id: str, province: str, code: Refusal, reason: str) -> None:
        """Something that is no message of a province's, as far as we know."""
        MESSAGES.labels(province, code.value).inc()
        by = self._line.by(tenant_id)
        await asyncio.to_thread(self._line.store.write, by, lambda tx: receiving.refuse(tx, province, code, reason))

    def _take(self, province: Province, message: Inbound) -> Taken:
        if message.city != province.city:
            return self._refused(province, message, Refusal.UNKNOWN_TENANT, "cityCode 不是本平台的代码")
        begun = self._line.store.write(self._line.by(province.tenant_id), lambda tx: receiving.begin(tx, province.code, message))
        match begun.verdict:
            case Verdict.AGAIN:
                return Taken(TAKEN_WORDS, taken=True, ticket_number=begun.ticket_number)
            case Verdict.REUSED:
                return self._refused(province, message, Refusal.REUSED, REUSED_WORDS)
            case Verdict.LATER:
                return Taken(LATER_WORDS, orphan=True)
            case Verdict.TAKE:
                return self._begun(province, message, begun)

    def _begun(self, province: Province, message: Inbound, begun: Begun) -> Taken:
        try:
            ticket_id, number, warnings = self._stored(province, message, begun)
        except Later as later:
            return Taken(str(later), orphan=str(later) == LATER_WORDS)
        except NotTaken as refused:
            return self._refused(province, message, Refusal.NOT_TAKEN, str(refused))
        take = partial(
            receiving.take, province=province.code, message=message, ticket_id=ticket_id, ticket_number=number, warnings=warnings
        )  # fmt: skip
        self._line.store.write(self._line.by(province.tenant_id), take)
        return Taken(TAKEN_WORDS, taken=True, ticket_number=number)

    def _stored(self, province: Province, message: Inbound, begun: Begun) -> tuple[str, str, list[Said]]:
        """Ticket, its number and warnings, once intake has all of it. Raises Later, NotTaken."""
        ticket_id, number, warnings = begun.ticket_id, begun.ticket_number, list[Said]()
        if message.kind is MessageKind.ORDER and not ticket_id:
            if not begun.first:
                raise Later(LATER_WORDS)
            ticket_id, number, warnings = self._register(province, message)
        elif message.kind is MessageKind.WITHDRAWAL:
            self._withdraw(province, message, ticket_id)
        elif message.text and not (message.kind is MessageKind.ORDER and begun.first):
            self._supplement(province, message, ticket_id)
        for place, file in enumerate(message.files):
            warnings += self._attach(province, message, ticket_id, place, file)
        return ticket_id, number, warnings

    def _register(self, province: Province, message: Inbound) -> tuple[str, str, list[Said]]:
        codes = read_codes(province.codes, message.nature, message.category, message.place)
        request, warnings = _registration(province, message, codes)
        while True:
            try:
                answer = self._ask(province, REGISTER, request, tickets.RegisterTicketResponse)
            except _Field as refused:
                if refused.field == REGISTERED:
                    raise Later(AWAY_WORDS) from None
                warnings.append(_without(request.content, refused))
            else:
                return answer.ticket.ticket_id, answer.ticket.number, warnings

    def _supplement(self, province: Province, message: Inbound, ticket_id: str) -> None:
        text = f"{CORRECTION}{message.text}" if message.kind is MessageKind.ORDER else message.text
        key = request_id(province.code, message.number, message.version)
        request = tickets.SupplementTicketRequest(request_id=key, ticket_id=ticket_id, text=text)
        try:
            self._ask(province, SUPPLEMENT, request, tickets.SupplementTicketResponse)
        except _Field as refused:
            raise NotTaken(str(refused)) from None

    def _withdraw(self, province: Province, message: Inbound, ticket_id: str) -> None:
        """At whichever version the ticket is; what is withdrawn is, whoever asked, and what ended otherwise stays as it ended."""
        found = self._ask(province, GET, tickets.GetTicketRequest(ticket_id=ticket_id), tickets.GetTicketResponse).ticket
        if found.state == ticket_pb.TICKET_STATE_WITHDRAWN:
            return
        # Another version is another request.
        key = request_id(province.code, message.number, message.version, f"at {found.version}")
        reason = f"{WITHDRAWN}{message.text}"[:LONGEST_REASON]
        request = tickets.WithdrawTicketRequest(request_id=key, ticket_id=ticket_id, version=found.version, reason=reason)
        try:
            self._ask(province, WITHDRAW, request, tickets.WithdrawTicketResponse)
        except _Field as refused:
            raise NotTaken(str(refused)) from None

    def _attach(self, province: Province, message: Inbound, ticket_id: str, place: int, file: File) -> list[Said]:
        """A file that intake does not take is missed by a warning, and holds up nothing."""
        request = attachments.UploadAttachmentRequest(
            request_id=request_id(province.code, message.number, message.version, str(place)), ticket_id=ticket_id,
            name=file.name[:LONGEST_NAME], content=file.content, size=len(file.content),
            sha256=hashlib.sha256(file.content).hexdigest(),
        )  # fmt: skip
        try:
            self._ask(province, UPLOAD, request, attachments.UploadAttachmentResponse)
        except (_Field, NotTaken) as refused:
            return [Said("attachment", redact(file.name), str(refused))]
        return []

    def _ask(self, province: Province, method: str, request: Message, answer: type[Any]) -> Any:
        try:
            return self._line.asking.ask(province.tenant_id, method, request, answer)
        except grpc.RpcError as error:
            if error.code() not in FINAL:
                raise Later(AWAY_WORDS) from None
            if field := info_of(error).metadata.get("field", ""):
                raise _Field(field, error.details() or "") from None
            raise NotTaken(error.details() or "") from None

    def _refused(self, province: Province, message: Inbound, code: Refusal, words: str) -> Taken:
        refuse = partial(receiving.refuse, province=province.code, code=code, reason=words, message=message)
        self._line.store.write(self._line.by(province.tenant_id), refuse)
        return Taken(words, refusal=code)


class _Field(Exception):
    """intake refuses a field."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


def _registration(province: Province, message: Inbound, codes: Read) -> tuple[tickets.RegisterTicketRequest, list[Said]]:
    """What intake is asked to register; the province confirms no masking."""
    long = len(message.title) > LONGEST_TITLE
    text = f"{message.title}\n{message.text}" if long else message.text
    caller = content_pb.Caller(**vars(message.caller))
    content = content_pb.TicketContent(
        channel=ticket.CHANNEL_PROVINCIAL,
        nature=ticket.Nature.Value(f"NATURE_{codes.nature.upper()}") if codes.nature else ticket.NATURE_UNSPECIFIED,
        urgency=ticket.URGENCY_URGENT if message.urgent else ticket.URGENCY_ORDINARY,
        category=codes.category,
        caller=caller,
        title="" if long else message.title,
        text=text,
        place=ticket.Place(district=codes.district, address=message.address),
        provincial_number=message.number,
        provincial_due_at=stamp(message.due_at),
    )
    key = request_id(province.code, message.number, message.version)
    return tickets.RegisterTicketRequest(request_id=key, content=content), list(codes.warnings)


def _without(content: content_pb.TicketContent, refused: _Field) -> Said:
    """Take out the one thing that intake does not take, and say so. Raises NotTaken for what an order cannot be without."""
    words = str(refused)
    if refused.field == "content.caller.phone" and content.caller.phone:
        contact = f"{content.caller.other_contact} {content.caller.phone}".strip()
        content.caller.phone, content.caller.other_contact = "", contact[:LONGEST_CONTACT]
        return Said("phone", "", words)
    if refused.field == "content.category" and content.category:
        code, content.category = content.category, ""
        return Said("category", code, words)
    if refused.field.startswith("content.place") and content.place.district:
        district, content.place.district = content.place.district, ""
        return Said("place", district, words)
    raise NotTaken(words)
