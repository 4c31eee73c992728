"""A case: one citizen's message on its way through the hotline, as its course plays it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from threading import Event
from time import monotonic

from hotline.dispatch.v1 import orders_pb2 as orders
from regulation.instants import SHANGHAI, local_day
from regulation.terms import Deadline, Source
from simulator.book.story import Story
from simulator.book.tickets import Page
from simulator.citizens import Citizen, invented
from simulator.city import City, District, Unit, nearest
from simulator.desks.orders import OrderDesk
from simulator.desks.tickets import TicketDesk
from simulator.messages import Message
from simulator.people import House
from simulator.timeline import Course

A_MINUTE = timedelta(minutes=1)
OPENS, CLOSES = time(8, 30), time(17, 30)
# So long, in real time, a course waits for what one service tells another.
TOLD_SECONDS = 120.0
FIRST_PAUSE, LONGEST_PAUSE = 0.02, 0.5


class NotTold(Exception):
    """One service has not heard from another in all that time."""


@dataclass
class Stage:
    """What all cases share. `now`: the instant the play is at; `pages`: the book, by the message's number."""

    house: House
    city: City
    now: Callable[[], datetime]
    pages: dict[int, Page] = field(default_factory=dict)

    @property
    def hubs(self) -> dict[str, str]:
        """Each tenant's hub."""
        return {self.city.tenant_id: self.city.hub_id} | {each.tenant_id: each.hub_id for each in self.city.districts}


class Case:
    """What a course has at hand. `earlier`: the number of the message whose caller calls again."""

    def __init__(self, stage: Stage, message: Message, earlier: int | None = None) -> None:
        self.stage = stage
        self.message = message
        self.earlier = earlier
        self.chance = random.Random(f"{message.number} {message.title}")
        self.citizen: Citizen = invented(message.number if earlier is None else earlier)
        self.district: District = stage.city.district_of(message)
        self._ticket: TicketDesk | None = None
        self._order: OrderDesk | None = None
        self._inner: OrderDesk | None = None

    @property
    def ticket(self) -> TicketDesk:
        """Once it is registered."""
        if self._ticket is None:
            raise LookupError("not registered")
        return self._ticket

    @ticket.setter
    def ticket(self, desk: TicketDesk) -> None:
        self._ticket = desk
        self.stage.pages[self.message.number] = desk.page

    @property
    def order(self) -> OrderDesk:
        """Once it is formed."""
        if self._order is None:
            raise LookupError("not formed")
        return self._order

    @property
    def inner(self) -> OrderDesk:
        """Once a district has handed it on: the newest inner order."""
        if self._inner is None:
            raise LookupError("not handed on")
        return self._inner

    @inner.setter
    def inner(self, desk: OrderDesk) -> None:
        self._inner = desk

    @property
    def now(self) -> datetime:
        """The instant the play is at."""
        return self.stage.now()

    @property
    def due(self) -> Deadline:
        """The date of the order in force, by the book."""
        return self.order.story.standing().due.deadline

    def units(self) -> list[Unit]:
        """The city's units, the likeliest first."""
        return nearest(self.stage.city.units, self.message)

    def towns(self) -> list[Unit]:
        """The district's own, the likeliest first."""
        return nearest(self.district.units, self.message)

    def after(self, least: float, most: float) -> datetime:
        """Some hours from now, when the offices are open."""
        return self.at_work(self.now + timedelta(hours=self.chance.uniform(least, most)))

    def at_work(self, at: datetime) -> datetime:
        """That instant, or else when the offices open next."""
        local = at.astimezone(SHANGHAI)
        if local.time() < OPENS:
            local = self._opening(local)
        elif local.time() > CLOSES:
            local = self._opening(local + timedelta(days=1))
        return local.astimezone(UTC)

    def working_day(self, number: int) -> datetime:
        """In the morning of so many working days after today."""
        law = self.stage.city.law
        day = law.calendar.nth_working_day_after(local_day(self.now), number)
        return self._opening(datetime.combine(day, OPENS, SHANGHAI)).astimezone(UTC)

    def formed(self, recurs_ticket_id: str = "") -> Course:
        """It is formed, and dispatch has heard of it."""
        self.ticket.form(recurs_ticket_id)
        yield self.now + A_MINUTE
        page, tenant = self.ticket.page, self.stage.city.tenant_id
        source = Source.PROVINCIAL if page.channel == "PROVINCIAL" else Source.ORDINARY
        told = self.until(self._told)
        story = Story(told.order_id, tenant, self.stage.city.law, source, page.urgent)
        story.enter("open_order", page.settled_at or self.now)
        page.story = story
        self._order = OrderDesk(self.stage.house, self.stage.hubs, self.stage.city.laws, told, story, self.stage.now)

    def until(self, answer: Callable[[], orders.Order | None]) -> orders.Order:
        """What is answered once one service has told another. Raises NotTold."""
        pause, over = FIRST_PAUSE, monotonic() + TOLD_SECONDS
        while (found := answer()) is None:
            if monotonic() > over:
                raise NotTold(f"nothing was told in {TOLD_SECONDS:.0f} s")
            Event().wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        return found

    def supplement(self) -> None:
        """10: the caller adds something, and the unit can read it."""
        self.ticket.supplement()
        self.order.story.enter("supplement", self.now)
        count = self.ticket.page.supplements
        self.until(lambda: self._looked(lambda seen: len(seen.supplements) == count))

    def withdraw(self) -> None:
        """11(1): the caller takes it back, and dispatch has heard of it."""
        self.ticket.withdraw()
        self.order.story.enter("withdraw", self.now)
        self.until(lambda: self._looked(lambda seen: seen.order.HasField("closed_at")))

    def escalated(self) -> None:
        """11(4): what was left undecided has gone up to the supervisor."""
        self.until(lambda: self._looked(lambda seen: seen.requests[-1].HasField("escalated_at")))
        self.order.story.enter("escalate", self.now)

    def _looked(self, is_so: Callable[[orders.GetOrderResponse], bool]) -> orders.Order | None:
        seen = self.order.look()
        if not is_so(seen):
            return None
        self.order.order = seen.order
        return seen.order

    def _told(self) -> orders.Order | None:
        request = orders.ListOrdersRequest(ticket_id=self.ticket.page.ticket_id)
        by = self.ticket.hub("ROLE_DISPATCHER")
        found = by.ask("dispatch.v1.OrderService/ListOrders", request, orders.ListOrdersResponse).orders
        return found[0] if found else None

    def _opening(self, day: datetime) -> datetime:
        return datetime.combine(day.date(), OPENS, SHANGHAI) + timedelta(minutes=self.chance.randrange(150))
