"""An order: what is done to it, and what dispatch and sla answer for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import grpc
import pytest

from hotline.dispatch.v1 import coordinations_pb2 as coordinations
from hotline.dispatch.v1 import events_pb2 as events
from hotline.dispatch.v1 import orders_pb2 as orders
from hotline.sla.v1 import lights_pb2
from hotline.sla.v1 import urgings_pb2 as urgings
from hotline.ticket.v1 import ticket_pb2 as shared
from simulator.desks.refusals import article_of
from simulator.people import Person
from tests.journeys.dates import local
from tests.journeys.verbs import ask, name_of, request_of
from tests.journeys.waiting import becomes

if TYPE_CHECKING:
    from tests.journeys.cities import City

REFUSALS = {grpc.StatusCode.FAILED_PRECONDITION, grpc.StatusCode.INVALID_ARGUMENT}
WHOLE = shared.Page(size=200)
ANSWER = {
    "measures": "已安排专人到现场查看，联系施工队更换损坏的部件并清理现场",
    "result": "设施已恢复正常使用，现场照片已留存，诉求人表示认可",
    "answered_by": "PHONE",
}
REASON = {"reason": "经核实，理由和依据充分，请按规定办理"}
SAID: dict[str, dict[str, Any]] = {
    "dispatch": {"note": "请按职责办理，办结后先回复诉求人"},
    "hand_on": {"note": "请按职责办理，办结后先回复诉求人"},
    "reply": ANSWER,
    "request_return": {"reason": "经核实，反映事项不属于本单位职责范围", "basis": "本单位职能配置、内设机构和人员编制规定"},
    "request_extension": {"reason": "涉及管线权属核实和备料，受客观条件限制，原期限内无法完成施工"},
    "request_progress_report": {
        "reason": "材料采购周期较长，规定期限内无法办结",
        "progress": "已完成现场勘查和施工方案，材料已下单",
        "measures": "材料到货后三日内施工，期间设置临时设施",
    },
    "record_attempt": {"outcome": "NO_ANSWER", "note": "拨打后无人接听"},
    "record_ratings": {"via": "PHONE", "remark": "希望以后能更快一些"},
    "rework": {"ground": "REASONABLE_DEMAND", "reason": "诉求人反映问题仍然存在，经核实诉求合理"},
    "close_dissatisfied": {"finding": "答复内容符合法律、法规和政策规定"},
    "close_unreachable": {"finding": "答复内容符合法律、法规和政策规定"},
    **dict.fromkeys(
        ("recall", "grant_return", "refuse_return", "grant_extension", "refuse_extension", "send_back_reply",
         "grant_progress_report", "refuse_progress_report"),
        REASON,
    ),
}  # fmt: skip
"""What people write where a story does not say."""


class Stands(NamedTuple):
    """An order's state, and the date in force."""

    state: str
    kind: str
    due: datetime
    overdue: bool = False


class Lit(NamedTuple):
    """A light that went up, and stands."""

    round: int
    kind: str
    light: str
    at: datetime


class Urged(NamedTuple):
    """An urging that stands, at the instant of its red light."""

    round: int
    kind: str
    at: datetime


