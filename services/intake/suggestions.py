"""Answers from the knowledge base (11(1)): intake asks kb, with masked text alone, and goes on without it where it is away."""

from __future__ import annotations

from collections.abc import Callable

from chassis.errors import Invalid
from chassis.grpc.asking import asking_of
from chassis.store import Tx
from hotline.intake.v1 import suggestions_pb2 as pb
from hotline.kb.v1 import search_pb2 as kb
from services.intake.actions.reading import readable
from services.intake.rules.reading import Reading

METHOD = "hotline.kb.v1.SearchService/SuggestAnswers"
# The caller is on the line.
SECONDS = 0.8


def suggest_answers(tx: Tx, request: pb.SuggestAnswersRequest) -> Callable[[], pb.SuggestAnswersResponse]:
    """What is to be asked once the transaction is over. Raises Missing, Denied for a ticket, Invalid where nothing is given."""
    asked, tenant_id = _asked(tx, request), tx.by.tenant_id
    asking = asking_of(tx.settings)

    def ask() -> pb.SuggestAnswersResponse:
        found = asking.attempt(tenant_id, METHOD, asked, kb.SuggestAnswersResponse, SECONDS)
        if found is None:
            return pb.SuggestAnswersResponse(away=True)
        return pb.SuggestAnswersResponse(suggestions=found.suggestions)

    return ask


def _asked(tx: Tx, request: pb.SuggestAnswersRequest) -> kb.SuggestAnswersRequest:
    if request.ticket_id:
        ticket, _ = readable(tx, request.ticket_id, Reading.MASKED)
        return kb.SuggestAnswersRequest(title=ticket.title, text=ticket.text, category=ticket.category)
    if not (request.title.strip() or request.text.strip()):
        raise Invalid("text", "请填写诉求内容，或选择工单", "11-1")
    return kb.SuggestAnswersRequest(title=request.title, text=request.text, category=request.category)
