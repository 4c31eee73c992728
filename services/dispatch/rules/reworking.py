"""11(9): what was not done, or not done well, goes back for a new round."""

from __future__ import annotations

import enum
from dataclasses import replace

from chassis.errors import Invalid
from regulation.articles import NotAllowed
from services.dispatch.lifecycle import Verb, after
from services.dispatch.rules import dates
from services.dispatch.rules.act import Act
from services.dispatch.rules.demands import said
from services.dispatch.rules.dispatching import deliver
from services.dispatch.rules.order import CallBack, Ending, Order, Rating
from services.dispatch.rules.withdrawing import end_round


class Ground(enum.StrEnum):
    """Why a matter goes back."""

    NOT_DONE = "not_done"  # 应办未办
    REASONABLE_DEMAND = "reasonable_demand"  # 对办理结果不满意且诉求合理
    UNREACHABLE_NOT_LAWFUL = "unreachable_not_lawful"  # 未能接通，答复不符合规定


def rework(order: Order, ground: Ground | None, reason: str, act: Act) -> Order:
    """11(9): 经回访. A new round at the same unit with a fresh 5 working days from now (policy).

    On time is judged round by round. The hub records why the demand is reasonable, and the unit is told.

    Raises Invalid without ground or reason; NotAllowed before the call-back came to an end, and where its outcome does
    not bear the ground.
    """
    verb = Verb.REWORK
    state = after(order.state, verb)
    if ground is None:
        raise Invalid("ground", "请选择退回重办的情形", verb.article.code)
    said("reason", reason, "诉求合理或应办未办的理由", verb.article)
    _borne_out(order.present.call_back, ground, verb)
    order = end_round(order, Ending.REWORKED, act.now)
    order = replace(order, state=state, reworks=order.reworks + 1)
    return deliver(order, dates.rework(order, act.now, act.law), act).with_round(note=reason)


def _borne_out(call_back: CallBack, ground: Ground, verb: Verb) -> None:
    bears = {
        Ground.NOT_DONE: call_back.rated or call_back.unreachable_at is not None,
        Ground.REASONABLE_DEMAND: call_back.result is Rating.DISSATISFIED,
        Ground.UNREACHABLE_NOT_LAWFUL: call_back.unreachable_at is not None and not call_back.rated,
    }
    if not bears[ground]:
        raise NotAllowed(verb.article, "回访尚未完成，或回访结果与所选情形不符，不能退回重办；请核对评价后再办")
