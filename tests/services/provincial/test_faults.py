"""Whatever is repeated, reordered, cut off or crashes, on either side: both agree at the end, nothing doubled, nothing lost.

The store, its actions, the taking of messages and the province's book are the real ones; the network between them, and intake, are
played, so that a fault may fall between any two steps. That intake itself knows a request by its id is `test_link.py`'s to show.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from unittest.mock import patch

import grpc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.bus.marks import heard_by
from chassis.clock import SetClock
from chassis.linking import Line
from chassis.migrate import upgrade
from chassis.settings import Settings
from chassis.store import Store, open_store
from hotline.dispatch.v1 import events_pb2 as dispatch
from hotline.intake.v1 import events_pb2 as intake
from hotline.intake.v1 import tickets_pb2 as tickets
from hotline.ticket.v1 import ticket_pb2 as ticket
from services.provincial import wire
from services.provincial.actions import reconciling, sending
from services.provincial.lifecycle import FeedbackKind
from services.provincial.link.taking import Taking
from services.provincial.provinces import Certificates, Province
from services.provincial.rules.delivery import LONGEST_PAUSE, Outcome
from services.provincial.rules.mapping import Codes
from services.provincial.rules.signing import Algorithm, Shared
from services.provincial.store import feedback
from services.provincial.store.tables import metadata
from services.provincial.worker import ProvincialWorker
from simulator.province.book import Book
from tests.harness import MORNING
from tests.services.notify.office import stamp
from tests.services.provincial.board import BY, CITY, CITY_CODE, CODE, content

DAY = MORNING.date()
NAMES = itertools.count(1)
PROVINCE = Province(CODE, CITY, CITY_CODE, Shared(Algorithm.SHA256, b"a-key-of-both-sides-1"), "http://nowhere", 0, Certificates(), Codes())
KINDS = {"sent": {"ORDER": "order", "SUPPLEMENT": "supplement"}}
# Where a fault falls: before anything is done, or after it was done and before anybody heard of it; or nowhere.
FAULTS = st.sampled_from(["", "", "before", "after"])
STEPS = st.lists(st.tuples(st.sampled_from(["push", "hear", "tell"]), st.integers(0, 11), FAULTS), max_size=40)


class Away(grpc.RpcError):
    """As intake is away."""

    def code(self) -> grpc.StatusCode:
        return grpc.StatusCode.UNAVAILABLE


class Intake:
    """What is promised of intake: a request has one effect by its id."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}
        self.registered: Counter[str] = Counter()
        self.supplemented: Counter[str] = Counter()
        self.fault = ""

    def ask(self, _tenant: str, _method: str, request: Any, answer: type[Any]) -> Any:
        if self.fault == "before":
            raise Away
        if request.request_id not in self.answers:
            self.answers[request.request_id] = self._effect(request, answer())
        if self.fault == "after":
            raise Away
        return self.answers[request.request_id]

    def _effect(self, request: Any, answer: Any) -> Any:
        if isinstance(request, tickets.SupplementTicketRequest):
            self.supplemented[request.text] += 1
        else:
            number = request.content.provincial_number
            self.registered[number] += 1
            answer.ticket.ticket_id, answer.ticket.number = f"t-{number}", f"ZB-{number}"
        return answer