class Order:
    """One order of a city's."""

    def __init__(self, city: City, order_id: str) -> None:
        self._city = city
        self.order_id = order_id

    def do(self, verb: str, by: Person, **said: Any) -> Any:
        """A verb, done by somebody at the version that is; what is not said is said by SAID. Answers what the RPC answers."""
        return ask(by, verb, request_of(verb, self._all(verb, said)))

    def refuses(self, article: str, verb: str, by: Person, **said: Any) -> None:
        """Asserts that the verb is refused by this clause, and changes nothing."""
        request = request_of(verb, self._all(verb, said))
        before = self._done()
        with pytest.raises(grpc.RpcError) as refusal:
            ask(by, verb, request)
        assert (refusal.value.code() in REFUSALS, article_of(refusal.value)) == (True, article), refusal.value.details()
        assert self._done() == before

    def seen(self) -> orders.GetOrderResponse:
        """All it ever had, as the hub's supervisor sees it."""
        answer: orders.GetOrderResponse = ask(self._city.hub.supervisor, "get_order", orders.GetOrderRequest(order_id=self.order_id))
        return answer

    def _done(self) -> orders.GetOrderResponse:
        """All that verbs did: lights and urging are told by sla at its own pace."""
        seen = self.seen()
        seen.order.ClearField("light")
        seen.ClearField("urgings")
        return seen

    def stands(self) -> Stands:
        """Where it stands."""
        order = self.seen().order
        return Stands(name_of(events.OrderState, order.state), _kind(order.due_kind), local(order.due_at), order.overdue)

    def closing(self) -> str:
        """How it ended."""
        return name_of(events.Closing, self.seen().order.closing)

    def round(self, number: int = 1) -> orders.Round:
        """A round."""
        return self.seen().rounds[number - 1]

    def ending(self, number: int = 1) -> str:
        """How a round ended."""
        return name_of(orders.Ending, self.round(number).ending)

    def date(self, kind: str, number: int = 1) -> orders.Date:
        """The newest date of a kind in a round."""
        return [date for date in self.seen().dates if _kind(date.deadline.kind) == kind and date.round == number][-1]

    def date_state(self, kind: str, number: int = 1) -> str:
        """Whether that date runs, waits, was answered, or is void."""
        return name_of(events.ClockState, self.date(kind, number).state)

    def due(self, kind: str, number: int = 1) -> datetime:
        """When that date closes."""
        return local(self.date(kind, number).deadline.deadline_at)

    def counted(self, kind: str, number: int = 1) -> list[str]:
        """The days that its explanation counts."""
        return [day.date for day in self.date(kind, number).days if day.counted]

    def case(self) -> Case:
        """Its coordination case, while that is undecided (16)."""
        asked = coordinations.ListCoordinationsRequest(order_id=self.order_id, undecided=True)
        (found,) = ask(self._city.hub.supervisor, "list_coordinations", asked).coordinations
        return Case(self, self._city, found.coordination_id)

    def shows(self, light: str) -> None:
        """sla has turned its light to this one, and dispatch has heard of it."""
        becomes(self._light_at_sla, light)
        becomes(lambda: name_of(shared.Light, self.seen().order.light), light)

    def lights(self) -> list[Lit]:
        """Lights that went up and stand, by the law's instants; none was noticed before it was due."""
        turns = self._turns()
        assert all(turn.noticed_at.ToNanoseconds() >= turn.at.ToNanoseconds() for turn in turns if turn.lit)
        standing = [turn for turn in turns if turn.lit and not turn.HasField("voided_at")]
        return [Lit(turn.round, _kind(turn.kind), name_of(shared.Light, turn.light), local(turn.at)) for turn in standing]

    def urgings(self) -> list[Urged]:
        """Urgings that stand, the same at sla and at dispatch."""
        request = urgings.ListUrgingsRequest(order_id=self.order_id, page=WHOLE, without_void=True)
        by = self._city.hub.supervisor
        found = by.ask("sla.v1.UrgingService/ListUrgings", request, urgings.ListUrgingsResponse).urgings
        issued = [Urged(each.round, _kind(each.kind), local(each.at)) for each in reversed(found)]
        becomes(lambda: [_urged(each) for each in self.seen().urgings if not each.voided_reason], issued)
        return issued

    def _turns(self) -> Sequence[lights_pb2.Turn]:
        request = lights_pb2.ListTurnsRequest(order_id=self.order_id, page=WHOLE)
        return self._city.hub.supervisor.ask("sla.v1.LightService/ListTurns", request, lights_pb2.ListTurnsResponse).turns

    def _light_at_sla(self) -> str:
        turns = self._turns()
        return name_of(shared.Light, turns[-1].order_light) if turns else "NONE"

    def _all(self, verb: str, said: dict[str, Any]) -> dict[str, Any]:
        fixed: dict[str, Any] = {"order_id": self.order_id, "version": self.seen().order.version}
        if verb in {"reply", "reply_with_explanation"}:
            fixed["answered_at"] = self._city.now()
        if verb == "request_progress_report":
            fixed["caller_told_at"] = self._city.now()
        return fixed | SAID.get(verb, {}) | said


class Case:
    """A coordination case, and what is done to it."""

    def __init__(self, order: Order, city: City, coordination_id: str) -> None:
        self._order, self._city = order, city
        self.coordination_id = coordination_id

    def do(self, verb: str, by: Person, **said: Any) -> None:
        """A verb, done by somebody at the version that is."""
        fixed = {"coordination_id": self.coordination_id, "version": self.seen(by).coordination.version}
        ask(by, verb, request_of(verb, fixed | said))

    def decide(self, by: Person, **said: Any) -> None:
        """The decision, which names the order's version."""
        self._order.do("decide_coordination", by, coordination_id=self.coordination_id, **said)

    def seen(self, by: Person) -> coordinations.GetCoordinationResponse:
        """As somebody sees it."""
        request = coordinations.GetCoordinationRequest(coordination_id=self.coordination_id)
        answer: coordinations.GetCoordinationResponse = ask(by, "get_coordination", request)
        return answer


def _urged(shown: orders.Urging) -> Urged:
    return Urged(shown.round, _kind(shown.kind), local(shown.at))


def _kind(number: int) -> str:
    return name_of(shared.DeadlineKind, number)
