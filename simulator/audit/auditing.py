"""Asks the system about every ticket of the book, until it answers as the book says or has had its time."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event
from time import monotonic

from hotline.dispatch.v1 import orders_pb2 as orders
from hotline.intake.v1 import attachments_pb2 as attachments
from hotline.intake.v1 import tickets_pb2 as tickets
from hotline.sla.v1 import lights_pb2 as lights
from hotline.sla.v1 import urgings_pb2 as urgings
from hotline.ticket.v1 import ticket_pb2 as shared
from simulator.audit import answered, booked
from simulator.audit.booked import Facts
from simulator.book.story import Story
from simulator.book.tickets import Page
from simulator.case import Stage
from simulator.city import pages
from simulator.people import Person
from simulator.timeline import FRAMES, THREADS

# Events may still be on their way when the play is over: so long they have, from the last that arrived.
PATIENCE_SECONDS = 60.0
PAUSE_SECONDS = 0.5


@dataclass
class Found:
    """What was found of one ticket: facts answered otherwise, and the lights and urgings that fired."""

    lost: list[str] = field(default_factory=list)
    yellow: int = 0
    red: int = 0
    urged: int = 0


def audit(stage: Stage, now: datetime, finished: Callable[[], None]) -> list[Found]:
    """Every ticket's findings. Those that differ are asked again while fewer and fewer do."""
    found: dict[int, Found] = {}
    asked: Sequence[Page] = [stage.pages[number] for number in sorted(stage.pages)]
    least, until = len(asked) + 1, monotonic() + PATIENCE_SECONDS
    with ThreadPoolExecutor(THREADS) as pool:
        while asked:
            for page, finding in zip(asked, pool.map(lambda page: _examined(stage, page, now), asked), strict=True):
                if page.number not in found:
                    finished()
                found[page.number] = finding
            asked = [page for page in asked if found[page.number].lost]
            if len(asked) < least:
                least, until = len(asked), monotonic() + PATIENCE_SECONDS
            if monotonic() > until:
                break
            Event().wait(PAUSE_SECONDS if asked else 0)
    return [found[number] for number in sorted(found)]


def _examined(stage: Stage, page: Page, now: datetime) -> Found:
    """One ticket; what cannot be asked is lost as well."""
    found = Found()
    try:
        story = _examine_orders(stage, page.story, found, now) if page.story else None
        page.story = story or page.story
        hold("ticket", booked.ticket_facts(page, stage.city.law.policy, now), _ticket_facts(stage, page), found)
    except Exception:  # noqa: BLE001 - the others are asked all the same
        found.lost.append(traceback.format_exc(limit=-FRAMES))
    found.lost = [f"message {page.number}, ticket {page.ticket_id}: {each}" for each in found.lost]
    return found


def _ticket_facts(stage: Stage, page: Page) -> Facts:
    by = _supervisor(stage, stage.city.tenant_id)
    request = tickets.GetTicketRequest(ticket_id=page.ticket_id)
    ticket = by.ask("intake.v1.TicketService/GetTicket", request, tickets.GetTicketResponse).ticket
    listing = attachments.ListAttachmentsRequest(ticket_id=page.ticket_id)
    listed = (
        by.ask("intake.v1.AttachmentService/ListAttachments", listing, attachments.ListAttachmentsResponse) if page.attachments else None
    )
    return answered.ticket_facts(ticket, len(listed.attachments) if listed else 0)


def _examine_orders(stage: Stage, story: Story, found: Found, now: datetime) -> Story:
    """The order and those that were handed on from it; answers the story with the instants the system gave."""
    timed = _examine(_supervisor(stage, stage.city.tenant_id), story, None, found, now)
    for inner in story.inner:
        _examine(_supervisor(stage, inner.tenant_id), inner, timed, found, now)
    return timed


def _examine(by: Person, story: Story, outer: Story | None, found: Found, now: datetime) -> Story:
    answer = by.ask("dispatch.v1.OrderService/GetOrder", orders.GetOrderRequest(order_id=story.order_id), orders.GetOrderResponse)
    steps = answered.steps_of(story.order_id, _journal(by, story.order_id))
    turned, issued = list(_turns(by, story.order_id)), list(_urgings(by, story.order_id))
    instants = answered.instants(steps)
    timed = (
        story.timed([story.steps[0].at if outer is None else instants[0], *instants[1:]], outer)
        if len(steps) == len(story.steps)
        else story
    )
    hold(
        "order" if outer is None else "inner order",
        booked.order_facts(timed, now),
        answered.order_facts(answer, steps, turned, issued, now),
        found,
    )
    found.yellow += sum(answered.stands(turn) and turn.light == shared.LIGHT_YELLOW for turn in turned)
    found.red += sum(answered.stands(turn) and turn.light == shared.LIGHT_RED for turn in turned)
    found.urged += sum(not urging.HasField("voided_at") for urging in issued)
    return timed


def _timed(story: Story, outer: Story | None, instants: list[datetime]) -> Story:
    if len(instants) != len(story.steps):
        return story
    # 11(2) counts from the ticket being formed, not from dispatch having heard of it.
    begun = story.steps[0].at if outer is None else instants[0]
    return story.timed([begun, *instants[1:]], outer)


def hold(what: str, book: Facts, system: Facts, found: Found) -> None:
    """One fact against the other."""
    for name in sorted(book.keys() | system.keys()):
        if book.get(name) != system.get(name):
            found.lost.append(f"{what}, {name}: by the book {_shown(book.get(name))}, the system says {_shown(system.get(name))}")


def _shown(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return f"({', '.join(_shown(each) for each in value)})"
    return str(value)


def _supervisor(stage: Stage, tenant_id: str) -> Person:
    return stage.house.of_unit(stage.hubs[tenant_id], "ROLE_SUPERVISOR")


def _journal(by: Person, order_id: str) -> Iterator[shared.JournalEntry]:
    def ask(page: shared.Page) -> orders.ListJournalResponse:
        return by.ask(
            "dispatch.v1.OrderService/ListJournal", orders.ListJournalRequest(page=page, order_id=order_id), orders.ListJournalResponse
        )

    for page in pages(ask):
        yield from page.entries


def _turns(by: Person, order_id: str) -> Iterator[lights.Turn]:
    def ask(page: shared.Page) -> lights.ListTurnsResponse:
        return by.ask("sla.v1.LightService/ListTurns", lights.ListTurnsRequest(page=page, order_id=order_id), lights.ListTurnsResponse)

    for page in pages(ask):
        yield from page.turns


def _urgings(by: Person, order_id: str) -> Iterator[urgings.Urging]:
    def ask(page: shared.Page) -> urgings.ListUrgingsResponse:
        return by.ask(
            "sla.v1.UrgingService/ListUrgings", urgings.ListUrgingsRequest(page=page, order_id=order_id), urgings.ListUrgingsResponse
        )

    for page in pages(ask):
        yield from page.urgings
