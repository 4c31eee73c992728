from __future__ import annotations

import pytest

from chassis.caller import Caller
from chassis.errors import Denied
from services.dispatch.lifecycle import State, Verb
from services.dispatch.rules.acting import may_act, may_read
from services.dispatch.rules.order import Rating, Via
from tests.services.dispatch.orders import ASSISTANT, CALLER_BACK, DISPATCHER, HANDLER, MORNING, REVIEWER, Desk, formed
from tests.services.dispatch.refusals import forbidden, incomplete


def calling() -> Desk:
    return Desk().to(State.CALLING_BACK)


def test_record_attempt_counts_and_needs_an_outcome() -> None:
    desk = calling().record_attempt().wait(hours=3).record_attempt()
    assert (desk.order.present.call_back.attempts, desk.order.present.call_back.first_at) == (2, MORNING)
    with incomplete("outcome", "11-8"):
        desk.record_attempt(None)


def test_send_rating_link_after_three_attempts_over_two_days() -> None:
    desk = calling().record_attempt().wait(hours=2).record_attempt()
    with forbidden("11-8", "2次"):
        desk.send_rating_link()
    desk.wait(hours=2).record_attempt()
    with forbidden("11-8", "1天3次"):
        desk.send_rating_link()
    desk.wait(days=1).record_attempt().send_rating_link()
    assert desk.order.present.call_back.link_sent_at == desk.now
    with forbidden("11-8", "已发送"):
        desk.send_rating_link()


def test_record_ratings_takes_both_answers_once() -> None:
    desk = calling()
    with incomplete("process", "11-8"):
        desk.record_ratings(process=None)
    with incomplete("result", "11-8"):
        desk.record_ratings(result=None)
    with incomplete("via", "11-8"):
        desk.record_ratings(via=None)
    call_back = desk.record_ratings(Rating.FAIR, Rating.DISSATISFIED).order.present.call_back
    assert (call_back.process, call_back.result, call_back.attempts, call_back.via) == (Rating.FAIR, Rating.DISSATISFIED, 1, Via.PHONE)
    for again in (desk.record_ratings, desk.record_attempt, desk.send_rating_link, desk.find_unreachable):
        with forbidden("11-8", "已作评价"):
            again()


def test_record_ratings_by_link_only_while_it_is_open() -> None:
    with forbidden("11-8"):
        calling().record_ratings(via=Via.LINK)
    desk = calling().record_attempt().record_attempt().wait(days=1).record_attempt().send_rating_link()
    assert desk.wait(hours=72).record_ratings(via=Via.LINK).order.present.call_back.rated
    desk = calling().record_attempt().record_attempt().wait(days=1).record_attempt().send_rating_link()
    with forbidden("11-8", "有效期"):
        desk.wait(hours=72, seconds=1).record_ratings(via=Via.LINK)


def test_find_unreachable_after_the_link_ran_out() -> None:
    with forbidden("11-8"):
        calling().find_unreachable()
    desk = calling().record_attempt().record_attempt().wait(days=1).record_attempt().send_rating_link()
    with forbidden("11-8"):
        desk.wait(hours=71).find_unreachable()
    assert desk.wait(hours=1).find_unreachable().order.present.call_back.unreachable_at == desk.now
    with forbidden("11-8", "已认定"):
        desk.find_unreachable()


CALLS = [verb for verb in Verb if verb.article.code in {"11-8", "11-9", "11-10"} and verb not in {Verb.PASS_REVIEW, Verb.SEND_BACK_REPLY}]


@pytest.mark.parametrize("verb", CALLS)
def test_whoever_calls_back_is_not_who_handled(verb: Verb) -> None:
    desk = calling()
    may_act(desk.order, verb, CALLER_BACK, at_hub=True)
    colleague = Caller("person", "colleague", "zibo", "zibo-water", frozenset({"ROLE_CALL_BACK"}))
    with forbidden("11-8"):
        may_act(desk.order, verb, colleague, at_hub=False)
    moved = Caller("person", "handler", "zibo", "zibo-hub", frozenset({"ROLE_CALL_BACK"}))
    handled = formed(handlers=frozenset({"handler"}))
    with forbidden("11-8"):
        may_act(handled, verb, moved, at_hub=True)


@pytest.mark.parametrize("verb", Verb)
def test_each_verb_is_one_sides(verb: Verb) -> None:
    order = Desk().dispatch().add_assisting().order
    own = {Verb.SUPPLEMENT, Verb.WITHDRAW, Verb.ESCALATE, Verb.REDATE, Verb.MOVE_PROVINCIAL_DATE, Verb.LAPSE}
    assisting = {Verb.SIGN_IN_ASSISTING, Verb.SUBMIT_CONTRIBUTION}
    units = {verb for verb in Verb if verb.value.startswith(("request_", "reply", "sign_in", "hand_on", "submit_", "dispute_"))}
    stranger = Caller("person", "stranger", "zhangdian", "zhangdian-hub")
    if verb in own:
        may_act(order, verb, stranger, at_hub=True)
        return
    unit, other = (ASSISTANT, HANDLER) if verb in assisting else (HANDLER, ASSISTANT)
    may_act(order, verb, unit if verb in units else DISPATCHER, at_hub=verb not in units)
    with pytest.raises(Denied):
        may_act(order, verb, stranger, at_hub=True)
    if verb in units:
        with pytest.raises(Denied):
            may_act(order, verb, other, at_hub=False)


def test_a_party_neither_acts_nor_reads() -> None:
    order = Desk(party_people=frozenset({"handler", "reviewer"})).dispatch().order
    for by, verb in ((HANDLER, Verb.SIGN_IN), (REVIEWER, Verb.PASS_REVIEW)):
        assert not may_read(order, by, at_hub=by is REVIEWER)
        with forbidden("17"):
            may_act(order, verb, by, at_hub=by is REVIEWER)


def test_a_city_order_held_by_a_district_is_its_hubs_and_not_its_towns() -> None:
    order = formed(handling_tenant_id="zhangdian", unit_id="zhangdian")
    hub = Caller("person", "d", "zhangdian", "zhangdian-hub", frozenset({"ROLE_DISPATCHER"}))
    town = Caller("person", "t", "zhangdian", "town-1", frozenset({"ROLE_HANDLER"}))
    may_act(order, Verb.SIGN_IN, hub, at_hub=True)
    assert may_read(order, hub, at_hub=True)
    assert not may_read(order, town, at_hub=False)
    with pytest.raises(Denied):
        may_act(order, Verb.SIGN_IN, town, at_hub=False)
    with pytest.raises(Denied):
        may_act(order, Verb.GRANT_RETURN, hub, at_hub=True)


def test_outside_the_hub_only_holders_read() -> None:
    desk = Desk().dispatch()
    assert may_read(desk.order, HANDLER, at_hub=False)
    assert may_read(desk.order, DISPATCHER, at_hub=True)
    assert not may_read(desk.request_return().grant_return().order, HANDLER, at_hub=False)
