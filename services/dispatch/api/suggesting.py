"""SuggestionService."""

from __future__ import annotations

from chassis.store import Tx
from hotline.dispatch.v1 import suggestions_pb2 as pb
from services.dispatch.actions import suggesting
from services.dispatch.rules.suggesting import UnitSuggestion
from services.dispatch.words import number_of


class SuggestionDoor:
    """Suggestions; a person decides."""

    service = "hotline.dispatch.v1.SuggestionService"

    def SuggestUnits(self, request: pb.SuggestUnitsRequest, tx: Tx) -> pb.SuggestUnitsResponse:
        """Three units, with their reasons."""
        found = suggesting.suggest_units(tx, request.order_id)
        return pb.SuggestUnitsResponse(suggestions=[_suggestion(each) for each in found])


def _suggestion(found: UnitSuggestion) -> pb.UnitSuggestion:
    reasons = [pb.UnitReason(ground=number_of(each.ground), count=each.count, words=each.words) for each in found.reasons]
    return pb.UnitSuggestion(unit_id=found.unit.unit_id, name=found.unit.name, reasons=reasons)
