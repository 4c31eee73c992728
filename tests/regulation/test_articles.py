from __future__ import annotations

import pickle

import pytest

from regulation.articles import Article, NotAllowed, clauses, edition_for, edition_named, text_of_the_law
from tests.regulation.instants import at

ITEMS = {6: 5, 7: 3, 8: 3, 11: 10, 15: 6}


def test_the_law_has_23_articles_and_their_items() -> None:
    articles = {(number, None) for number in range(1, 24)}
    items = {(number, item) for number, last in ITEMS.items() for item in range(1, last + 1)}
    assert set(clauses()) == articles | items


@pytest.mark.parametrize(
    ("article", "code", "cited"),
    [
        (Article(12), "12", "第十二条"),
        (Article(11, 6), "11-6", "第十一条第(六)项"),
        (Article(11, 10), "11-10", "第十一条第(十)项"),
        (Article(20), "20", "第二十条"),
        (Article(23), "23", "第二十三条"),
    ],
)
def test_an_article_is_cited_and_coded_as_letters_do(article: Article, code: str, cited: str) -> None:
    assert (article.code, article.cite()) == (code, cited)
    assert Article.parse(code) == article


def test_words_are_the_clause_s_own() -> None:
    assert Article(11, 10).words() == (
        "办结。经回访,来电人对热线事项服务过程和办理结果满意,或者答复内容符合法律、法规和政策规定的,该事项办结。"
    )
    assert Article(12).words().startswith("对于超过办理时限未回复的热线事项")
    assert Article(11).words().count("\n") == 10
    assert Article(16).words().count("\n") == 1, "two paragraphs"
    assert "第三章" not in Article(8).words()


def test_every_word_of_every_clause_stands_in_the_text() -> None:
    for number, item in clauses():
        for line in Article(number, item).words().splitlines():
            assert line in text_of_the_law()


@pytest.mark.parametrize(
    "code", ["", "0", "24", "11-11", "15-7", "12-1", "011-6", "11-06", "11-", "-6", "11-6 ", "十一", "13-report", "99-99"]
)
def test_what_is_no_clause_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match=r"条款"):
        Article.parse(code)


def test_not_allowed_cites_its_article_and_survives_a_queue() -> None:
    refusal = NotAllowed(Article(11, 6), "请写明理由")
    assert str(refusal) == "依据第十一条第(六)项：请写明理由"
    copy = pickle.loads(pickle.dumps(refusal))  # noqa: S301 - our own bytes
    assert (copy.article, copy.reason) == (refusal.article, refusal.reason)


@pytest.mark.parametrize("instant", ["2021-02-04T00:00", "2023-02-03T23:59:59", "2023-02-04T00:00", "2026-01-01T00:00"])
def test_edition_in_force(instant: str) -> None:
    assert edition_for(at(instant)).name == "zibo-2021"


def test_edition_is_refused_before_it_came_into_force() -> None:
    with pytest.raises(NotAllowed, match=r"第二十三条.*2021-02-03"):
        edition_for(at("2021-02-03T23:59:59.999999"))


def test_edition_ends_after_two_years_unless_continued() -> None:
    assert edition_for(at("2023-02-03T23:59:59"), continued=False).name == "zibo-2021"
    with pytest.raises(NotAllowed, match="第二十三条"):
        edition_for(at("2023-02-04T00:00"), continued=False)


def test_edition_is_found_by_its_name() -> None:
    assert edition_named("zibo-2021").continued_by
    with pytest.raises(ValueError, match="zibo-1999"):
        edition_named("zibo-1999")