class Play:
    """A province with three orders and what was added to them, our link, and a clock of real time."""

    def __init__(self, store: Store) -> None:
        self.store, self.intake, self.now = store, Intake(), MORNING
        self.book = Book(CITY_CODE)
        self.taking = Taking(Line(store, self.intake, asyncio.Event()))  # type: ignore[arg-type]  # a played intake
        self.worker = ProvincialWorker()
        name = next(NAMES)
        self.numbers = [f"SD{name}-{each}" for each in range(3)]
        self.sent = []
        for number in self.numbers:
            self.sent.append(self.book.send(number, "ORDER", content(), MORNING.isoformat()))
            for each in range(2):
                added = {"content": f"{number} 补充 {each}"}
                self.sent.append(self.book.send(number, "SUPPLEMENT", added, MORNING.isoformat()))

    def push(self, which: int, fault: str) -> None:
        """The province sends something, perhaps again, whatever it was answered before."""
        key = self.sent[which % len(self.sent)]
        message = wire.read_message(json.dumps(self.book.sent[key]).encode())
        self.intake.fault = fault
        taken = self.taking._take(PROVINCE, message)
        self.intake.fault = ""
        assert taken.refusal is None
        # An acknowledgement may be lost too: the odd ones are.
        if taken.taken and not (fault and which % 2):
            self.book.acknowledge(key, "0000", taken.ticket_number)

    def hear(self, which: int, fault: str) -> None:
        """intake and dispatch tell of a ticket that intake has, in any order and again; or the handling of it rolls back."""
        number = self.numbers[which % 3]
        if self.intake.registered[number] and fault != "before":
            event = self._told(number)[which % 4]
            hearing = heard_by(self.worker)[event.DESCRIPTOR.full_name]
            self.store.write(BY, lambda tx: hearing.run([event] if hearing.together else event, tx))

    def tell(self, _which: int, fault: str) -> None:
        """The link tells what it may: the province does not hear it, or it does and its answer is lost, or we die before we note it."""
        for claimed in self.store.write(BY, lambda tx: sending.claim(tx, CODE, 2)):
            outcome = Outcome.UNKNOWN
            if fault != "before":
                row = claimed.row
                said = wire.feedback(CITY_CODE, row["feedback_id"], row["number"], FeedbackKind(row["kind"]), row["at"], row["content"])
                self.book.hear(json.loads(said))
                outcome = Outcome.UNKNOWN if fault else Outcome.TAKEN
            if not (fault and _which % 3 == 0):
                self.store.write(BY, lambda tx, claimed=claimed, outcome=outcome: sending.end(tx, claimed, outcome, ""))  # type: ignore[misc]  # bound here
        self.now += LONGEST_PAUSE if _which % 2 else timedelta(seconds=1)

    def settle(self) -> None:
        """Nothing goes wrong any more."""
        while waiting := self.book.waiting():
            for key in waiting:
                self.push(self.sent.index(key), "")
        for which in range(12):
            self.hear(which, "")
        while self._queued():
            self.now += LONGEST_PAUSE
            self.tell(1, "")

    def differences(self, day: date) -> list[Any]:
        """As the command finds them."""
        there = self.book.ledger(day.isoformat())
        sent = {(each["orderNo"], str(each["version"])): KINDS["sent"][each["msgType"]] for each in there["sent"]}
        told = {(each["orderNo"], each["msgId"]): each["msgType"] for each in there["received"]}
        found = self.store.write(BY, lambda tx: reconciling.reconcile(tx, CODE, day, reconciling.Books(sent, told)))
        return [each for each in found if each.number in self.numbers]

    def _queued(self) -> int:
        return self.store.read(BY, lambda tx: feedback.measure(tx, CODE)[0])

    def _told(self, number: str) -> list[Any]:
        at = [stamp(MORNING + timedelta(hours=hour)) for hour in range(1, 5)]
        order = dispatch.OrderSnapshot(order_id=f"o-{number}", ticket_id=f"t-{number}", source=ticket.SOURCE_PROVINCIAL, unit_id="water")

        def changed(verb: str, version: int, **facts: Any) -> dispatch.OrderChanged:
            told = dispatch.OrderChanged(order=order, verb=verb, at=at[version - 1], **facts)
            told.order.version = version
            return told

        formed = intake.TicketFormed(
            ticket_id=f"t-{number}", number=f"ZB-{number}", provincial_number=number, channel=ticket.CHANNEL_PROVINCIAL, formed_at=at[0]
        )  # fmt: skip
        rated = {"process": dispatch.RATING_FAIR, "result": dispatch.RATING_FAIR}
        return [formed, changed("dispatch", 2), changed("record_ratings", 3, **rated), changed("close", 4, closing=1)]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    told = Settings("provincial", data=tmp_path_factory.mktemp("faults"))
    upgrade(told)
    opened = open_store(told, metadata, SetClock(MORNING))
    yield opened
    opened.close()


@settings(max_examples=25)
@given(steps=STEPS)
def test_both_sides_agree_at_the_end_nothing_doubled_nothing_lost(store: Store, steps: list[tuple[str, int, str]]) -> None:
    play = Play(store)
    with patch.object(feedback, "real_now", lambda: play.now):
        for step, which, fault in steps:
            getattr(play, step)(which, fault)
        play.settle()
    assert set(play.book.acknowledged) == set(play.sent)
    assert [play.intake.registered[number] for number in play.numbers] == [1, 1, 1]
    assert sorted(play.intake.supplemented.values()) == [1] * 6
    heard: dict[str, list[tuple[datetime, str]]] = {number: [] for number in play.numbers}
    for each in play.book.heard.values():
        heard[each["orderNo"]].append((datetime.fromisoformat(each["occurTime"]), each["msgType"]))
    for told in heard.values():
        assert sorted(kind for _, kind in told) == ["ACCEPT", "FINISH", "RECEIPT", "TRANSFER", "VISIT"]
    assert play.differences(DAY) == []


def test_the_command_finds_what_only_one_side_has(store: Store) -> None:
    play = Play(store)
    with patch.object(feedback, "real_now", lambda: play.now):
        play.settle()
    forgotten = play.sent[0]
    del play.book.sent[forgotten]
    never = play.book.send(play.numbers[1], "SUPPLEMENT", {"content": "没有送到"}, MORNING.isoformat())
    dropped = next(each for each in play.book.heard.values() if each["orderNo"] == play.numbers[2])
    del play.book.heard[dropped["msgId"]]
    found = {(each.side, each.code, each.number, each.message) for each in play.differences(DAY)}
    assert found == {
        ("sent", "missing_there", forgotten[0], "1"),
        ("sent", "missing_here", never[0], str(never[1])),
        ("told", "missing_there", dropped["orderNo"], dropped["msgId"]),
    }
