"""intake asks kb while the caller is on the line: masked text alone, and nothing is hindered where kb is away (11(1))."""

from __future__ import annotations

import itertools
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Any

import grpc
import pytest

from chassis.caller import Caller
from chassis.clock import SetClock
from chassis.grpc.asking import asking_of
from hotline.intake.v1 import suggestions_pb2 as pb
from hotline.kb.v1 import search_pb2
from hotline.ticket.v1 import ticket_pb2 as shared
from services.intake import suggestions
from tests.harness import OpenStore, Served
from tests.services.intake.desk import HANDLER, OPERATOR, REVIEWER, SAID, Desk
from tests.services.kb.shelves import Library
from tests.services.refused import Refused

Asked = list[search_pb2.SuggestAnswersRequest]
CITED = shared.Citation(entry_id="entry-1", version=3)


@contextmanager
def desk_asking(store_for: OpenStore, address: str) -> Iterator[Desk]:
    """A served intake that finds kb at an address."""
    store = store_for("intake")
    store.settings = replace(store.settings, addresses={"kb": address})
    running = Served("intake", store)
    try:
        yield Desk(running)
    finally:
        running.stop()


@pytest.fixture
def library(store_for: OpenStore, clock: SetClock) -> Iterator[Library]:
    running = Served("kb", store_for("kb"))
    yield Library(running, clock)
    running.stop()


@pytest.fixture
def desk_with_kb(store_for: OpenStore, library: Library, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    # A machine under load is no reason to go on without kb.
    monkeypatch.setattr(suggestions, "SECONDS", 60.0)
    with desk_asking(store_for, f"127.0.0.1:{library.served._server.port}") as desk:
        yield desk


def suggest(desk: Desk, by: Caller = OPERATOR, **fields: Any) -> pb.SuggestAnswersResponse:
    answer: pb.SuggestAnswersResponse = desk.ask("SuggestionService/SuggestAnswers", by, None, **fields)
    return answer


def test_answers_are_suggested_for_a_text_and_for_a_ticket(desk_with_kb: Desk, library: Library) -> None:
    entry = library.published(citywide=True)
    asked: tuple[dict[str, Any], ...] = ({"text": "家里停水三天了"}, {"title": "停水"}, {"ticket_id": desk_with_kb.register().ticket_id})
    for by, fields in itertools.product((OPERATOR, REVIEWER), asked):
        answer = suggest(desk_with_kb, by, **fields)
        assert ([each.entry_id for each in answer.suggestions], answer.away) == ([entry.entry_id], False)
        assert answer.suggestions[0].version == 1
        assert "24小时" in answer.suggestions[0].public_words


def test_only_masked_text_is_sent(desk_with_kb: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: Asked = []
    attempt = asking_of(desk_with_kb.store.settings).attempt

    def noted(tenant_id: str, method: str, request: search_pb2.SuggestAnswersRequest, *rest: Any) -> Any:
        asked.append(request)
        return attempt(tenant_id, method, request, *rest)

    monkeypatch.setattr(asking_of(desk_with_kb.store.settings), "attempt", noted)
    suggest(desk_with_kb, ticket_id=desk_with_kb.register().ticket_id)
    suggest(desk_with_kb, text=SAID)
    sent = "\n".join(str(each) for each in asked)
    assert len(asked) == 2
    assert "停水" in asked[0].text
    for secret in ("13805331234", "0533-2770001", "鲁CA1234"):
        assert secret not in sent
    assert "张三丰" not in asked[0].text


def test_kb_away_is_a_mark_and_no_fault(store_for: OpenStore) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    with desk_asking(store_for, f"127.0.0.1:{port}") as desk:
        ticket = desk.register()
        assert suggest(desk, ticket_id=ticket.ticket_id) == pb.SuggestAnswersResponse(away=True)
        assert desk.do("TicketService/AnswerDirectly", ticket, answer="明早恢复").settlement.answer == "明早恢复"


def test_kb_that_hangs_holds_nobody_longer_than_the_deadline(store_for: OpenStore) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent, desk_asking(store_for, f"127.0.0.1:{silent.getsockname()[1]}") as desk:
        with ThreadPoolExecutor(4) as threads:
            answers = list(threads.map(lambda _: suggest(desk, text="停水"), range(4)))
        assert all(answer.away for answer in answers)


def test_a_ticket_that_may_not_be_read_is_not_asked_about(desk_with_kb: Desk) -> None:
    with pytest.raises(Refused, match="NOT_FOUND"):
        suggest(desk_with_kb, ticket_id="nowhere")
    with pytest.raises(Refused) as refused:
        suggest(desk_with_kb)
    assert refused.value.field == "text"
    with pytest.raises(Refused, match="PERMISSION_DENIED"):
        suggest(desk_with_kb, HANDLER, text="停水")


def test_intake_may_ask_kb_and_no_other_service_may(library: Library) -> None:
    library.published()
    assert library.ask("SearchService/SuggestAnswers", Caller.peer("intake", "zibo"), title="停水").suggestions
    with pytest.raises(Exception, match="PERMISSION_DENIED") as refused:
        library.ask("SearchService/SuggestAnswers", Caller.peer("sla", "zibo"), title="停水")
    assert not isinstance(refused.value, grpc.RpcError)


def test_a_direct_answer_cites_entry_and_version(desk: Desk) -> None:
    answered = desk.do("TicketService/AnswerDirectly", desk.register(), answer="计划停水提前24小时通知", citation=CITED)
    assert answered.settlement.citation == CITED
    assert desk.get(answered).settlement.citation == CITED
    (told,) = desk.told("TicketSettled")
    assert told.citation == CITED
    steps = desk.ask("JournalService/ListJournalEntries", OPERATOR, ticket_id=answered.ticket_id).entries
    assert CITED.entry_id in steps[-1].detail


def test_an_answer_without_an_entry_cites_none(desk: Desk) -> None:
    answered = desk.do("TicketService/AnswerDirectly", desk.register(), answer="已解释")
    assert not answered.settlement.HasField("citation")
    assert not desk.told("TicketSettled")[0].HasField("citation")


@pytest.mark.parametrize("half", [{"entry_id": "entry-1"}, {"version": 3}])
def test_half_a_citation_is_refused(desk: Desk, half: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        desk.do("TicketService/AnswerDirectly", desk.register(), answer="已解释", citation=shared.Citation(**half))
    assert (refused.value.code, refused.value.field, refused.value.article) == ("INVALID_ARGUMENT", "citation", "11-1")
