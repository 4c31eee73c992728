"""Policies as people set them: each has its words, an article that is there, and a default that may be set as it is told."""

from __future__ import annotations

from regulation.articles import Article
from regulation.policy import Policy, admitted, setting_names
from services.gateway.console.policies import settings


def test_every_policy_has_its_words_and_its_article() -> None:
    assert [each.name for each in settings()] == list(setting_names())
    assert all(each.label and Article.parse(each.article).words() for each in settings())
    assert len({each.label for each in settings()}) == len(settings())


def test_what_is_told_as_the_default_is_what_no_setting_means() -> None:
    assert Policy.of({name: admitted(name).default for name in setting_names() if admitted(name).default}) == Policy()


def test_what_is_told_as_admitted_is_taken() -> None:
    for name in setting_names():
        for value in admitted(name).values:
            Policy.of({name: value})
    assert admitted("cutoff").said == "时刻，00:01至24:00"
    assert admitted("call_attempts").said == "1至20的整数"
