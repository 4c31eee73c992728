"""Declining (不予受理): the reasons, the words to say, and when a repeat may be declined (Art. 3, 11(1))."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cache
from importlib import resources

from regulation.articles import NotAllowed
from services.intake import lifecycle
from services.intake.lifecycle import ACCEPTANCE
from services.intake.rules.ticket import DeclineRequest, Settlement, Ticket


class Code(StrEnum):
    """Why a matter is not taken."""

    LITIGATION = "litigation"
    ARBITRATION = "arbitration"
    DISCIPLINE = "discipline"
    RECONSIDERATION = "reconsideration"
    DISCLOSURE = "disclosure"
    PETITION = "petition"
    STATE_SECRET = "state_secret"  # noqa: S105 - a ground, no password
    TRADE_SECRET = "trade_secret"  # noqa: S105 - a ground, no password
    PRIVACY = "privacy"
    PUBLIC_ORDER = "public_order"
    OUTSIDE_TERRITORY = "outside_territory"
    IN_PROGRESS = "in_progress"
    REPEAT = "repeat"


@dataclass(frozen=True)
class Reason:
    """A reason with its clause and the words to say; {途径} stands where to turn."""

    code: Code
    name: str
    article: str
    words: str

    @property
    def needs_turn_to(self) -> bool:
        """Whether the caller must be told where to turn."""
        return WAY in self.words

    @property
    def needs_officer(self) -> bool:
        """Whether only an officer may decline for it."""
        return self.code is Code.REPEAT


WAY = "{途径}"


@cache
def reasons() -> dict[Code, Reason]:
    """Every code with its reason, in the order of the codes."""
    text = resources.files("services.intake").joinpath("seed", "declines.toml").read_text(encoding="utf-8")
    found = tomllib.loads(text)
    return {code: Reason(code, **found[code]) for code in Code}


# 11(1), 已经按照法律、法规、规章、政策规定办理完毕并回复: how an order ended so; a withdrawn one was not answered.
_LAWFUL_CLOSINGS = frozenset({"satisfied", "dissatisfied_lawful", "unreachable"})


def words_for(code: Code, words: str, turn_to: str) -> str:
    """What is said to the caller: the words given, else the code's own, always with the way."""
    if not words.strip():
        return reasons()[code].words.replace(WAY, turn_to.strip())
    return words if turn_to.strip() in words else f"{words}\n请您联系{turn_to.strip()}。"


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


def decline_ticket(ticket: Ticket, code: Code, words: str, by: str, now: datetime, *, repeats: str = "", officer: bool = False) -> Ticket:
    """Not taken, with a code and the words to say (Art. 3, 11(1)).

    A repeat (see check_repeat) only by an officer, and not by whoever asked for it. Raises NotAllowed.
    """
    state, _ = lifecycle.step(ticket.state, lifecycle.DECLINE)
    if code is Code.REPEAT:
        _check_officer(ticket, by, officer=officer)
    settlement = Settlement(at=now, by=by, decline_code=code, decline_words=words, repeats_ticket_id=repeats)
    return replace(ticket, state=state, settlement=settlement, decline_request=None, version=ticket.version + 1)


def _check_officer(ticket: Ticket, by: str, *, officer: bool) -> None:
    if not officer:
        raise NotAllowed(ACCEPTANCE, "以重复反映不予受理，须由审核员或督办员确认，请先申请不予受理")
    if ticket.decline_request and ticket.decline_request.by == by:
        raise NotAllowed(ACCEPTANCE, "申请人不能确认自己的申请，请由另一名审核员或督办员决定")
