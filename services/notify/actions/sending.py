"""The link's part, each a transaction: what is claimed, what came of it, and what became of it later."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from chassis.caller import Caller
from chassis.store import Store, Tx
from regulation.instants import local_day
from regulation.policy import Policy
from services.notify.actions.calling import NOBODY, settle
from services.notify.counting import count_attempt
from services.notify.lifecycle import Channel, State, follows
from services.notify.providers import Provider
from services.notify.rules.costs import cost_of, fits
from services.notify.rules.delivery import CLAIM, NO_PAUSE, Attempt, Outcome, after, choose, open_to
from services.notify.rules.hours import next_day, quiet_until
from services.notify.rules.templates import compile_template, render
from services.notify.store import copies, messages, paces, templates
from services.notify.store.messages import NOTHING

LOG = logging.getLogger(__name__)
BATCH = 200
AT_NIGHT, CEILING = "夜间不发送普通通知", "当日费用已达上限，次日再发"
OVER = "在有效期内未能发出"
# Of an address and its token.
AS_LONG_AS_A_LINK = "0" * 100
# What was not taken is not paid for; what may have been, is.
PAID = frozenset({Outcome.TAKEN, Outcome.UNANSWERED})


@dataclass(frozen=True)
class Claimed:
    """A message in hand: its row, the attempt that was begun for it, and by whom it goes."""

    row: Mapping[Any, Any]
    number: int
    provider: str

    @property
    def message_id(self) -> str:
        """The message's id."""
        return str(self.row["message_id"])

    def text(self, link: Callable[[], str]) -> str:
        """As it is sent; `link` makes what is signed."""
        return render(compile_template(self.row["notice"], self.row["template"]), self.row["fields"], link, self.row["language"])


@dataclass(frozen=True)
class Ended:
    """What came of an attempt. `throttled_for`: how long the provider wants to rest."""

    outcome: Outcome
    reason: str = ""
    reference: str = ""
    throttled_for: timedelta = NO_PAUSE


def begin(tx: Tx, ids: Iterable[str], providers: Sequence[Provider], room: Mapping[str, int]) -> list[Claimed]:
    """Claim messages of one tenant and begin an attempt for each that may go now; others are put off, or end.

    `room`: how many each provider may be given by this link; its rate binds all links together. What is claimed and never
    noted is claimed again after `CLAIM`.
    """
    rows = messages.claim(tx, ids)
    if not rows:
        return []
    tried = messages.attempts_of(tx, [row["message_id"] for row in rows])
    held = paces.hold(tx, {each.name: each.rate for each in providers if room[each.name] > 0})
    left, policy = {name: min(room[name], places) for name, places in held.room().items()}, copies.policy_of(tx)
    claimed = []
    for row in rows:
        attempts = [messages.attempt_of(each) for each in tried[row["message_id"]]]
        if _waits(tx, row, policy) or _ends(tx, row, attempts, providers):
            continue
        name = choose(attempts, [each.name for each in providers], {name for name, places in left.items() if places > 0})
        if name is None:
            continue
        claim = Claimed(row, len(attempts) + 1, name)
        cost = _cost(claim, providers)
        if _affords(tx, row, cost, policy):
            left[name] -= 1
            messages.begin(tx, claim.message_id, claim.number, name, cost)
            messages.retry_after(tx, claim.message_id, CLAIM)
            claimed.append(claim)
    paces.give(tx, held, [each.provider for each in claimed])
    return claimed


def speak(tx: Tx, claimed: Claimed, language: str, providers: Sequence[Provider]) -> Claimed:
    """Say it in the language of whom it goes to, as far as there are words; kept before it is sent, so that it is said so again.

    What it costs is set aside anew; only here may a day cost a little more than its ceiling.
    """
    row = claimed.row
    text = templates.current_in(tx, row["notice"], Channel(row["channel"]), language)
    if text is None or text.language == row["language"]:
        return claimed
    words = {"language": text.language, "template": text.text, "template_version": text.version}
    spoken = replace(claimed, row={**row, **words})
    messages.speak(tx, claimed.message_id, words)
    cost = _cost(spoken, providers)
    messages.spend(tx, local_day(tx.now).isoformat(), cost - _cost(claimed, providers))
    messages.cost(tx, claimed.message_id, claimed.number, cost)
    return spoken


