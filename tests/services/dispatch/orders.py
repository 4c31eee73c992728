"""How the tests of dispatch's rules tell an order's story: a desk that plays verbs on one order at set instants."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from chassis.caller import Caller
from regulation.calendar import national
from regulation.policy import Policy
from regulation.table import Source
from regulation.urgency import UrgentKind
from services.dispatch.lifecycle import State
from services.dispatch.rules import (
    assisting,
    calling_back,
    closing,
    coordinating,
    dispatching,
    extending,
    handling,
    promising,
    replying,
    returning,
    reviewing,
    reworking,
    urgency,
    withdrawing,
)
from services.dispatch.rules.act import Act
from services.dispatch.rules.law import Law
from services.dispatch.rules.order import Order, Rating, Via
from services.dispatch.rules.units import Unit

ORDINARY, PROVINCIAL = Source.ORDINARY, Source.PROVINCIAL
MORNING = dt.datetime.fromisoformat("2021-09-13T10:00+08:00")  # a Monday; the week after has the holiday of Mid-Autumn
LAW = Law(national(), Policy())

DISPATCHER = Caller("person", "dispatcher", "zibo", "zibo-hub", frozenset({"ROLE_DISPATCHER"}))
REVIEWER = Caller("person", "reviewer", "zibo", "zibo-hub", frozenset({"ROLE_REVIEWER"}))
SUPERVISOR = Caller("person", "supervisor", "zibo", "zibo-hub", frozenset({"ROLE_SUPERVISOR"}))
CALLER_BACK = Caller("person", "caller-back", "zibo", "zibo-hub", frozenset({"ROLE_CALL_BACK"}))
ASSISTANT = Caller("person", "assistant", "zibo", "zibo-housing", frozenset({"ROLE_HANDLER"}))
HANDLER = Caller("person", "handler", "zibo", "zibo-water", frozenset({"ROLE_HANDLER"}))

WATER = Unit("zibo-water", "市水利局", above=(("zibo-hub", "市民投诉中心"),))
HOUSING = Unit("zibo-housing", "市住建局", above=(("zibo-hub", "市民投诉中心"),))
ZHANGDIAN = Unit("zhangdian", "张店区人民政府", handling_tenant_id="zhangdian", above=(("zibo-hub", "市民投诉中心"),))
TOWN = Unit("town-370303001", "车站街道", above=(("zhangdian-hub", "张店区热线办"), ("zhangdian", "张店区人民政府")))

GOOD_ANSWER = replying.Answer("已更换破损阀门并冲洗管网", "9月14日18时恢复供水，水压正常", MORNING, replying.AnsweredBy.PHONE)


def at(local: str) -> dt.datetime:
    """An instant of Zibo's clocks, written 2021-09-13 10:00."""
    return dt.datetime.fromisoformat(f"{local}+08:00")


def end_of(day: str) -> dt.datetime:
    """24:00 of a day."""
    return at(f"{day} 00:00") + dt.timedelta(days=1)


def formed(**facts: Any) -> Order:
    """A ticket formed on Monday morning, waiting for dispatch."""
    order = Order("order", "ticket", "FZ21091300001", "zibo", MORNING)
    return dispatching.open_order(replace(order, **facts), LAW)


