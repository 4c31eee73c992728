"""Everybody calls at once through the longest chain of asks there is, and nobody waits for somebody who waits for them.

Today that chain is the door, which holds a thread for each call it forwards, intake, and kb, which intake asks for answers. A
new ask lengthens it and belongs here.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from hotline.intake.v1 import content_pb2 as content
from hotline.intake.v1 import suggestions_pb2 as suggestions
from hotline.intake.v1 import tickets_pb2 as tickets
from hotline.ticket.v1 import ticket_pb2 as shared
from simulator.instance import running
from simulator.people import House
from tests.journeys.cities import CITY, EDITION_BEGINS, caller
from tests.journeys.verbs import ask

CALLERS = 64
CALLS_EACH = 8

pytestmark = pytest.mark.proof


@contextmanager
def called(folder: Path) -> Iterator[House]:
    """A hotline and everybody who may call it."""
    with running(folder) as instance:
        house = House(instance.door, instance.credentials)
        try:
            yield house
        finally:
            house.close()


@pytest.mark.usefixtures("environment")
def test_sixty_four_callers_through_the_longest_chain_of_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOCK_START", EDITION_BEGINS)
    with called(tmp_path / "city") as house:
        answered: list[bool] = []

        def call(number: int) -> str:
            operator = house.of_tenant(CITY, "ROLE_OPERATOR", number)
            said = content.TicketContent(
                channel=shared.CHANNEL_PHONE, nature=shared.NATURE_COMPLAINT, category="01.01.01", text=f"第{number}位来电：停水了",
                caller=caller(number), place=shared.Place(district="zhangdian"),
            )  # fmt: skip
            ticket = ask(operator, "register_ticket", tickets.RegisterTicketRequest(content=said, masking_confirmed=True)).ticket
            suggested = suggestions.SuggestAnswersRequest(ticket_id=ticket.ticket_id)
            found = operator.ask("intake.v1.SuggestionService/SuggestAnswers", suggested, suggestions.SuggestAnswersResponse)
            assert bool(found.suggestions) != found.away
            answered.append(not found.away)
            formed = ask(operator, "form_ticket", tickets.FormTicketRequest(ticket_id=ticket.ticket_id, version=ticket.version)).ticket
            seen = ask(operator, "get_ticket", tickets.GetTicketRequest(ticket_id=ticket.ticket_id)).ticket
            assert (seen.number, seen.version) == (formed.number, formed.version)
            return str(seen.number)

        with ThreadPoolExecutor(CALLERS) as threads:
            numbers = list(threads.map(call, range(CALLERS * CALLS_EACH)))
    assert len(set(numbers)) == CALLERS * CALLS_EACH
    assert sum(answered) > len(answered) // 2