def end(tx: Tx, claimed: Claimed, ended: Ended, providers: Sequence[Provider]) -> None:
    """Note what came of an attempt; the message goes on unless a receipt has told more meanwhile."""
    messages.ask_ahead(tx, claimed.message_id)
    row = messages.locked(tx, claimed.message_id)
    if row is None:
        return
    rows = messages.attempts_of(tx, [claimed.message_id])[claimed.message_id]
    mine = next(each for each in rows if each["number"] == claimed.number)
    cost = mine["cost"] if ended.outcome in PAID else NOTHING
    messages.end(tx, claimed.message_id, claimed.number, ended.outcome, ended.reason, ended.reference, cost)
    count_attempt(tx, claimed.provider, row["channel"], ended.outcome)
    if cost != mine["cost"]:
        messages.spend(tx, local_day(mine["begun_at"]).isoformat(), cost - mine["cost"])
    overtaken = ended.outcome is not Outcome.TAKEN and rows[-1]["number"] > claimed.number
    if row["state"] != State.QUEUED.value or overtaken:
        return
    known = [messages.attempt_of(each) for each in rows if each["number"] < claimed.number]
    attempts = [*known, Attempt(claimed.number, claimed.provider, ended.outcome)]
    following = after(attempts, [each.name for each in providers], ended.throttled_for)
    if following.state is State.QUEUED:
        messages.retry_after(tx, claimed.message_id, following.pause, ended.reason)
    else:
        settle(tx, row, following.state, tx.now, ended.reason)


def hear(tx: Tx, message_id: str, state: State, reason: str, at: datetime | None) -> None:
    """A peer tells what became of a message, perhaps twice, late, or before it was noted as sent."""
    row = messages.locked(tx, message_id)
    if row is not None and follows(State(row["state"]), state):
        if row["sent_at"] is None and state is State.DELIVERED:
            settle(tx, row, State.SENT, at or tx.now, "")
        settle(tx, row, state, at or tx.now, reason)


def expire_messages(store: Store) -> int:
    """Messages that nobody took in time; answers how many. What a crash leaves undone is due still."""
    found = store.read_across(lambda tx: messages.expired(tx, BATCH))
    for tenant, message_id in found:
        store.write(Caller.timer(store.service, tenant), lambda tx, message_id=message_id: _expire(tx, message_id))  # type: ignore[misc]  # bound here
    return len(found)


def _expire(tx: Tx, message_id: str) -> None:
    row = messages.locked(tx, message_id)
    if row is not None and row["state"] == State.QUEUED.value and row["expires_at"] <= tx.now:
        settle(tx, row, State.EXPIRED, tx.now, row["reason"] or OVER)


def _waits(tx: Tx, row: Mapping[Any, Any], policy: Policy) -> bool:
    """Whether it is night, and no time to call or write to anybody but for what is urgent."""
    quiet = quiet_until(tx.now, policy) if row["rank"] and row["channel"] != Channel.WEBHOOK.value else None
    if quiet is not None:
        messages.put_off(tx, row["message_id"], quiet, AT_NIGHT)
    return quiet is not None


def _ends(tx: Tx, row: Mapping[Any, Any], attempts: Sequence[Attempt], providers: Sequence[Provider]) -> bool:
    """Whether there is nobody left to send it, or nothing left to send."""
    if row["expires_at"] <= tx.now:
        settle(tx, row, State.EXPIRED, tx.now, row["reason"] or OVER)
        return True
    if not open_to(attempts, [each.name for each in providers]):
        settle(tx, row, State.FAILED, tx.now, NOBODY)
        return True
    return False


def _cost(claim: Claimed, providers: Sequence[Provider]) -> Decimal:
    price = next(each.price for each in providers if each.name == claim.provider)
    return cost_of(claim.text(lambda: AS_LONG_AS_A_LINK), price) if price else NOTHING


def _affords(tx: Tx, row: Mapping[Any, Any], cost: Decimal, policy: Policy) -> bool:
    """Set aside what it costs; where the day has no more to give it waits for the next."""
    if not cost:
        return True
    day = local_day(tx.now).isoformat()
    if not fits(messages.spend(tx, day, NOTHING), cost, policy.message_cost_ceiling):
        messages.put_off(tx, row["message_id"], next_day(tx.now), CEILING)
        return False
    messages.spend(tx, day, cost)
    return True
