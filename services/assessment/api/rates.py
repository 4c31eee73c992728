"""Rates and the facts behind them."""

from __future__ import annotations

from sqlalchemy import RowMapping

from chassis.store import Tx
from hotline.assessment.v1 import rates_pb2 as pb
from services.assessment.actions import figuring
from services.assessment.actions.figuring import By
from services.assessment.messages import figure_message
from services.assessment.rules.rates import Figure, Rate, definition, term_of

WAYS = {pb.COMPARED_UNITS: By.UNITS, pb.COMPARED_CATEGORIES: By.CATEGORIES, pb.COMPARED_DAYS: By.DAYS}
HITS = {pb.HITS_ONLY: True, pb.HITS_NONE: False}


class RateDoor:
    """Rates."""

    service = "hotline.assessment.v1.RateService"

    def DescribeRates(self, _request: pb.DescribeRatesRequest, _tx: Tx) -> pb.DescribeRatesResponse:
        """As docs/rates.md says it."""
        told = definition()
        return pb.DescribeRatesResponse(version=told.version, rates=map(_rate, told.rates.values()))

    def FigureRates(self, request: pb.FigureRatesRequest, tx: Tx) -> pb.FigureRatesResponse:
        """All of them."""
        span = (request.since_day, request.until_day)
        found, until = figuring.figure_rates(tx, request.tenant_id, request.unit_id, request.category, span)
        return pb.FigureRatesResponse(figures=map(_figure, found), until_day=until, version=definition().version)

    def CompareRates(self, request: pb.CompareRatesRequest, tx: Tx) -> pb.CompareRatesResponse:
        """One of them."""
        span = (request.since_day, request.until_day)
        found, until = figuring.compare_rates(tx, request.tenant_id, request.rate, WAYS.get(request.by), request.category, span)
        return pb.CompareRatesResponse(compared=[pb.Compare(key=key, figure=_figure(each)) for key, each in found.items()], until_day=until)

    def ListFacts(self, request: pb.ListFactsRequest, tx: Tx) -> pb.ListFactsResponse:
        """The oldest day first."""
        span, hit = (request.since_day, request.until_day), HITS.get(request.hits)
        rows, token = figuring.list_facts(
            tx, request.page, request.rate, request.tenant_id, request.unit_id, request.category, span, hit=hit
        )
        return pb.ListFactsResponse(facts=map(_fact, rows), next_page_token=token)


def _rate(rate: Rate) -> pb.Rate:
    return pb.Rate(name=rate.name, term=rate.term, article=rate.article.code, numerator=rate.numerator, denominator=rate.denominator)


def _figure(figure: Figure) -> pb.Figure:
    return figure_message(figure, term_of(figure.rate))


def _fact(row: RowMapping) -> pb.Fact:
    return pb.Fact(**{name: row[name] for name in ("subject_id", "number", "round", "unit_id", "category", "day", "hit")})
