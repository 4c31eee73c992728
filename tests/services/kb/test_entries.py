"""Keeping entries: draft, review, publish, retire; none approves the own text, none overwrites another's (6(4), 8(3))."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chassis.caller import Caller
from hotline.kb.v1 import entries_pb2
from hotline.kb.v1 import entry_pb2 as pb
from tests.services.kb.shelves import (
    DISTRICT_EDITOR,
    DISTRICT_REVIEWER,
    EDITOR,
    HANDLER,
    NEIGHBOUR,
    OPERATOR,
    OTHER_EDITOR,
    OUTSIDER,
    REVIEWER,
    SUPERVISOR,
    Library,
    content,
    person,
)
from tests.services.refused import Refused


def test_an_entry_goes_from_draft_to_published_to_retired(library: Library) -> None:
    draft = library.create()
    assert (draft.state, draft.version, draft.published_version) == (pb.ENTRY_STATE_DRAFT, 1, 0)
    assert library.do("SubmitEntry", draft).state == pb.ENTRY_STATE_IN_REVIEW
    published = library.do("PublishEntry", draft, REVIEWER)
    assert (published.state, published.published_version) == (pb.ENTRY_STATE_PUBLISHED, 1)
    assert (published.text.reviewed_by, published.text.published) == (REVIEWER.id, True)
    assert library.find("停水") == ["停水怎么办"]
    assert library.do("RetireEntry", published, REVIEWER, reason="合并到新条目").state == pb.ENTRY_STATE_RETIRED
    assert library.find("停水") == []
    (told,) = library.told("EntryPublished")
    assert (told.entry_id, told.unit_id, told.entry_version, told.title) == (draft.entry_id, "water", 1, "停水怎么办")
    assert [event.reason for event in library.told("EntryRetired")] == ["合并到新条目"]


def test_an_entry_offers_what_its_state_leaves_open_and_its_text_to_who_keeps_it(library: Library) -> None:
    def offered(by: Caller) -> list[str]:
        return [offer.verb for offer in library.ask("EntryService/GetEntry", by, entry_id=entry.entry_id).offers]

    entry = library.create(citywide=True)
    assert offered(EDITOR) == offered(HANDLER) == ["submit_entry", "revise_entry", "retire_entry"]
    assert offered(SUPERVISOR) == ["retire_entry"]
    library.do("SubmitEntry", entry)
    assert offered(SUPERVISOR) == ["publish_entry", "refuse_entry", "retire_entry"]
    library.do("PublishEntry", entry, REVIEWER)
    assert (offered(EDITOR), offered(DISTRICT_EDITOR)) == (["revise_entry", "retire_entry"], [])
    library.do("RetireEntry", entry, REVIEWER, reason="合并到新条目")
    assert offered(EDITOR) == ["revise_entry"]


@pytest.mark.parametrize("by", [EDITOR, OTHER_EDITOR])
def test_no_editor_approves_a_text_they_had_a_hand_in(library: Library, by: Caller) -> None:
    revised = library.revise(library.create(EDITOR), OTHER_EDITOR, title="停水了怎么办")
    reviewer = person(by.id, "KB_EDITOR", "KB_REVIEWER")
    with pytest.raises(Refused) as refused:
        library.publish(revised, EDITOR, reviewer)
    assert (refused.value.code, refused.value.article) == ("FAILED_PRECONDITION", "6-4")
    assert library.get(revised).published_version == 0
    assert library.do("PublishEntry", revised, REVIEWER).published_version == 2


def test_the_published_text_stays_found_while_a_new_one_is_written(library: Library) -> None:
    entry = library.published()
    revised = library.revise(entry, title="停电怎么办", public_words="请先看左邻右舍是否有电。")
    assert (revised.state, revised.published_version) == (pb.ENTRY_STATE_DRAFT, 1)
    assert library.find("停水") == ["停水怎么办"]
    assert library.get(entry, OPERATOR).text.content.title == "停水怎么办"
    library.publish(revised)
    assert library.find("停电") == ["停电怎么办"]
    assert library.get(entry, OPERATOR).text.content.title == "停电怎么办"
    assert library.get(entry, OPERATOR, version=1).text.content.title == "停水怎么办"


def test_the_second_of_two_edits_is_told_what_changed_and_nothing_is_overwritten(library: Library) -> None:
    entry = library.create()
    library.revise(entry, OTHER_EDITOR, title="停水了怎么办", valid_until="2026-01-01")
    with pytest.raises(Refused) as refused:
        library.revise(entry, EDITOR, title="另一个标题")
    assert refused.value.code == "ABORTED"
    for word in ("第 1 版", "第 2 版", "标题", "有效期至"):
        assert word in refused.value.message
    assert library.get(entry).text.content.title == "停水了怎么办"


def test_of_many_edits_at_once_one_is_kept(library: Library) -> None:
    entry = library.create()

    def edit(number: int) -> str:
        try:
            library.revise(entry, person(f"editor-{number}", "KB_EDITOR"), title=f"标题{number}")
        except Refused as refused:
            return refused.code
        return "OK"

    with ThreadPoolExecutor(8) as threads:
        codes = list(threads.map(edit, range(8)))
    assert sorted(codes) == ["ABORTED"] * 7 + ["OK"]
    assert library.get(entry).version == 2


def test_every_text_is_kept_whole_and_their_difference_is_shown(library: Library) -> None:
    entry = library.create()
    library.revise(entry, public_words="计划停水提前48小时通知。突然停水请告知小区和楼号，我们立即核实转办。", citywide=True)
    versions = library.ask("EntryService/ListVersions", entry_id=entry.entry_id).versions
    assert [each.version for each in versions] == [2, 1]
    assert versions[1].content == entry.text.content
    found = library.ask("EntryService/CompareVersions", entry_id=entry.entry_id, before=1, after=2).differences
    assert [each.field for each in found] == ["public_words", "citywide"]
    changes = [(entries_pb2.Change.Name(part.change).removeprefix("CHANGE_"), part.text) for part in found[0].segments]
    assert changes[:4] == [("SAME", "计划停水提前"), ("REMOVED", "2"), ("SAME", "4"), ("ADDED", "8")]
    assert "".join(text for change, text in changes if change != "ADDED") == versions[1].content.public_words
    assert "".join(text for change, text in changes if change != "REMOVED") == versions[0].content.public_words


def test_a_refused_text_goes_back_with_its_reason_and_is_a_fact(library: Library) -> None:
    entry = library.create()
    library.do("SubmitEntry", entry)
    refused = library.do("RefuseEntry", entry, REVIEWER, reason="依据文件已废止")
    assert (refused.state, refused.text.refusal) == (pb.ENTRY_STATE_DRAFT, "依据文件已废止")
    (told,) = library.told("EntryRefused")
    assert (told.unit_id, told.entry_version, told.reason) == ("water", 1, "依据文件已废止")


def test_a_unit_keeps_its_own_entries_and_no_others(library: Library) -> None:
    entry = library.create(HANDLER)
    with pytest.raises(Refused, match="PERMISSION_DENIED"):
        library.revise(entry, OUTSIDER, title="别的单位改的")
    with pytest.raises(Refused, match="PERMISSION_DENIED"):
        library.create(OUTSIDER)
    with pytest.raises(Refused, match="PERMISSION_DENIED"):
        library.revise(entry, HANDLER, unit_id="roads")
    with pytest.raises(Refused, match="NOT_FOUND"):
        library.get(entry, OUTSIDER)
    assert library.ask("EntryService/ListEntries", OUTSIDER).entries == []
    assert [each.title for each in library.ask("EntryService/ListEntries", HANDLER).entries] == ["停水怎么办"]


@pytest.mark.parametrize(("verb", "more"), [("PublishEntry", {}), ("RefuseEntry", {"reason": "不"})])
def test_what_waits_for_no_review_is_neither_published_nor_refused(library: Library, verb: str, more: dict[str, str]) -> None:
    entry = library.create()
    with pytest.raises(Refused) as refused:
        library.do(verb, entry, REVIEWER, **more)
    assert (refused.value.code, refused.value.article) == ("FAILED_PRECONDITION", "8-3")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"public_words": "", "internal_words": ""}, "content.public_words"),
        ({"valid_from": "2025-02-01", "valid_until": "2025-01-01"}, "content.valid_until"),
        ({"source": {"issued_on": "2025-02-01", "expires_on": "2025-01-01"}}, "content.source.expires_on"),
        ({"categories": ["01.01.01"] * 2}, "content.categories"),
        ({"keywords": [f"别名{number}" for number in range(21)]}, "content.keywords"),
        ({"unit_id": "nowhere"}, "content.unit_id"),
        ({"unit_id": "zhangdian-hub"}, "content.unit_id"),
        ({"attachment_ids": ["nothing"]}, "content.attachment_ids"),
    ],
)
def test_a_text_that_contradicts_itself_is_refused(library: Library, changes: dict[str, Any], field: str) -> None:
    before = library.everything()
    with pytest.raises(Refused) as refused:
        library.create(**changes)
    assert (refused.value.code, refused.value.field) == ("INVALID_ARGUMENT", field)
    assert library.everything() == before


def test_a_review_that_is_due_already_is_not_published(library: Library) -> None:
    with pytest.raises(Refused) as refused:
        library.published(review_on="2025-01-06")
    assert (refused.value.code, refused.value.field) == ("INVALID_ARGUMENT", "content.review_on")


def test_what_the_city_keeps_for_all_every_district_sees_and_its_own_alone_the_city(library: Library) -> None:
    for_all = library.published(title="公积金提取条件", citywide=True)
    own = library.published(title="市级内部条目")
    theirs = library.published(DISTRICT_EDITOR, DISTRICT_REVIEWER, title="张店区便民服务点", unit_id="zhangdian-hub")
    seen = {
        by.id: sorted(library.find("公积金提取条件 市级内部条目 张店区便民服务点", by))
        for by in (OPERATOR, DISTRICT_EDITOR, NEIGHBOUR, SUPERVISOR)
    }
    everything = sorted(["公积金提取条件", "市级内部条目", "张店区便民服务点"])
    assert seen[OPERATOR.id] == seen[SUPERVISOR.id] == everything
    assert seen[DISTRICT_EDITOR.id] == sorted(["公积金提取条件", "张店区便民服务点"])
    assert seen[NEIGHBOUR.id] == ["公积金提取条件"]
    assert library.get(for_all, NEIGHBOUR).text.content.title == "公积金提取条件"
    for hidden, by in ((own, NEIGHBOUR), (theirs, NEIGHBOUR), (own, DISTRICT_EDITOR)):
        with pytest.raises(Refused, match="NOT_FOUND"):
            library.get(hidden, by)


def test_a_district_sees_no_draft_of_the_city_and_sets_nothing_for_all(library: Library) -> None:
    entry = library.published(citywide=True)
    library.revise(entry, title="还没审核的标题")
    seen = library.get(entry, DISTRICT_EDITOR)
    assert (seen.text.version, seen.text.content.title) == (1, "停水怎么办")
    with pytest.raises(Refused, match="NOT_FOUND"):
        library.get(entry, DISTRICT_EDITOR, version=2)
    with pytest.raises(Refused, match="NOT_FOUND"):
        library.revise(seen, DISTRICT_EDITOR, title="区里改的")
    with pytest.raises(Refused) as refused:
        library.create(DISTRICT_EDITOR, citywide=True, unit_id="zhangdian-hub")
    assert refused.value.field == "content.citywide"


def test_the_city_does_not_edit_a_districts_entry(library: Library) -> None:
    theirs = library.published(DISTRICT_EDITOR, DISTRICT_REVIEWER, unit_id="zhangdian-hub")
    reading_editor = person("editor-9", "KB_EDITOR", reads=("zibo", "zhangdian"))
    with pytest.raises(Refused, match="PERMISSION_DENIED"):
        library.do("ReviseEntry", theirs, reading_editor, content=content())


def test_every_step_is_in_the_journal(library: Library) -> None:
    entry = library.publish(library.revise(library.create(), title="新标题"))
    steps = library.ask("JournalService/ListJournalEntries", SUPERVISOR, entry_id=entry.entry_id).entries
    assert [step.verb for step in steps] == ["create_entry", "revise_entry", "submit_entry", "publish_entry"]
    assert "标题" in steps[1].detail
    assert steps[3].article == "6-4"
