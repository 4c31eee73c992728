"""Declining (不予受理): what is said to the caller, and when a repeat may be declined (Art. 3, 11(1))."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from regulation.articles import NotAllowed
from regulation.declining import Decline, DeclineCode, Needs
from services.intake import lifecycle
from services.intake.lifecycle import ACCEPTANCE
from services.intake.rules.ticket import DeclineRequest, Settlement, Ticket

# 11(1), 已经按照法律、法规、规章、政策规定办理完毕并回复: how an order ended so; a withdrawn one was not answered.
_LAWFUL_CLOSINGS = frozenset({"satisfied", "dissatisfied_lawful", "unreachable"})


def needs_turn_to(decline: Decline) -> bool:
    """Whether the caller must be told where to turn, or to stay on the way the matter is on."""
    return decline.needs in (Needs.WHERE_TO_TURN, Needs.WAY)


def needs_officer(decline: Decline) -> bool:
    """Whether only an officer may decline for it (11(1))."""
    return decline.needs is Needs.CONCLUDED_TICKET


def words_for(decline: Decline, words: str, turn_to: str, concluded: str = "") -> str:
    """What is said to the caller: the words given, always with the way; else the code's own, with the way or the concluded ticket.

    Raises NotAllowed when none are given and the code's own lack their detail.
    """
    way = turn_to.strip()
    if not words.strip():
        return decline.words(way if needs_turn_to(decline) else concluded)
    if way in words:
        return words
    return f"{words}\n请您按原途径（{way}）解决。" if decline.needs is Needs.WAY else f"{words}\n请您联系{way}。"


def is_concluded(ticket: Ticket) -> bool:
    """Dealt with by law and answered: answered directly, or its order closed otherwise than by withdrawal (11(1))."""
    if ticket.state is lifecycle.State.ANSWERED:
        return True
    return ticket.state is lifecycle.State.CLOSED and ticket.order.closing in _LAWFUL_CLOSINGS


def check_repeat(ticket: Ticket, earlier: Ticket, *, same_caller: bool) -> None:
    """A repeat is the same caller's, of a ticket that was concluded and answered (11(1)). Raises NotAllowed."""
    if earlier.ticket_id == ticket.ticket_id:
        raise NotAllowed(ACCEPTANCE, "所关联的是本工单自身，请关联此前已办结并回复的工单")
    if not same_caller:
        raise NotAllowed(ACCEPTANCE, f"工单{earlier.number}与本工单不能确认是同一诉求人，不属于重复反映，应当受理")
    if not is_concluded(earlier):
        raise NotAllowed(ACCEPTANCE, f"工单{earlier.number}现为“{earlier.state.term}”，尚未依法办理完毕并回复，不属于重复反映，应当受理")


def request_decline(ticket: Ticket, repeats_ticket_id: str, by: str, now: datetime) -> Ticket:
    """An operator asks an officer to decline a repeat (11(1)). One request at a time."""
    state, _ = lifecycle.step(ticket.state, lifecycle.REQUEST_DECLINE)
    if ticket.decline_request:
        raise NotAllowed(ACCEPTANCE, "已申请不予受理，正等待审核员或督办员决定，请勿重复申请")
    request = DeclineRequest(repeats_ticket_id, by, now)
    return replace(ticket, state=state, decline_request=request, version=ticket.version + 1)


def refuse_decline(ticket: Ticket) -> Ticket:
    """The officer finds it is no repeat; the ticket goes its way (11(1))."""
    state, _ = lifecycle.step(ticket.state, lifecycle.REFUSE_DECLINE)
    if ticket.decline_request is None:
        raise NotAllowed(ACCEPTANCE, "该工单没有待决定的不予受理申请，请刷新后查看")
    return replace(ticket, state=state, decline_request=None, version=ticket.version + 1)


def decline_ticket(
    ticket: Ticket, code: DeclineCode, words: str, by: str, now: datetime, *, repeats: str = "", officer: bool = False
) -> Ticket:
    """Not taken, with a code and the words to say (Art. 3, 11(1)).

    A repeat (see check_repeat) only by an officer, and not by whoever asked for it. Raises NotAllowed.
    """
    state, _ = lifecycle.step(ticket.state, lifecycle.DECLINE)
    if code is DeclineCode.REPEAT:
        _check_officer(ticket, by, officer=officer)
    settlement = Settlement(at=now, by=by, decline_code=code, decline_words=words, repeats_ticket_id=repeats)
    return replace(ticket, state=state, settlement=settlement, decline_request=None, version=ticket.version + 1)


def _check_officer(ticket: Ticket, by: str, *, officer: bool) -> None:
    if not officer:
        raise NotAllowed(ACCEPTANCE, "以重复反映不予受理，须由审核员或督办员确认，请先申请不予受理")
    if ticket.decline_request and ticket.decline_request.by == by:
        raise NotAllowed(ACCEPTANCE, "申请人不能确认自己的申请，请由另一名审核员或督办员决定")
