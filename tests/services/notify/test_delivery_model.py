"""Whatever providers answer, and wherever a crash falls: nothing lost, nothing sent again that was known to be taken."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.caller import Caller
from chassis.clock import SetClock
from chassis.migrate import upgrade
from chassis.settings import Settings
from chassis.store import Store, open_store
from services.notify.actions import notifying, sending
from services.notify.actions.notifying import Said
from services.notify.actions.sending import Ended
from services.notify.lifecycle import Channel, State
from services.notify.providers import Provider
from services.notify.rules.delivery import CLAIM, LONGEST_PAUSE, Outcome
from services.notify.store import messages
from services.notify.store.tables import metadata
from tests.harness import MORNING
from tests.services.notify.office import CITY

PROVIDERS = tuple(Provider(name, "log", frozenset({Channel.SMS}), 1_000_000, Decimal("0.05")) for name in ("one", "two", "three"))
BY = Caller.timer("notify", CITY)
ANSWERS = [outcome for outcome in Outcome if not outcome.ends]
# Per attempt: what the provider answers, whether a crash keeps that from being noted, whether a receipt tells it nevertheless.
STEPS = st.lists(st.tuples(st.sampled_from(ANSWERS), st.booleans(), st.booleans()), max_size=7)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Any:
    told = Settings("notify", data=tmp_path_factory.mktemp("model"))
    upgrade(told)
    opened = open_store(told, metadata, SetClock(MORNING + timedelta(hours=2)))
    yield opened
    opened.close()


class Run:
    """One message, and what its providers know of it."""

    def __init__(self, store: Store, now: datetime) -> None:
        self.store, self.now = store, now
        self.told_taken = False
        said = Said("ticket_formed", store.write(BY, lambda tx: tx.new_id()), store.clock.now(), {"number": "ZB1"}, ticket_id="t-1")
        for _ in range(2):
            store.write(BY, lambda tx: notifying.notify_caller(tx, said))
        (self.message_id,) = [each for _, each in self.waiting()]

    def waiting(self) -> list[tuple[str, str]]:
        return self.store.read_across(lambda tx: messages.waiting(tx, Channel.SMS, 10))

    def row(self) -> Any:
        return self.store.read(BY, lambda tx: messages.one(tx, self.message_id))

    def step(self, outcome: Outcome, *, crashes: bool, receipt: bool) -> None:
        """An attempt, if one may be made now."""
        room = {each.name: 1 for each in PROVIDERS}
        begun = self.store.write(BY, lambda tx: sending.begin(tx, [self.message_id], PROVIDERS, room))
        if not begun:
            return
        assert not self.told_taken, "it was known to be taken, and sent again"
        (claimed,) = begun
        if receipt and outcome is Outcome.TAKEN:
            self.told_taken = True
            self.store.write(BY, lambda tx: sending.hear(tx, self.message_id, State.DELIVERED, "", None))
        if not crashes:
            self.store.write(BY, lambda tx: sending.end(tx, claimed, Ended(outcome, "", "ref"), PROVIDERS))
            self.told_taken |= outcome is Outcome.TAKEN


@settings(max_examples=30)
@given(steps=STEPS)
def test_nothing_is_lost_and_nothing_doubled_that_was_known_to_be_taken(store: Store, steps: list[tuple[Outcome, bool, bool]]) -> None:
    now = [MORNING]
    with patch.object(messages, "real_now", lambda: now[0]):
        run = Run(store, MORNING)
        for outcome, crashes, receipt in steps:
            run.step(outcome, crashes=crashes, receipt=receipt)
            now[0] += max(CLAIM, LONGEST_PAUSE)
        attempts = store.read(BY, lambda tx: messages.attempts_of(tx, [run.message_id]))[run.message_id]
        refused = {each["provider"] for each in attempts if each["outcome"] == "refused"}
        state = State(run.row()["state"])
        if run.told_taken:
            assert state in (State.SENT, State.DELIVERED)
        elif len(refused) == len(PROVIDERS):
            assert state is State.FAILED
        else:
            assert state is State.QUEUED
            assert run.message_id in [each for _, each in run.waiting()]
        # One that refused is not asked again, and no two attempts are of one number.
        assert len(refused) == sum(each["outcome"] == "refused" for each in attempts)
        assert [each["number"] for each in attempts] == list(range(1, len(attempts) + 1))
        store.write(BY, lambda tx: messages.set_state(tx, run.message_id, State.EXPIRED, tx.now))
