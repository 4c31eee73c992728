"""Searching while typing: Chinese of any kind, filters, passages; a new text at once; an index that mends itself."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chassis.caller import Caller
from hotline.kb.v1 import entry_pb2 as pb
from hotline.kb.v1 import search_pb2
from services.kb import finding
from services.kb.asking import Narrow
from services.kb.finding import finder_of
from services.kb.index import EntryIndex
from services.kb.rules.tokens import Question
from tests.services.kb.shelves import EDITOR, OPERATOR, REVIEWER, Library
from tests.services.refused import Refused

GATEWAY = Caller.peer("gateway", "zibo")
FUND: dict[str, Any] = {
    "title": "住房公积金提取条件",
    "public_words": "购房、租房、退休可以提取，咨询电话0533-2180000。",
    "keywords": ["提公积金"],
    "unit_id": "roads",
}


@pytest.mark.parametrize(
    "query",
    [
        "停水",
        "水",
        "断水",
        "停水 小区",
        "停水怎么办",
        "楼号",
        "24",
        "２４小时",
        "紧急工单",
        "ts",
        "tszmb",
        "tszm",
        "家里突然停水了请问什么时候能来",
        "家里停水了",
        "停水😀",
        "(停水 AND NOT 小区)^2~",
        'title:"停水" OR *',
    ],
)
def test_chinese_of_any_kind_is_found(library: Library, query: str) -> None:
    library.published()
    library.published(**FUND)
    assert library.find(query)[:1] == ["停水怎么办"]


@pytest.mark.parametrize("query", ["gjj", "GJJ", "ＧＪＪ", "zfgjj", "公积金", "提取公积金", "2180000", "0533-2180000"])
def test_numbers_initials_and_variants_find_the_matter(library: Library, query: str) -> None:
    library.published()
    library.published(**FUND)
    assert library.find(query)[:1] == ["住房公积金提取条件"]


def test_synonyms_find_what_is_called_otherwise(library: Library) -> None:
    library.published(title="城乡居民基本医疗保险参保", public_words="每年集中缴费。", keywords=[])
    assert library.find("居民医疗保险")[:1] == ["城乡居民基本医疗保险参保"]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "   ",
        "？！。",
        "😀😀",
        "AND OR NOT",
        '"停水',
        "title:(停水~2^9",
        "[* TO *]",
        "外星飞船停靠许可证",
        "\\",
        "%_%",
        "'; drop table entries",
    ],
)
def test_what_holds_no_word_of_ours_is_an_empty_answer_and_never_a_fault(library: Library, query: str) -> None:
    library.published(title="供热", public_words="供热期温度。", internal_words="", keywords=[])
    assert library.find(query) == []


@pytest.mark.parametrize("method", ["SearchEntries", "RecordSearch"])
def test_a_query_of_ten_thousand_characters_is_refused(library: Library, method: str) -> None:
    before = library.everything()
    with pytest.raises(Refused) as refused:
        library.ask(f"SearchService/{method}", OPERATOR, query="停水" * 5_000)
    assert (refused.value.code, refused.value.field) == ("INVALID_ARGUMENT", "query")
    assert library.everything() == before


def test_the_longest_query_is_answered(library: Library) -> None:
    library.published()
    for query in ("停水" * 100, "停水怎么办" * 40, "停" * 200, "1 " * 100, "😀" * 199 + "水"):
        assert library.find(query) in ([], ["停水怎么办"])
    assert library.find("停水" * 100) == ["停水怎么办"]


@pytest.mark.parametrize(
    ("narrow", "titles"),
    [
        ({"unit_id": "water"}, ["停水怎么办"]),
        ({"unit_id": "roads"}, []),
        ({"category": "01.01"}, ["停水怎么办"]),
        ({"category": "01"}, ["停水怎么办"]),
        ({"category": "01.01.02"}, []),
        ({"category": "0"}, []),
        ({"valid_on": "2025-03-31"}, ["停水怎么办"]),
        ({"valid_on": "2025-04-01"}, []),
        ({"valid_on": "2025-01-01"}, []),
        ({"valid_on": "2025-04-01", "with_invalid": True}, ["停水怎么办"]),
    ],
)
def test_filters_narrow_what_is_looked_at(library: Library, narrow: dict[str, Any], titles: list[str]) -> None:
    library.published(valid_from="2025-01-02", valid_until="2025-03-31")
    assert library.find("停水", filter=search_pb2.Filter(**narrow)) == titles


def test_a_caller_sees_public_words_alone(library: Library) -> None:
    library.published()
    library.published(title="内部流程", public_words="", internal_words="停水工单的内部流程")
    to_caller = search_pb2.Filter(audience=pb.AUDIENCE_CALLER)
    assert library.find("停水") != library.find("停水", filter=to_caller) == library.find("停水", GATEWAY) == ["停水怎么办"]
    assert library.find("派单员", filter=to_caller) == []
    (hit,) = library.ask("SearchService/SearchEntries", GATEWAY, query="停水").hits
    assert "派单员" not in "".join(part.text for part in hit.passage)


def test_passages_show_where_the_words_stand(library: Library) -> None:
    library.published(public_words="前言。" * 60 + "预约电话请打热线，管网检修期间停水。" + "后记。" * 60, internal_words="")
    (hit,) = library.ask("SearchService/SearchEntries", OPERATOR, query="管网检修").hits
    assert [part.text for part in hit.passage if part.hit] == ["管网检修"]
    assert len("".join(part.text for part in hit.passage)) <= 80
    (hit,) = library.ask("SearchService/SearchEntries", OPERATOR, query="停水").hits
    assert [(part.text, part.hit) for part in hit.title] == [("停水", True), ("怎么办", False)]


def test_the_title_counts_more_than_the_words(library: Library) -> None:
    library.published(title="停电报修", public_words="停电报修时请说明是否也停水，停水的话另行登记停水。", keywords=[])
    library.published(title="停水报修", public_words="请告知小区。", keywords=[])
    assert library.find("停水报修")[0] == "停水报修"


def test_suggestions_rest_on_an_entry_and_prefer_the_tickets_category(library: Library) -> None:
    library.published()
    entry = library.published(title="暖气不热怎么投诉", public_words="供热期内室温不低于18℃。", categories=["01.05.01"], keywords=[])
    said: dict[str, Any] = {"title": "家里暖气不热", "text": "张店区某小区三天了暖气不热，打了热线也没人来，家里还停水，请尽快解决。"}
    asked = library.ask("SearchService/SuggestAnswers", Caller.peer("intake", "zibo"), **said, category="01.05.01")
    assert asked.suggestions[0].entry_id == entry.entry_id
    assert (asked.suggestions[0].version, asked.suggestions[0].source.number) == (1, "国务院令第158号")
    assert "18℃" in asked.suggestions[0].public_words
    assert library.ask("SearchService/SuggestAnswers", OPERATOR).suggestions == []
    assert len(library.ask("SearchService/SuggestAnswers", OPERATOR, text="停水" * 9_999).suggestions) >= 1


def test_a_replica_finds_what_another_published(library: Library) -> None:
    library.published()
    replica = finding.Finder(library.store)
    question, narrow = Question({"停水": 1.0}, {}, ()), Narrow(("zibo",))

    def found() -> int:
        return len(library.store.read(OPERATOR, lambda tx: replica.search(tx, question, narrow, 10)))

    assert found() == 1
    entry = library.published(title="停水通知")
    assert found() == 2
    library.do("RetireEntry", entry, REVIEWER, reason="并入")
    assert found() == 1


def test_an_index_that_is_missing_or_damaged_is_built_anew(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    library.published()
    finder = finder_of(library.store)
    assert library.find("停水")
    finder._index = None
    assert library.find("停水")
    assert finder._index is not None
    damaged = finder._index

    def broken(*_: object, **__: object) -> list[str]:
        raise ValueError("a segment is gone")

    monkeypatch.setattr(damaged, "search", broken)
    assert library.find("停水")
    assert finder._index is not damaged


def test_an_index_that_lost_documents_is_found_out_and_built_anew(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    library.published()
    assert library.find("停水")
    finder = finder_of(library.store)
    assert finder._index is not None
    finder._index.put([], [hit.entry_id for hit in library.ask("SearchService/SearchEntries", OPERATOR, query="停水").hits])
    assert library.find("停水") == []
    monkeypatch.setattr(finding, "COUNT_SECONDS", 0.0)
    assert library.find("停水") == ["停水怎么办"]


def test_an_index_that_cannot_follow_is_built_anew(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    library.published()
    assert library.find("停水")

    def broken(*_: object) -> None:
        raise ValueError("the writer was killed")

    monkeypatch.setattr(EntryIndex, "put", broken)
    library.published(title="停水通知")
    assert sorted(library.find("停水")) == ["停水怎么办", "停水通知"]


def test_many_search_while_others_publish(library: Library) -> None:
    library.published()

    def work(number: int) -> list[str]:
        if number % 4 == 0:
            library.published(title=f"停水通知第{number}号")
        return library.find("停水", limit=50)

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(work, range(24)))
    assert all("停水怎么办" in titles for titles in found)
    assert len(library.find("停水", limit=50)) == 7


def test_an_editor_does_not_find_the_draft(library: Library) -> None:
    library.create()
    assert library.find("停水", EDITOR) == []
