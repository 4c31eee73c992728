"""Who calls, and every number said on the way, stays with intake: nothing of it in any store, queue, log, trace or metric (Art. 17)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

import pytest

from tests.journeys.cities import City
from tests.journeys.long_way import REASON, SAID, formed, walk
from tests.journeys.planting import KEPT, MARK, Planted, Planting, needles, numbers, spellings, texts_of
from tests.journeys.receiver import Receiver
from tests.journeys.tap import Copies, tapped
from tests.journeys.verbs import verbs, writes
from tests.journeys.waiting import becomes, until

pytestmark = pytest.mark.journey
# The tree of categories is kept up on nobody's journey.
ON_NO_JOURNEY = {"AddCategory", "RenameCategory", "DropParkedMessage"}
HOLDING_TEXTS = {
    "intake.tickets", "intake.supplements", "intake.outbox", "intake.journal", "dispatch.tickets", "dispatch.rounds", "dispatch.replies",
    "dispatch.attempts", "dispatch.returns", "dispatch.extensions", "dispatch.progress_reports", "dispatch.journal", "dispatch.retries",
    "dispatch.assists", "dispatch.coordinations", "dispatch.minutes", "dispatch.precedents", "dispatch.reply_templates", "notify.messages",
}  # fmt: skip
CONTEXT = 60


@pytest.mark.begins("2025-01-06 09:00")
def test_nothing_that_names_a_caller_leaves_what_intake_has_sealed(city: City, receiver: Receiver) -> None:
    planted = Planted()
    with ExitStack() as stack:
        house = Planting(city.instance, planted)
        stack.callback(house.close)
        copies = stack.enter_context(_copies(city))
        playing = replace(city, house=house)
        furthest = walk(playing)
        with city.stores.refusing("dispatch", "supplements"):
            formed(playing).do("supplement_ticket", playing.hub.call_back, text=SAID)
            becomes(lambda: [row["type"] for row in city.stores.rows("dispatch", "retries")], ["hotline.intake.v1.TicketSupplemented"])
            until(lambda: {span.name for _, span in receiver.spans()}, lambda names: "dispatch handle TicketSupplemented" in names)
            becomes(lambda: [row for row in city.stores.rows("notify", "messages") if row["state"] == "queued"], [])
            places = dict(_everything(city, receiver, copies))
        city.rests()
        original, caller = (furthest.do(verb, city.hub.call_back, **REASON) for verb in ("reveal_text", "reveal_caller"))
    assert _unplanted(planted) == set()
    assert caller.caller == KEPT
    assert SAID in original.text
    assert all(number in original.text for number in numbers(planted.places["RegisterTicket.content.text"]))
    assert [found for where, data in places.items() for found in _found(where, data)] == []
    # The link had the number in hand, and sent to it.
    taken = [row for row in city.stores.rows("notify", "attempts") if row["outcome"] == "taken"]
    assert {row["provider"] for row in taken} == {"mobile"}
    assert city.texts(KEPT.phone)

    # It would have been found: the texts came everywhere, without what was taken out of them.
    marked = {where for where, data in places.items() if any(spelling in data for spelling in spellings(MARK))}
    assert (HOLDING_TEXTS | ({"queues"} if "queues" in places else set())) - marked == set()


def _everything(city: City, receiver: Receiver, copies: Copies) -> Iterator[tuple[str, bytes]]:
    """All that is kept and told anywhere, by where."""
    tables: dict[str, list[bytes]] = defaultdict(list)
    for cell in city.stores.cells():
        tables[f"{cell.service}.{cell.table}"].append(_bytes(cell.value))
    yield from ((where, b"\n".join(values)) for where, values in tables.items())
    # Not only rows: a file may keep what was deleted.
    yield from ((file.name, file.read_bytes()) for file in city.stores.folder.rglob("*") if file.is_file())
    yield "spans", b"\n".join(receiver.exports)
    yield from ((f"metrics at {port}", page) for port, page in city.metrics().items())
    if messages := copies():
        yield "queues", b"\n".join(messages)


def _found(where: str, data: bytes) -> Iterator[str]:
    for what, needle in needles():
        at = data.find(needle)
        if at >= 0:
            yield f"{where}: {what}: …{data[max(at - CONTEXT, 0) : at + CONTEXT].decode(errors='replace')}…"


def _unplanted(planted: Planted) -> set[str]:
    """Texts of verbs that change something into which nothing was planted: the way does not lead there."""
    methods = [method for verb, method in verbs().items() if writes(verb) and method.name not in ON_NO_JOURNEY]
    texts = {f"{method.name}.{path}" for method in methods for path in texts_of(method.input_type)}
    return texts - planted.places.keys()


@contextmanager
def _copies(city: City) -> Iterator[Copies]:
    """Of every message on RabbitMQ; without servers there is none outside the worker's memory."""
    uri = city.environment.get("AMQP_URI")
    if uri is None:
        yield list
        return
    with tapped(uri) as copies:
        yield copies


def _bytes(value: Any) -> bytes:
    if isinstance(value, bytes | memoryview):
        return bytes(value)
    return (json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)).encode()
