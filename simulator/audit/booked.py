"""The book's side: the facts that must follow of what was done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from regulation.policy import Policy
from regulation.terms import Light
from simulator.book.dates import LIT
from simulator.book.rounds import Asked, Round
from simulator.book.standing import VOID_ENDINGS, Standing
from simulator.book.story import Story
from simulator.book.tickets import Page

Facts = dict[str, Any]


def ticket_facts(page: Page, policy: Policy, now: datetime) -> Facts:
    """What intake must answer."""
    standing = page.story.standing() if page.story else None
    return {
        "state": page.state_now,
        "channel": page.channel,
        "urgent": page.urgent,
        "received_at": page.received_at,
        "settled_at": page.settled_at,
        "settle_by": page.settle_by(policy),
        "settle_overdue": page.settle_overdue(policy, now),
        "decline_code": page.decline_code,
        "repeats": page.repeats,
        "recurs": page.recurs,
        "passed_to": page.passed_to,
        "supplements": page.supplements,
        "attachments": page.attachments,
        "order state": standing.state if standing else "UNSPECIFIED",
        "order closing": standing.closing if standing else "UNSPECIFIED",
    }


def order_facts(story: Story, now: datetime) -> Facts:
    """What dispatch and sla must answer."""
    standing = story.standing()
    facts: Facts = {
        "state": standing.state,
        "closing": standing.closing,
        "unit": standing.unit_id,
        "source": story.source.name,
        "urgent": story.urgent,
        "returns": standing.returns,
        "reworks": standing.reworks,
        "steps": tuple(story.verbs),
        "coordination": standing.coordinating,
        "requests": tuple(_request(each) for each in standing.requests),
        "lights": _lights(standing, now),
        "urgings": _urgings(standing, now),
        "urgings shown": _urgings(standing, now),
    }
    for round_ in standing.rounds:
        facts[f"round {round_.number}"] = _round(standing, round_, now)
    for kept in standing.dates:
        deadline = kept.deadline
        name = f"date {kept.round} {kept.kind.name} {deadline.deadline_at:%m-%dT%H:%M:%S}"
        facts[name] = (deadline.deadline_at, deadline.yellow_at, deadline.red_at, kept.state, kept.late, deadline.provisional)
    return facts


def _lights(standing: Standing, now: datetime) -> tuple[Any, ...]:
    turned = [(kept.round, kept.kind.name, light.name, at) for kept in standing.dates for light, at in kept.lights(now)]
    return tuple(sorted(turned))


def _urgings(standing: Standing, now: datetime) -> tuple[Any, ...]:
    """12, 13: one with each red light."""
    red = [(kept.round, kept.kind.name, at) for kept in standing.dates for light, at in kept.lights(now) if light is Light.RED]
    return tuple(sorted(red))


def _request(asked: Asked) -> tuple[Any, ...]:
    decided = asked.decide_by, asked.decision, asked.decided, asked.late_decision
    return asked.facet, asked.round, asked.at, asked.late, bool(asked.escalated), *decided


def _round(standing: Standing, round_: Round, now: datetime) -> tuple[Any, ...]:
    return (
        round_.unit_id, round_.ending, round_.late_return, _overdue(standing, round_, now), round_.extensions, round_.promises,
        round_.deficient, round_.attempts, round_.process, round_.result, round_.via, round_.delivered, round_.signed_in,
        round_.reported, round_.replied, round_.passed, round_.link_sent, round_.unreachable, round_.rated,
    )  # fmt: skip


def _overdue(standing: Standing, round_: Round, now: datetime) -> bool:
    """11(6), 12, 20: what the assessment counts, once a round."""
    if round_.late_return:
        return True
    if round_.ending in VOID_ENDINGS:
        return False
    due = [each for each in standing.dates if each.round == round_.number and each.kind in LIT][-1]
    return not due.undecided and (due.answered_at or now) > due.deadline.deadline_at


def counts(story: Story) -> tuple[int, int, int]:
    """Returns granted, extensions granted, reworks: of an order and what was handed on from it."""
    all_of_it = [each.standing() for each in story.everyone()]
    extended = sum(round_.extensions for standing in all_of_it for round_ in standing.rounds)
    return sum(each.returns for each in all_of_it), extended, sum(each.reworks for each in all_of_it)
