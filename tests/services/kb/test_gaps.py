"""Questions without an answer: counted once for each time asked, work of a unit, ended by an entry or a reason."""

from typing import Any

import pytest

from hotline.kb.v1 import search_pb2
from services.kb.rules.freshness import Ground
from tests.services.kb.shelves import DISTRICT_EDITOR, EDITOR, HANDLER, OPERATOR, OUTSIDER, SUPERVISOR, Library
from tests.services.refused import Refused

QUESTION = "外星飞船停靠许可证"


def ask(library: Library, query: str = QUESTION, times: int = 1, **fields: Any) -> str:
    gap_id = ""
    for _ in range(times):
        gap_id = library.ask("SearchService/RecordSearch", OPERATOR, query=query, **fields).gap_id
    return gap_id


def test_nothing_found_is_a_gap_and_what_is_found_none(library: Library) -> None:
    entry = library.published()
    assert ask(library, "停水") == ""
    assert ask(library, "停水", entry_id=entry.entry_id) == ""
    assert ask(library, "😀") == ""
    gap_id = ask(library)
    (gap,) = library.ask("GapService/ListGaps", EDITOR).gaps
    assert (gap.gap_id, gap.query, gap.asked, gap.unit_id) == (gap_id, QUESTION, 1, "zibo-hub")


def test_what_is_found_and_does_not_answer_is_a_gap_of_the_nearest_unit(library: Library) -> None:
    library.published()
    ask(library, "停水会赔钱吗", unanswered=True)
    (gap,) = library.ask("GapService/ListGaps", HANDLER).gaps
    assert gap.unit_id == "water"
    assert library.ask("GapService/ListGaps", OUTSIDER).gaps == []


def test_a_filter_says_whose_matter_it_is(library: Library) -> None:
    ask(library, filter=search_pb2.Filter(unit_id="roads", category="04.03.01"))
    (gap,) = library.ask("GapService/ListGaps", OUTSIDER).gaps
    assert (gap.unit_id, gap.category) == ("roads", "04.03.01")


def test_the_same_question_in_other_words_is_counted_with_it(library: Library) -> None:
    for query in (QUESTION, "请问外星飞船停靠许可证怎么办？", "外星飞船 停靠 许可证"):
        ask(library, query)
    (gap,) = library.ask("GapService/RankGaps", SUPERVISOR).gaps
    assert gap.asked == 3


def test_the_twenty_asked_most_come_first(library: Library) -> None:
    for number in range(23):
        ask(library, f"外星飞船第{number}号停靠许可", times=1 + (number == 7))
    ranked = library.ask("GapService/RankGaps", EDITOR).gaps
    assert (len(ranked), ranked[0].query, ranked[0].asked) == (20, "外星飞船第7号停靠许可", 2)


def test_numbers_that_name_people_are_not_kept(library: Library) -> None:
    ask(library, "13812345678是谁的电话外星人")
    (gap,) = library.ask("GapService/ListGaps", EDITOR).gaps
    assert "13812345678" not in gap.query
    assert "13812345678" not in library.everything()


def test_asked_too_often_it_is_work_of_its_unit_and_then_a_fact(library: Library) -> None:
    library.published(HANDLER)
    gap_id = ask(library, "停水会赔钱吗", times=4, unanswered=True)
    assert library.told("UpkeepAsked") == []
    ask(library, "停水会赔钱吗", unanswered=True)
    (told,) = library.told("UpkeepAsked")
    assert (told.gap_id, told.unit_id, told.grounds) == (gap_id, "water", [5])
    assert [each.gap_id for each in library.ask("UpkeepService/ListUpkeep", HANDLER).upkeep] == [gap_id]
    entry = library.published(title="停水赔偿")
    with pytest.raises(Refused, match="PERMISSION_DENIED"):
        library.ask("GapService/CloseGap", OUTSIDER, gap_id=gap_id, entry_id=entry.entry_id)
    closed = library.ask("GapService/CloseGap", HANDLER, gap_id=gap_id, entry_id=entry.entry_id).gap
    assert closed.HasField("closed_at")
    assert [event.overdue for event in library.told("UpkeepDone")] == [False]
    assert library.ask("GapService/ListGaps", EDITOR).gaps == []
    assert ask(library, "停水会赔钱吗", unanswered=True) != gap_id
    assert (
        Ground(library.store.read(EDITOR, lambda tx: tx.all(tx.select(library.store.tables["upkeep"])))[0]["grounds"][0])
        is Ground.ASKED_IN_VAIN
    )


def test_the_hub_assigns_a_gap_and_nobody_else(library: Library) -> None:
    gap_id = ask(library)
    assert library.ask("GapService/AssignGap", EDITOR, gap_id=gap_id, unit_id="roads").gap.unit_id == "roads"
    with pytest.raises(Refused) as refused:
        library.ask("GapService/AssignGap", EDITOR, gap_id=gap_id, unit_id="zhangdian-hub")
    assert refused.value.field == "unit_id"
    with pytest.raises(Refused, match="NOT_FOUND"):
        library.ask("GapService/AssignGap", DISTRICT_EDITOR, gap_id=gap_id, unit_id="zhangdian-hub")


@pytest.mark.parametrize("fields", [{}, {"entry_id": "nothing", "reason": "两者都有"}, {"entry_id": "nothing"}])
def test_a_gap_is_closed_by_an_entry_or_a_reason(library: Library, fields: dict[str, Any]) -> None:
    gap_id = ask(library)
    with pytest.raises(Refused) as refused:
        library.ask("GapService/CloseGap", EDITOR, gap_id=gap_id, **fields)
    assert refused.value.code == "INVALID_ARGUMENT"
    assert library.ask("GapService/CloseGap", EDITOR, gap_id=gap_id, reason="玩笑").gap.reason == "玩笑"
    with pytest.raises(Refused) as again:
        library.ask("GapService/CloseGap", EDITOR, gap_id=gap_id, reason="再来")
    assert again.value.field == "gap_id"
