"""The province's date by all it has said: the same in whichever order its messages came (11(3), 11(4))."""

from __future__ import annotations

from datetime import datetime
from itertools import permutations

from regulation.calendar import national
from regulation.policy import Policy
from services.provincial.rules.dates import Word, date_of


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def date(*words: Word) -> datetime | None:
    return date_of(words, calendar=national(), policy=Policy())


def test_days_extend_the_date_there_is_and_a_date_stands_for_those_before_it() -> None:
    first = Word(1, at("2025-03-13T00:00"))  # the end of Wed 12
    assert date(first) == at("2025-03-13T00:00")
    assert date(first, Word(3, days=2)) == at("2025-03-15T00:00")
    assert date(first, Word(3, days=2), Word(4, days=1)) == at("2025-03-18T00:00")
    assert date(first, Word(3, days=2), Word(5, at("2025-03-20T17:30"))) == at("2025-03-20T17:30")
    assert date(first, Word(3, at("2025-03-20T17:30")), Word(5, days=1)) == at("2025-03-22T00:00")


def test_days_of_a_date_that_was_never_named_are_none() -> None:
    assert date(Word(2, days=3)) is None
    assert date() is None


def test_it_is_the_same_in_any_order() -> None:
    words = [Word(1, at("2025-03-13T00:00")), Word(2, days=2), Word(3, at("2025-03-14T12:00")), Word(4, days=1)]
    assert {date(*each) for each in permutations(words)} == {at("2025-03-18T00:00")}
