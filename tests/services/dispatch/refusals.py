"""How the tests say that something is refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from chassis.errors import Invalid
from regulation.articles import NotAllowed


@contextmanager
def forbidden(article: str, *words: str) -> Iterator[None]:
    """The law does not allow it, by this article and in these words."""
    with pytest.raises(NotAllowed) as refused:
        yield
    assert refused.value.article.code == article
    for each in words:
        assert each in refused.value.reason


@contextmanager
def incomplete(field: str, article: str) -> Iterator[None]:
    """Something is missing that this article demands."""
    with pytest.raises(Invalid) as refused:
        yield
    assert (refused.value.field, refused.value.article) == (field, article)
