"""Third-party samples: seeds, drawing, results and what does not agree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from chassis.stamps import stamp
from chassis.store import Tx
from hotline.assessment.v1 import rates_pb2
from hotline.assessment.v1 import samples_pb2 as pb
from services.assessment.actions import sampling, surveying
from services.assessment.messages import figure_message, offer_message
from services.assessment.rules.offering import of_sample_item
from services.assessment.rules.rates import Figure
from services.assessment.rules.results import Format
from services.assessment.rules.sampling import RATINGS, TERMS, Plan, Said

FORMATS = {pb.RESULT_FORMAT_CSV: Format.CSV, pb.RESULT_FORMAT_JSON_LINES: Format.JSON_LINES}
RATING = {pb.SampleRating.Value(f"SAMPLE_RATING_{each.upper()}"): each for each in RATINGS}
NUMBER = {word: number for number, word in RATING.items()}


class SampleDoor:
    """What the hub does."""

    service = "hotline.assessment.v1.SampleService"

    def CommitSeed(self, request: pb.CommitSeedRequest, tx: Tx) -> pb.CommitSeedResponse:
        """Its hash is published."""
        committed = sampling.commit_seed(tx, request.month, request.seed_hash, Plan(request.percent, request.minimum))
        return pb.CommitSeedResponse(sample=_sample(tx, committed))

    def DrawSample(self, request: pb.DrawSampleRequest, tx: Tx) -> pb.DrawSampleResponse:
        """The seed is revealed."""
        return pb.DrawSampleResponse(sample=_sample(tx, sampling.draw_sample(tx, request.month, request.seed)))

    def ListSamples(self, request: pb.ListSamplesRequest, tx: Tx) -> pb.ListSamplesResponse:
        """The newest month first."""
        found, token = sampling.list_samples(tx, request.page)
        return pb.ListSamplesResponse(samples=[_sample(tx, row) for row in found], next_page_token=token)

    def GetStratum(self, request: pb.GetStratumRequest, tx: Tx) -> pb.GetStratumResponse:
        """What a unit was drawn from."""
        found = sampling.get_stratum(tx, request.month, request.unit_id)
        return pb.GetStratumResponse(frame=found["frame"], drawn=found["drawn"])

    def CompareSample(self, request: pb.CompareSampleRequest, tx: Tx) -> pb.CompareSampleResponse:
        """By unit."""
        found = sampling.compare_sample(tx, request.month)
        units = [pb.SampledUnit(unit_id=unit_id, figures=map(_figure, figures)) for unit_id, figures in found.items()]
        return pb.CompareSampleResponse(units=units)

    def ListDifferences(self, request: pb.ListDifferencesRequest, tx: Tx) -> pb.ListDifferencesResponse:
        """With their orders."""
        found, token = sampling.list_differences(tx, request.page, request.month, request.unit_id)
        return pb.ListDifferencesResponse(differences=map(_difference, found), next_page_token=token)


class SurveyDoor:
    """What the third party does."""

    service = "hotline.assessment.v1.SurveyService"

    def ListSampleItems(self, request: pb.ListSampleItemsRequest, tx: Tx) -> pb.ListSampleItemsResponse:
        """Without identity."""
        found, token = surveying.list_sample_items(tx, request.page, request.month, pending=request.pending)
        return pb.ListSampleItemsResponse(items=_items(tx, found), next_page_token=token)

    def CallSampled(self, request: pb.CallSampledRequest, tx: Tx) -> pb.CallSampledResponse:
        """By notify."""
        return pb.CallSampledResponse(item=_items(tx, [surveying.call_sampled(tx, request.item_id)])[0])

    def RecordSampleResult(self, request: pb.RecordSampleResultRequest, tx: Tx) -> pb.RecordSampleResultResponse:
        """Once."""
        said = Said(RATING.get(request.process, ""), RATING.get(request.result, ""))
        return pb.RecordSampleResultResponse(item=_items(tx, [surveying.record_sample_result(tx, request.item_id, said)])[0])

    def ImportSampleResults(self, request: pb.ImportSampleResultsRequest, tx: Tx) -> pb.ImportSampleResultsResponse:
        """Line by line."""
        came = surveying.import_sample_results(tx, FORMATS.get(request.format), request.content)
        refused = [pb.RefusedLine(line=each.number, reason=each.reason) for each in came.refused]
        return pb.ImportSampleResultsResponse(taken=came.taken, known=came.known, refused=refused)


def _sample(tx: Tx, row: Mapping[Any, Any]) -> pb.Sample:
    names = ("month", "seed_hash", "percent", "minimum", "seed", "drawn")
    return pb.Sample(
        **{name: row[name] for name in names},
        committed_at=stamp(row["committed_at"]),
        drawn_at=stamp(row["drawn_at"]),
        offers=map(offer_message, sampling.offered(tx, row)),
    )


def _items(tx: Tx, rows: Iterable[Mapping[Any, Any]]) -> list[pb.SampleItem]:
    most = surveying.most_calls(tx)
    return [_item(row, most) for row in rows]


def _item(row: Mapping[Any, Any], most: int) -> pb.SampleItem:
    about = {name: row[name] for name in ("item_id", "number", "category", "unit_id", "calls")}
    offers = of_sample_item(answered=bool(row["process"]), calling=not row["call_id"] and row["calls"] < most)
    said: dict[str, Any] = {name: NUMBER.get(row[name], pb.SAMPLE_RATING_UNSPECIFIED) for name in ("process", "result")}
    return pb.SampleItem(**about, **said, call_under_way=bool(row["call_id"]), offers=map(offer_message, offers))


def _difference(row: Mapping[Any, Any]) -> pb.Difference:
    about = {name: row[name] for name in ("item_id", "unit_id", "order_id", "round", "number")}
    said: dict[str, Any] = {
        name: NUMBER.get(row[name], pb.SAMPLE_RATING_UNSPECIFIED) for name in ("hub_process", "hub_result", "process", "result")
    }
    return pb.Difference(**about, **said)


def _figure(figure: Figure) -> rates_pb2.Figure:
    return figure_message(figure, TERMS[figure.rate])
