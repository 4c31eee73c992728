"""What a desk is offered: by state, side, urgency and what is pending; and of each verb of people whoever may do it is offered it."""

from __future__ import annotations

import pytest

from chassis.caller import Caller
from tests.services.dispatch.city import CALLER_BACK, DISPATCHER, HANDLER, REVIEWER, SUPERVISOR, City, Serve


@pytest.fixture
def city(served: Serve) -> City:
    return City(served("dispatch"))


def _offered(city: City, order_id: str, by: Caller) -> set[str]:
    return {offer.verb for offer in city.ask("OrderService/GetOrder", by, order_id=order_id).offers}


def test_each_side_is_offered_its_own_verbs_of_the_state(city: City) -> None:
    order = city.form()
    assert {"dispatch", "upgrade", "open_coordination"} <= _offered(city, order.order_id, DISPATCHER)
    assert not {"recall", "grant_return", "reply", "downgrade"} & _offered(city, order.order_id, DISPATCHER)
    order = city.handling()
    unit = _offered(city, order.order_id, HANDLER)
    assert {"reply", "reply_with_explanation", "request_extension", "request_return", "request_progress_report"} <= unit
    assert not {"sign_in", "recall", "submit_first_report", "record_ratings", "supplement", "redate"} & unit
    assert "recall" in _offered(city, order.order_id, SUPERVISOR)


def test_what_is_pending_is_decided_before_anything_else_is_asked_for(city: City) -> None:
    order = city.handling()
    city.do("ExtensionService/RequestExtension", order, HANDLER, days=3, reason="材料需外地采购")
    assert not {"request_extension", "request_return", "request_progress_report"} & _offered(city, order.order_id, HANDLER)
    hub = _offered(city, order.order_id, SUPERVISOR)
    assert {"grant_extension", "refuse_extension"} <= hub
    assert not {"grant_return", "refuse_progress_report"} & hub


def test_an_offer_names_its_clause_and_who_handled_is_offered_no_call_back(city: City) -> None:
    order = city.reply(city.handling())
    offers = {offer.verb: (offer.term, offer.article) for offer in city.get(order, REVIEWER).offers}
    assert offers["pass_review"] == ("审核通过", "11-8")
    order = city.do("ReviewService/PassReview", order, REVIEWER)
    assert {"record_ratings", "record_attempt", "rework", "close_satisfied"} <= _offered(city, order.order_id, CALLER_BACK)
    assert not {"record_ratings", "rework"} & _offered(city, order.order_id, HANDLER)
