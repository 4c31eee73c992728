"""What a page seldom shows is held against what its words demand, for no story may ever come to it."""

from __future__ import annotations

import inspect

import pytest
from jinja2 import nodes

from services.gateway.assets import Assets
from services.gateway.console import words
from services.gateway.console.showing import Showing
from tests.walls.protos import messages_of, ours

PAGES = Showing(Assets()).pages
OF_A_FIELD = {"term", "terms", "name"}


ENUMS = {field.name for message in messages_of(ours()) for field in message.fields if field.enum_type is not None}


def filters_of(template: str) -> list[nodes.Filter]:
    assert PAGES.loader is not None
    source, _, _ = PAGES.loader.get_source(PAGES, template)
    ours = {name for name, made in PAGES.filters.items() if inspect.getmodule(made) is words}
    return [each for each in PAGES.parse(source).find_all(nodes.Filter) if each.name in ours]


@pytest.mark.parametrize("template", sorted(PAGES.list_templates()))
def test_every_word_is_asked_for_with_what_it_wants(template: str) -> None:
    for each in filters_of(template):
        inspect.signature(PAGES.filters[each.name]).bind(each.node, *each.args, **{str(more.key): more.value for more in each.kwargs})
        if each.name in OF_A_FIELD and isinstance(each.args[0], nodes.Const):
            assert each.args[0].value in ENUMS, f"line {each.lineno}: no message has an enum by that name"


def test_words_are_asked_for_at_all() -> None:
    assert sum(len(filters_of(template)) for template in PAGES.list_templates()) > 100
