"""What is refused at the doors, to whom, with which words and articles."""

from __future__ import annotations

import pytest

from hotline.dispatch.v1 import orders_pb2
from tests.services.dispatch.city import (
    CITY,
    DISPATCHER,
    HANDLER,
    OUTSIDER,
    REVIEWER,
    City,
    Serve,
    person,
)
from tests.services.refused import Refused


@pytest.fixture
def city(served: Serve) -> City:
    return City(served("dispatch"))


def test_a_stale_version_is_told_what_changed_by_whom_and_when(city: City) -> None:
    seen = city.dispatched()
    city.wait(minutes=5)
    city.do("AssignmentService/SignIn", seen, HANDLER)
    with pytest.raises(Refused) as refused:
        city.do("AssignmentService/Recall", seen, DISPATCHER, reason="派错单位")
    assert refused.value.code == "ABORTED"
    for word in ("市自来水公司签收", "01月06日08:05", "第2版", "第3版"):
        assert word in refused.value.message
    with pytest.raises(Refused) as ahead:
        city.do("AssignmentService/Recall", seen, DISPATCHER, reason="派错单位", version=99)
    assert ahead.value.code == "ABORTED"
    with pytest.raises(Refused) as unsaid:
        city.do("AssignmentService/Recall", seen, DISPATCHER, reason="派错单位", version=0)
    assert (unsaid.value.code, unsaid.value.field) == ("INVALID_ARGUMENT", "version")


def test_refusals_say_article_and_field(city: City) -> None:
    order = city.handling()
    with pytest.raises(Refused) as state:
        city.do("ReviewService/PassReview", order, REVIEWER)
    assert (state.value.code, state.value.article) == ("FAILED_PRECONDITION", "11-8")
    with pytest.raises(Refused) as reason:
        city.do("ExtensionService/RequestExtension", order, HANDLER, days=3)
    assert (reason.value.code, reason.value.article, reason.value.field) == ("INVALID_ARGUMENT", "11-4", "reason")
    with pytest.raises(Refused) as bare:
        city.reply(order, result="已处理")
    assert (bare.value.code, bare.value.article, bare.value.field) == ("INVALID_ARGUMENT", "11-5", "result")
    assert city.get(order).order.version == order.version


def test_another_units_and_another_tenants_people_are_refused(city: City) -> None:
    order = city.dispatched()
    with pytest.raises(Refused) as unit:
        city.do("AssignmentService/SignIn", order, OUTSIDER)
    assert unit.value.code == "PERMISSION_DENIED"
    stranger = person("stranger", "DISPATCHER", "REVIEWER", "HANDLER", unit="zhoucun-hub", tenant="zhoucun")
    for method in ("AssignmentService/Recall", "AssignmentService/SignIn"):
        with pytest.raises(Refused) as tenant:
            city.do(method, order, stranger)
        assert tenant.value.code == "NOT_FOUND"
    for by in (OUTSIDER, stranger):
        with pytest.raises(Refused) as read:
            city.get(order, by)
        assert read.value.code == "NOT_FOUND"


def test_dispatch_keeps_a_report_from_the_party_and_names_a_superior(city: City) -> None:
    order = city.form(parties=[{"name": "自来水公司", "unit_id": "water"}])
    for unit in ("water", "water-east"):
        with pytest.raises(Refused) as refused:
            city.do("AssignmentService/Dispatch", order, DISPATCHER, unit_id=unit)
        assert (refused.value.code, refused.value.article) == ("FAILED_PRECONDITION", "17")
        assert "市民投诉中心" in refused.value.message
    assert city.do("AssignmentService/Dispatch", order, DISPATCHER, unit_id="roads").unit_id == "roads"


def test_dispatch_to_a_closing_or_unknown_unit_or_another_tenants_is_refused(city: City) -> None:
    order = city.form()
    with pytest.raises(Refused) as unknown:
        city.do("AssignmentService/Dispatch", order, DISPATCHER, unit_id="nowhere")
    assert unknown.value.code == "NOT_FOUND"
    with pytest.raises(Refused) as districts:
        city.do("AssignmentService/Dispatch", order, person("sup", "SUPERVISOR", reads=(CITY, "zhangdian")), unit_id="town-1")
    assert districts.value.code == "NOT_FOUND"


def test_whoever_handled_does_not_call_back(city: City) -> None:
    both = person("both", "HANDLER", "CALL_BACK", unit="water")
    order = city.calling()
    for by in (person("handler", "CALL_BACK"), both):
        with pytest.raises(Refused) as refused:
            city.do("CallBackService/RecordAttempt", order, by, outcome=orders_pb2.ATTEMPT_OUTCOME_BUSY)
        assert (refused.value.code, refused.value.article) == ("FAILED_PRECONDITION", "11-8")