class Desk:
    """One order, and everybody who works on it. Each verb is done at `now`, which only `wait` and `on` move."""

    def __init__(self, order: Order | None = None, law: Law = LAW, **facts: Any) -> None:
        self.order = order or formed(**facts)
        self.law = law
        self.now = MORNING

    def on(self, local: str) -> Desk:
        """Go on at an instant."""
        self.now = at(local)
        return self

    def wait(self, **span: float) -> Desk:
        """Go on later."""
        self.now += dt.timedelta(**span)
        return self

    def act(self, by: Caller = HANDLER, outer: Order | None = None) -> Act:
        return Act(by, self.now, lambda: self.law, f"id-{len(self.order.rounds)}-{len(self.order.clocks)}", outer)

    def dispatch(self, unit: Unit = WATER, result_days: int | None = None) -> Desk:
        self.order = dispatching.dispatch(self.order, unit, self.act(DISPATCHER), result_days=result_days)
        return self

    def recall(self, reason: str = "派错单位") -> Desk:
        self.order = dispatching.recall(self.order, reason, self.act(DISPATCHER))
        return self

    def sign_in(self) -> Desk:
        self.order = handling.sign_in(self.order, self.act())
        return self

    def submit_first_report(self, report: str = "已赶赴现场关闭总阀") -> Desk:
        self.order = handling.submit_first_report(self.order, report, self.act())
        return self

    def upgrade(self, kind: UrgentKind | None = UrgentKind.WATER, outer: Order | None = None) -> Desk:
        self.order = urgency.upgrade(self.order, kind, self.act(DISPATCHER, outer))
        return self

    def downgrade(self, reason: str = "经核实不属于紧急事项", outer: Order | None = None) -> Desk:
        self.order = urgency.downgrade(self.order, reason, self.act(DISPATCHER, outer))
        return self

    def add_assisting(self, *units: Unit) -> Desk:
        self.order = assisting.add_assisting(self.order, units or (HOUSING,), "请配合查明管线权属", self.act(DISPATCHER))
        return self

    def withdraw_assisting(self, unit: Unit = HOUSING, reason: str = "主办单位可以自行办理") -> Desk:
        self.order = assisting.withdraw_assisting(self.order, unit.unit_id, reason, self.act(DISPATCHER))
        return self

    def sign_in_assisting(self, by: Caller | None = None) -> Desk:
        self.order = assisting.sign_in_assisting(self.order, self.act(by or ASSISTANT))
        return self

    def submit_contribution(self, text: str = "经查该管线属供水公司", by: Caller | None = None) -> Desk:
        self.order = assisting.submit_contribution(self.order, text, self.act(by or ASSISTANT))
        return self

    def keeping_up(self, step: Callable[[], object]) -> Desk:
        """Do a verb as the actions do: the assisting units' dates follow."""
        before = self.order
        step()
        self.order = assisting.keep_up(before, self.order, self.act())
        return self

    def open_coordination(self, reason: str = "涉及多个单位") -> Desk:
        self.order = coordinating.open_coordination(self.order, reason, self.act(DISPATCHER))
        return self

    def dispute_return(self, reason: str = "不属于本单位职责", *, refused: bool = True) -> Desk:
        self.order = coordinating.dispute_return(self.order, reason, self.act(), refused=refused)
        return self

    def decide_coordination(self) -> Desk:
        self.order = coordinating.decide_coordination(self.order)
        return self

    def request_return(self, **said: Any) -> Desk:
        grounds = replace(returning.Grounds("不属于本单位职责", "三定方案第二条", HOUSING), **said)
        self.order = returning.request_return(self.order, grounds, self.act())
        return self

    def grant_return(self) -> Desk:
        self.order = returning.grant_return(self.order, "", self.act(DISPATCHER))
        return self

    def refuse_return(self, reason: str = "属于你单位职责") -> Desk:
        self.order = returning.refuse_return(self.order, reason, self.act(DISPATCHER))
        return self

    def request_extension(self, days: int = 5, reason: str = "需停水施工") -> Desk:
        self.order = extending.request_extension(self.order, days, reason, self.act())
        return self

    def grant_extension(self, days: int | None = None, reason: str = "", by: Caller = REVIEWER, outer: Order | None = None) -> Desk:
        self.order = extending.grant_extension(self.order, days, reason, self.act(by, outer))
        return self

    def refuse_extension(self, reason: str = "可以按期办结") -> Desk:
        self.order = extending.refuse_extension(self.order, reason, self.act(REVIEWER))
        return self

    def request_progress_report(self, promised_on: dt.date | None, **said: Any) -> Desk:
        made = promising.Promise("管材尚未到货", "已完成开挖", "到货后更换", promised_on, self.now)
        made = replace(made, **said)
        self.order = promising.request_progress_report(self.order, made, self.act())
        return self

    def grant_progress_report(self, outer: Order | None = None) -> Desk:
        self.order = promising.grant_progress_report(self.order, "", self.act(REVIEWER, outer))
        return self

    def refuse_progress_report(self, reason: str = "可以按期办结") -> Desk:
        self.order = promising.refuse_progress_report(self.order, reason, self.act(REVIEWER))
        return self

    def reply(self, answer: replying.Answer = GOOD_ANSWER) -> Desk:
        self.order = replying.reply(self.order, answer, self.act())
        return self

    def pass_review(self) -> Desk:
        self.order = reviewing.pass_review(self.order, self.act(REVIEWER))
        return self

    def send_back_reply(self, reason: str = "未写明何时恢复", outer: Order | None = None) -> Desk:
        self.order = reviewing.send_back_reply(self.order, reason, self.act(REVIEWER, outer))
        return self

    def record_attempt(self, outcome: calling_back.Outcome | None = calling_back.Outcome.NO_ANSWER) -> Desk:
        self.order = calling_back.record_attempt(self.order, outcome, self.act(CALLER_BACK))
        return self

    def place_call(self) -> Desk:
        self.order = calling_back.place_call(self.order, under_way=False)
        return self

    def send_rating_link(self) -> Desk:
        self.order = calling_back.send_rating_link(self.order, self.act(CALLER_BACK))
        return self

    def record_ratings(
        self, process: Rating | None = Rating.SATISFIED, result: Rating | None = Rating.SATISFIED, via: Via | None = Via.PHONE
    ) -> Desk:
        self.order = calling_back.record_ratings(self.order, calling_back.Said(process, result, via), self.act(CALLER_BACK))
        return self

    def find_unreachable(self) -> Desk:
        self.order = calling_back.find_unreachable(self.order, self.act(CALLER_BACK))
        return self

    def not_reached(self) -> Desk:
        """Three calls over two days, the link, and nobody there."""
        self.record_attempt().wait(hours=2).record_attempt().wait(days=1).record_attempt()
        return self.send_rating_link().wait(hours=72).find_unreachable()

    def rework(self, ground: reworking.Ground | None = reworking.Ground.REASONABLE_DEMAND, reason: str = "水压仍不足") -> Desk:
        self.order = reworking.rework(self.order, ground, reason, self.act(CALLER_BACK))
        return self

    def close_satisfied(self) -> Desk:
        self.order = closing.close_satisfied(self.order, self.act(CALLER_BACK))
        return self

    def close_dissatisfied(self, finding: str = "符合供水条例第十条") -> Desk:
        self.order = closing.close_dissatisfied(self.order, finding, self.act(REVIEWER))
        return self

    def close_unreachable(self, finding: str = "符合供水条例第十条") -> Desk:
        self.order = closing.close_unreachable(self.order, finding, self.act(REVIEWER))
        return self

    def withdraw(self) -> Desk:
        self.order = withdrawing.withdraw(self.order, self.act())
        return self

    def to(self, state: State) -> Desk:
        """The plain way to a state."""
        steps = (self.dispatch, self.sign_in, self.reply, self.pass_review, self.record_ratings, self.close_satisfied)
        for step in steps:
            if self.order.state is state:
                return self
            step()
        return self


def handling_desk(**facts: Any) -> Desk:
    """A desk whose order was just signed in by the water bureau."""
    return Desk(**facts).to(State.HANDLING)
