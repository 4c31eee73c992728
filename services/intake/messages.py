"""Facts as messages, and messages as facts. No rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from google.protobuf.descriptor import EnumDescriptor

from chassis.enums import number_of, word_of
from chassis.stamps import instant, instant_of, stamp
from hotline.dispatch.v1 import events_pb2 as dispatch_pb2
from hotline.intake.v1 import attachments_pb2, categories_pb2, content_pb2, declines_pb2, drafts_pb2, ticket_pb2, tracking_pb2
from hotline.ticket.v1 import ticket_pb2 as shared_pb2
from regulation.declining import Decline, DeclineCode, EmergencyNumber
from regulation.natures import Channel, Nature
from regulation.urgency import UrgentKind
from services.intake import lifecycle
from services.intake.actions.following import Snapshot
from services.intake.actions.listing import Shown
from services.intake.actions.telling import citation_message, party_message, place_message
from services.intake.lifecycle import SUPPLEMENT, TRANSITIONS, WITHDRAW, State
from services.intake.rules.categories import Category
from services.intake.rules.content import Content
from services.intake.rules.declining import needs_officer, needs_turn_to
from services.intake.rules.masking import Caller
from services.intake.rules.ticket import OrderView, Party, Place, Settlement, Ticket, Urgency, settle_overdue
from services.intake.store.attachments import Attachment
from services.intake.store.drafts import Draft
from services.intake.store.holding import Order
from services.intake.store.supplements import Supplement

CHANNEL, NATURE, SOURCE, URGENCY, URGENT_KIND = (
    shared_pb2.Channel.DESCRIPTOR,
    shared_pb2.Nature.DESCRIPTOR,
    shared_pb2.Source.DESCRIPTOR,
    shared_pb2.Urgency.DESCRIPTOR,
    shared_pb2.UrgentKind.DESCRIPTOR,
)
W = TypeVar("W", bound=StrEnum)
STATE, DECLINE, EMERGENCY = ticket_pb2.TicketState.DESCRIPTOR, ticket_pb2.DeclineCode.DESCRIPTOR, ticket_pb2.EmergencyNumber.DESCRIPTOR
ORDER_STATE, CLOSING = dispatch_pb2.OrderState.DESCRIPTOR, dispatch_pb2.Closing.DESCRIPTOR


def content_of(message: content_pb2.TicketContent) -> Content:
    """What a caller says."""
    return Content(
        channel=_as(Channel, CHANNEL, message.channel),
        nature=nature_of(message.nature),
        urgency=urgency_of(message.urgency) or Urgency.ORDINARY,
        urgent_kind=urgent_kind_of(message.urgent_kind),
        category=message.category,
        caller=Caller(**{name: getattr(message.caller, name) for name in Caller.__dataclass_fields__}),
        title=message.title,
        text=message.text,
        place=place_of(message.place),
        parties=parties_of(message.parties),
        provincial_number=message.provincial_number,
        provincial_due_at=instant_of(message, "provincial_due_at"),
        received_at=instant_of(message, "received_at"),
        mask_words=tuple(message.mask_words),
        language=message.language,
    )


def nature_of(number: int) -> Nature | None:
    """None for unspecified."""
    return _as(Nature, NATURE, number)


def urgency_of(number: int) -> Urgency | None:
    """None for unspecified."""
    return _as(Urgency, URGENCY, number)


def urgent_kind_of(number: int) -> UrgentKind | None:
    """None for unspecified."""
    return _as(UrgentKind, URGENT_KIND, number)


def code_of(number: int) -> DeclineCode | None:
    """None for unspecified."""
    return _as(DeclineCode, DECLINE, number)


def emergency_of(number: int) -> EmergencyNumber | None:
    """None for unspecified."""
    return _as(EmergencyNumber, EMERGENCY, number)


def states_of(numbers: Iterable[int]) -> tuple[State, ...]:
    """Unspecified ones are left out."""
    return tuple(state for number in numbers if (state := _as(State, STATE, number)))


def place_of(message: shared_pb2.Place) -> Place:
    """Where the matter is."""
    return Place(message.district, message.town, message.address)


def parties_of(messages: Iterable[shared_pb2.Party]) -> tuple[Party, ...]:
    """The parties complained about."""
    return tuple(Party(message.name, message.unit_id, message.person_id) for message in messages)


def snapshot_of(event: dispatch_pb2.OrderChanged) -> Snapshot:
    """An order as dispatch told it."""
    told = event.order
    order = Order(
        told.order_id, told.tenant_id, told.handling_tenant_id, told.ticket_id, told.outer_order_id, told.version, tuple(told.holders)
    )
    return Snapshot(order, _order_view_of(event), withdrawn=told.state == dispatch_pb2.ORDER_STATE_WITHDRAWN)


def _order_view_of(event: dispatch_pb2.OrderChanged) -> OrderView:
    """What a ticket shows of its order."""
    order = event.order
    closed = order.state in (dispatch_pb2.ORDER_STATE_CLOSED, dispatch_pb2.ORDER_STATE_WITHDRAWN)
    return OrderView(
        order_id=order.order_id,
        state=word_of(ORDER_STATE, order.state),
        round=order.round,
        closing=word_of(CLOSING, event.closing),
        closed_at=instant(event.at) if closed else None,
    )


def offers(ticket: Ticket) -> list[shared_pb2.Offer]:
    """What its state leaves open."""
    open_ones = lifecycle.offered(ticket.state, decline_requested=ticket.decline_request is not None)
    return [shared_pb2.Offer(verb=verb, term=lifecycle.VERB_TERMS[verb], article=article.code) for verb, article in open_ones]


def ticket_message(shown: Shown, now: datetime) -> ticket_pb2.Ticket:
    """A ticket as it is shown."""
    ticket = shown.ticket
    request = ticket.decline_request
    return ticket_pb2.Ticket(
        tenant_id=ticket.tenant_id,
        source=number_of(SOURCE, ticket.source),
        category_path=ticket.category_path,
        text=ticket.text,
        parties=[party_message(party) for party in ticket.parties],
        caller=content_pb2.MaskedCaller(**vars(shown.caller)),
        provincial_number=ticket.provincial_number,
        provincial_due_at=stamp(ticket.provincial_due_at),
        edition=ticket.edition,
        registered_at=stamp(ticket.registered_at),
        registered_by=ticket.registered_by,
        settlement=_settlement_message(ticket.settlement) if ticket.settlement.at else None,
        decline_request=ticket_pb2.DeclineRequest(repeats_ticket_id=request.repeats_ticket_id, by=request.by, at=stamp(request.at))
        if request
        else None,
        order=_order_message(ticket) if ticket.order.order_id else None,
        urgent_kind=number_of(URGENT_KIND, ticket.urgent_kind or ""),
        supplements=[
            ticket_pb2.Supplement(supplement_id=each.supplement_id, text=each.text, at=stamp(each.at)) for each in shown.supplements
        ],
        **_common(ticket, now),
    )


def summary_message(ticket: Ticket, now: datetime) -> ticket_pb2.TicketSummary:
    """A line of a list."""
    return ticket_pb2.TicketSummary(
        decline_requested=ticket.decline_request is not None,
        order_state=number_of(ORDER_STATE, ticket.order.state),
        closed_at=stamp(ticket.order.closed_at),
        **_common(ticket, now),
    )


def tracked_message(shown: Shown) -> tracking_pb2.TrackedTicket:
    """A ticket as whoever raised it may know it."""
    tracked = tracked_line(shown.ticket)
    tracked.text = shown.ticket.text
    tracked.supplements.extend(map(_supplement_message, shown.supplements))
    return tracked


def tracked_line(ticket: Ticket) -> tracking_pb2.TrackedTicket:
    """The same in a list."""
    settlement = ticket.settlement
    return tracking_pb2.TrackedTicket(
        order_state=number_of(ORDER_STATE, ticket.order.state),
        category_path=ticket.category_path,
        settled_at=stamp(settlement.at),
        closed_at=stamp(ticket.order.closed_at),
        answer=settlement.answer,
        decline_words=settlement.decline_words,
        passed_to=number_of(EMERGENCY, settlement.passed_to),
        can_supplement=(ticket.state, SUPPLEMENT) in TRANSITIONS,
        can_withdraw=(ticket.state, WITHDRAW) in TRANSITIONS,
        **_known_to_all(ticket),
    )


def _common(ticket: Ticket, now: datetime) -> dict[str, Any]:
    return {
        **_known_to_all(ticket),
        "urgency": number_of(URGENCY, ticket.urgency),
        "settle_by": stamp(ticket.settle_by),
        "settle_overdue": settle_overdue(ticket, now),
        "masking_confirmed": ticket.masking_confirmed,
        "group_ticket_id": ticket.group_ticket_id,
    }


def _known_to_all(ticket: Ticket) -> dict[str, Any]:
    """What also its caller knows."""
    return {
        "ticket_id": ticket.ticket_id,
        "number": ticket.number,
        "state": number_of(STATE, ticket.state),
        "channel": number_of(CHANNEL, ticket.channel),
        "nature": number_of(NATURE, ticket.nature or ""),
        "category": ticket.category,
        "title": ticket.title,
        "place": place_message(ticket.place),
        "received_at": stamp(ticket.received_at),
        "version": ticket.version,
    }


def _supplement_message(added: Supplement) -> ticket_pb2.Supplement:
    return ticket_pb2.Supplement(supplement_id=added.supplement_id, text=added.text, at=stamp(added.at))


def _settlement_message(settlement: Settlement) -> ticket_pb2.Settlement:
    facts = dict(vars(settlement))
    facts["at"] = stamp(settlement.at)
    facts["decline_code"] = number_of(DECLINE, settlement.decline_code)
    facts["passed_to"] = number_of(EMERGENCY, settlement.passed_to)
    facts["citation"] = citation_message(settlement)
    del facts["entry_id"], facts["entry_version"]
    return ticket_pb2.Settlement(**facts)


def _order_message(ticket: Ticket) -> ticket_pb2.OrderView:
    order = ticket.order
    return ticket_pb2.OrderView(
        order_id=order.order_id,
        state=number_of(ORDER_STATE, order.state),
        round=order.round,
        handling_tenant_id=ticket.handling_tenant_id,
        closing=number_of(CLOSING, order.closing),
        closed_at=stamp(order.closed_at),
    )


def reason_message(decline: Decline) -> declines_pb2.DeclineReason:
    """A reason to decline, with its words."""
    return declines_pb2.DeclineReason(
        code=number_of(DECLINE, decline.code),
        name=decline.term,
        article=decline.article.code,
        words=decline.template,
        needs_turn_to=needs_turn_to(decline),
        needs_officer=needs_officer(decline),
    )


def attachment_message(attachment: Attachment) -> attachments_pb2.Attachment:
    """What is known of an attachment."""
    facts = {name: value for name, value in asdict(attachment).items() if name != "ticket_id"}
    return attachments_pb2.Attachment(**{**facts, "uploaded_at": stamp(attachment.uploaded_at)})


def category_message(category: Category) -> categories_pb2.Category:
    """A node of the tree."""
    return categories_pb2.Category(code=category.code, name=category.name, level=category.level, keywords=category.keywords)


def draft_message(draft: Draft) -> drafts_pb2.Draft:
    """A draft, without its content."""
    return drafts_pb2.Draft(draft_id=draft.draft_id, title=draft.title, saved_at=stamp(draft.saved_at), version=draft.version)


def _as(kind: type[W], enum: EnumDescriptor, number: int) -> W | None:
    word = word_of(enum, number)
    return kind(word) if word else None
