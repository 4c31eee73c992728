"""11(5): texts that a unit keeps to begin its replies with: its own alone, changed unseen by nobody, judged only once it replies."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text

from chassis.caller import Caller
from chassis.store import Tx
from chassis.store.engine import postgres_engine
from hotline.directory.v1 import events_pb2 as directory
from services.dispatch.rules import templating as rules
from services.dispatch.rules.templating import MOST_IN_USE, Template, Words
from services.dispatch.store.tables import reply_templates
from tests.services.dispatch.city import CITY, DISPATCHER, DISTRICT, HANDLER, OUTSIDER, SUPERVISOR, TOWN, City, Serve, person
from tests.services.dispatch.orders import at
from tests.services.dispatch.refusals import forbidden, incomplete
from tests.services.dispatch.test_desks import plan_of, queries
from tests.services.refused import Refused

SERVICE = "ReplyTemplateService"
BURST = {"name": "爆管抢修", "measures": "已关闭阀门、开挖并更换破损管段", "result": "已恢复供水，水压正常"}
WORDS = Words(**BURST, basis="")
THEN, NOW = at("2025-01-06 09:00"), at("2025-01-07 09:00")
KEPT = Template("t-1", "water", WORDS, THEN, "handler")
LEAD = person("lead", "UNIT_LEAD", unit="water")
CROWD = 3000
HEARD = "王先生电话13805331234"


def test_add_reply_template_wants_a_name_that_is_free_and_something_to_say() -> None:
    assert rules.add_reply_template(replace(KEPT, words=replace(WORDS, name=" 爆管抢修 ")), ["停水"]) == KEPT
    with incomplete("name", "11-5"):
        rules.add_reply_template(replace(KEPT, words=replace(WORDS, name=" ")), [])
    with incomplete("name", "11-5"):
        rules.add_reply_template(KEPT, ["爆管抢修"])
    with incomplete("measures", "11-5"):
        rules.add_reply_template(replace(KEPT, words=Words("空白", " ", "\n", "")), [])
    for said in ({"measures": "已"}, {"result": "已"}, {"basis": "《城市供水条例》"}):
        rules.add_reply_template(replace(KEPT, words=Words(**{"name": "一项", "measures": "", "result": "", "basis": "", **said})), [])


def test_add_reply_template_ends_at_as_many_as_are_chosen_from_at_once() -> None:
    names = [str(number) for number in range(MOST_IN_USE)]
    assert rules.add_reply_template(KEPT, names[1:]) == KEPT
    with forbidden("11-5", "停用"):
        rules.add_reply_template(KEPT, names)


def test_change_reply_template_and_retire_reply_template_are_the_next_version_and_nothing_follows_the_end() -> None:
    other = replace(WORDS, result="已恢复供水")
    changed = rules.change_reply_template(KEPT, other, [], at=NOW, by="lead")
    assert changed == replace(KEPT, words=other, changed_at=NOW, changed_by="lead", version=2)
    with incomplete("name", "11-5"):
        rules.change_reply_template(KEPT, replace(other, name="停水"), ["停水"], at=NOW, by="lead")
    retired = rules.retire_reply_template(changed, at=NOW, by="lead")
    assert (retired.retired_at, retired.version, retired.words) == (NOW, 3, other)
    with forbidden("11-5", "已停用"):
        rules.retire_reply_template(retired, at=NOW, by="lead")
    with forbidden("11-5", "已停用"):
        rules.change_reply_template(retired, other, [], at=NOW, by="lead")


def test_hand_over_reply_template_keeps_the_name_unless_the_successor_has_one_of_it_in_use() -> None:
    moved = rules.hand_over_reply_template(KEPT, "water-affairs", "供水公司", ["停水"], at=NOW, by="directory")
    assert moved == replace(KEPT, unit_id="water-affairs", changed_at=NOW, changed_by="directory", version=2)
    named = rules.hand_over_reply_template(KEPT, "water-affairs", "供水公司", ["爆管抢修"], at=NOW, by="directory")
    assert named.words == replace(WORDS, name="爆管抢修（供水公司）")
    past = replace(KEPT, retired_at=THEN)
    assert rules.hand_over_reply_template(past, "water-affairs", "供水公司", ["爆管抢修"], at=NOW, by="directory").words == WORDS


@pytest.fixture
def city(served: Serve) -> City:
    return City(served("dispatch"))


def added(city: City, by: Caller = HANDLER, **said: str) -> Any:
    return city.ask(f"{SERVICE}/AddReplyTemplate", by, **{**BURST, **said}).template


def changed(city: City, template: Any, by: Caller = HANDLER, **said: Any) -> Any:
    asked = {**BURST, "template_id": template.template_id, "version": template.version, **said}
    return city.ask(f"{SERVICE}/ChangeReplyTemplate", by, **asked).template


def retired(city: City, template: Any, by: Caller = HANDLER, **said: Any) -> Any:
    asked = {"template_id": template.template_id, "version": template.version, **said}
    return city.ask(f"{SERVICE}/RetireReplyTemplate", by, **asked).template


def listed(city: City, by: Caller = HANDLER, **asked: Any) -> list[str]:
    return [each.name for each in city.ask(f"{SERVICE}/ListReplyTemplates", by, **asked).templates]


def steps(city: City, template: Any) -> list[tuple[str, str, str]]:
    """What its journal says, the oldest first: verb, by whom, article."""
    journal = city.store.tables["journal"]
    mine = journal.c.subject == template.template_id
    rows = city.store.read(HANDLER, lambda tx: tx.all(tx.select(journal).where(mine).order_by(journal.c.number)))
    return [(row["verb"], row["by_id"], row["article"]) for row in rows]


def test_a_unit_adds_changes_and_retires_and_every_step_is_kept(city: City) -> None:
    first = added(city)
    assert (first.unit_id, first.version, first.changed_by, first.result) == ("water", 1, "handler", BURST["result"])
    second = changed(city, first, LEAD, name="爆管", result="已恢复供水")
    assert (second.name, second.version, second.changed_by) == ("爆管", 2, "lead")
    assert listed(city, LEAD) == ["爆管"]
    third = retired(city, second, LEAD)
    assert (third.version, third.HasField("retired_at")) == (3, True)
    assert (listed(city), listed(city, with_retired=True)) == ([], ["爆管"])
    assert city.ask(f"{SERVICE}/GetReplyTemplate", HANDLER, template_id=first.template_id).template == third
    assert steps(city, first) == [
        ("add_reply_template", "handler", "11-5"), ("change_reply_template", "lead", "11-5"), ("retire_reply_template", "lead", "11-5"),
    ]  # fmt: skip
    assert added(city, name="爆管").version == 1, "a name is free again"


def test_numbers_that_name_people_are_masked_on_arrival(city: City) -> None:
    said = {"name": HEARD, "measures": HEARD, "result": HEARD, "basis": HEARD}
    template = changed(city, added(city, HANDLER, **said), HANDLER, **said)
    assert "13805331234" not in str(template)
    assert all("王先生" in each for each in (template.name, template.measures, template.result, template.basis))


def test_a_unit_reaches_its_own_alone(city: City) -> None:
    mine = added(city)
    same_id = person("namesake", "HANDLER", unit="water", tenant=DISTRICT, reads=(CITY, DISTRICT))
    for other in (OUTSIDER, TOWN, same_id):
        assert listed(city, other, with_retired=True) == []
        for method, said in (
            ("GetReplyTemplate", {}), ("ChangeReplyTemplate", {**BURST, "version": 1}), ("RetireReplyTemplate", {"version": 1}),
        ):  # fmt: skip
            with pytest.raises(Refused, match="NOT_FOUND"):
                city.ask(f"{SERVICE}/{method}", other, template_id=mine.template_id, **said)
    assert added(city, OUTSIDER).name == mine.name, "what one unit calls its own binds no other"
    for hub in (DISPATCHER, SUPERVISOR):
        with pytest.raises(Refused, match="PERMISSION_DENIED"):
            listed(city, hub)
    assert city.ask(f"{SERVICE}/GetReplyTemplate", HANDLER, template_id=mine.template_id).template == mine


def test_what_a_merged_unit_kept_is_its_successors_once_it_is_closed(city: City) -> None:
    added(city, OUTSIDER)
    first, gone = added(city), retired(city, added(city, name="停水"))
    closing = {"tenant_id": CITY, "name": "供水公司", "successor_id": "roads"}
    city.tell_unit("water", 90, state=directory.UNIT_STATE_CLOSING, **closing)
    assert listed(city) == ["爆管抢修"], "its open orders are still replied to"
    for _ in range(2):
        city.tell_unit("water", 91, state=directory.UNIT_STATE_CLOSED, **closing)
    assert listed(city, OUTSIDER, with_retired=True) == ["停水", "爆管抢修", "爆管抢修（供水公司）"]
    assert (listed(city, OUTSIDER), listed(city)) == (["爆管抢修", "爆管抢修（供水公司）"], [])
    assert steps(city, first)[1:] == steps(city, gone)[2:] == [("hand_over_reply_template", "directory", "11-5")]


def test_what_another_changed_meanwhile_is_overwritten_by_nobody(city: City) -> None:
    first = added(city)
    second = changed(city, first, LEAD, result="已恢复供水")
    for do in (changed, retired):
        with pytest.raises(Refused, match=r"ABORTED.*第1版变为第2版"):
            do(city, first)
        with pytest.raises(Refused) as blind:
            do(city, first, version=0)
        assert (blind.value.code, blind.value.field) == ("INVALID_ARGUMENT", "version")
    assert city.ask(f"{SERVICE}/GetReplyTemplate", HANDLER, template_id=first.template_id).template == second


def test_bad_words_are_refused_with_the_field_and_nothing_is_kept(city: City) -> None:
    template = added(city)
    for said, field in (
        ({"name": ""}, "name"), ({"name": "长" * 61}, "name"), ({"name": "另一份\n", "measures": "已"}, "name"),
        ({"name": "另一份", "measures": "长" * 2001}, "measures"), ({"name": "另一份", "measures": "", "result": ""}, "measures"),
    ):  # fmt: skip
        for ask in (partial(added, city), partial(changed, city, template)):
            with pytest.raises(Refused) as refused:
                ask(HANDLER, **said)
            assert (refused.value.code, refused.value.field) == ("INVALID_ARGUMENT", field), said
    with pytest.raises(Refused) as again:
        added(city)
    assert (again.value.field, again.value.article) == ("name", "11-5")
    assert changed(city, template).version == 2, "its own name is its own"
    assert (listed(city), steps(city, template)[1:]) == (["爆管抢修"], [("change_reply_template", "handler", "11-5")])


def test_the_same_request_is_one_template(city: City) -> None:
    assert added(city, request_id="same") == added(city, request_id="same")
    assert listed(city) == ["爆管抢修"]


def test_a_reply_that_says_no_more_than_a_bare_template_is_judged(city: City) -> None:
    template = added(city, name="套话", measures="您反映的问题", result="已处理完毕")
    order = city.handling()
    with pytest.raises(Refused) as refused:
        city.reply(order, measures=template.measures, result=template.result)
    assert (refused.value.code, refused.value.article) == ("INVALID_ARGUMENT", "11-5")


def test_list_reply_templates_by_their_names_page_by_page(city: City) -> None:
    names = [f"{number}号" for number in range(7)]
    for name in reversed(names):
        added(city, name=name)
    seen, token = [], ""
    while True:
        answer = city.ask(f"{SERVICE}/ListReplyTemplates", HANDLER, page={"size": 3, "token": token})
        seen += [each.name for each in answer.templates]
        token = answer.next_page_token
        if not token:
            break
    assert seen == names


@pytest.mark.parametrize("many", [1, 5])
def test_a_list_is_one_query_and_adding_two_however_many_there_are(city: City, many: int) -> None:
    for number in range(many):
        added(city, name=f"{number}号")
    with queries(city) as seen:
        assert len(listed(city)) == many
    assert len(seen) == 1, seen
    with queries(city) as seen:
        added(city)
    assert sum("reply_templates" in statement for statement, _ in seen) == 1, seen


@pytest.mark.parametrize("with_retired", [False, True])
def test_the_list_has_its_index(city: City, *, with_retired: bool) -> None:
    template = added(city)
    with queries(city) as seen:
        listed(city, with_retired=with_retired)
    ((statement, parameters),) = seen
    row = {**city.store.read(HANDLER, lambda tx: dict(tx.one(tx.select(reply_templates)) or {})), "template_id": template.template_id}
    rows = [{**row, "template_id": f"t-{number}", "unit_id": f"unit-{number % 300}"} for number in range(CROWD)]
    city.store.write(HANDLER, lambda tx: tx.insert_many(reply_templates, rows))
    known(city)

    def plan(tx: Tx) -> str:
        return plan_of(tx, statement, parameters)

    found = city.store.read(HANDLER, plan)
    assert "ix_reply_templates_unit" in found, found
    assert "TEMP B-TREE" not in found, found


def known(city: City) -> None:
    """To PostgreSQL's planner."""
    if not city.store.is_sqlite:
        owner = postgres_engine(city.store.settings)
        with owner.begin() as connection:
            connection.execute(text("analyze reply_templates"))
        owner.dispose()
