"""Finding entries while typing, and answers for a ticket's text."""

from __future__ import annotations

from chassis.store import Tx
from hotline.kb.v1 import search_pb2 as pb
from services.kb import messages as to
from services.kb.actions import finding


class SearchDoor:
    """Searching."""

    service = "hotline.kb.v1.SearchService"

    def SearchEntries(self, request: pb.SearchEntriesRequest, tx: Tx) -> pb.SearchEntriesResponse:
        """The best first."""
        narrow = to.narrow_of(request.filter, tx.now, for_caller=tx.by.kind == "peer")
        return pb.SearchEntriesResponse(hits=map(to.hit_message, finding.search(tx, request.query, narrow, request.limit)))

    def RecordSearch(self, request: pb.RecordSearchRequest, tx: Tx) -> pb.RecordSearchResponse:
        """8(3): what was opened, or a gap."""
        narrow = to.narrow_of(request.filter, tx.now)
        gap_id = finding.record_search(tx, request.query, narrow, request.entry_id, unanswered=request.unanswered)
        return pb.RecordSearchResponse(gap_id=gap_id)

    def SuggestAnswers(self, request: pb.SuggestAnswersRequest, tx: Tx) -> pb.SuggestAnswersResponse:
        """11(1): for a ticket's text."""
        hits = finding.suggest(tx, request.title, request.text, request.category, request.limit)
        return pb.SuggestAnswersResponse(suggestions=map(to.suggestion_message, hits))
