"""A question in the engine's words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import tantivy
from tantivy import FieldType, Occur, Query

from services.kb.rules.tokens import Question

# The weight of a word by where it stands. The lead is the beginning of what is said.
TITLE, LEAD, PUBLIC, INTERNAL = 2.0, 0.4, 1.0, 0.8
STAFF_FIELDS = (("title", TITLE), ("lead", LEAD), ("public", PUBLIC), ("internal", INTERNAL))
CALLER_FIELDS = (("title", TITLE), ("lead", LEAD), ("public", PUBLIC))
FIRST_DAY, LAST_DAY = 0, 99991231


@dataclass(frozen=True)
class Narrow:
    """Which entries are looked at: whole tenants, a city's for all, and filters; empty filters nothing."""

    tenants: tuple[str, ...]
    city: str = ""
    unit_id: str = ""
    category: str = ""
    valid_on: str = ""
    for_caller: bool = False


@dataclass(frozen=True)
class Facts:
    """What a filter asks of an entry, kept in the index as one text."""

    entry_id: str
    tenant_id: str
    unit_id: str
    citywide: bool
    public_too: bool
    valid_from: int
    valid_until: int
    categories: tuple[str, ...]

    @staticmethod
    def read(text: str) -> Facts:
        """From its text."""
        entry_id, tenant_id, unit_id, citywide, public_too, valid_from, valid_until, *categories = text.split(" ")
        return Facts(entry_id, tenant_id, unit_id, citywide == "1", public_too == "1", int(valid_from), int(valid_until), tuple(categories))

    @property
    def text(self) -> str:
        """As one text: ids and codes hold no space."""
        days = f"{self.valid_from} {self.valid_until}"
        return " ".join((f"{self.entry_id} {self.tenant_id} {self.unit_id} {self.citywide:d} {self.public_too:d} {days}", *self.categories))

    def is_in(self, narrow: Narrow) -> bool:
        """Whether it is looked at."""
        return (
            (self.tenant_id in narrow.tenants or (self.citywide and self.tenant_id == narrow.city))
            and narrow.unit_id in ("", self.unit_id)
            and (not narrow.category or narrow.category in self.categories)
            and (self.public_too or not narrow.for_caller)
            and (not narrow.valid_on or self.valid_from <= number_of(narrow.valid_on, FIRST_DAY) <= self.valid_until)
        )


@dataclass(frozen=True)
class Asking:
    """A question; `least` of its words must stand in an answer, or one in its title."""

    schema: tantivy.Schema
    question: Question
    narrow: Narrow
    least: int

    @property
    def _fields(self) -> Sequence[tuple[str, float]]:
        return CALLER_FIELDS if self.narrow.for_caller else STAFF_FIELDS

    def any_word(self) -> Query:
        """Whatever holds any word, flat, so that the engine may skip."""
        weighed = (*self.question.terms.items(), *self.question.others.items())
        terms = [self._term(name, gram, weight * worth) for gram, weight in weighed for name, worth in self._fields]
        return Query.boolean_query([(Occur.Should, term) for term in terms])

    def narrowed(self) -> Query:
        """What holds enough of the question among what is looked at."""
        ways = [(Occur.Should, said)] if (said := self._said()) else []
        if self.question.letters:
            read = [(Occur.Must, self._term("letters", each)) for each in self.question.letters]
            ways.append((Occur.Should, Query.boolean_query(read)))
        return Query.boolean_query([(Occur.Must, Query.boolean_query(ways)), *self._filters()])

    def _said(self) -> Query | None:
        """What holds enough, better the more of it; other words for the same only add."""
        terms = [(Occur.Should, self._anywhere(gram, weight)) for gram, weight in self.question.terms.items() if len(gram) > 1]
        terms += [(Occur.Should, self._term("characters", each)) for each in self.question.terms if len(each) == 1]
        if not terms:
            return None
        enough = Query.boolean_query(terms, minimum_number_should_match=min(self.least, len(terms)))
        named = [(Occur.Should, self._term("title", gram)) for gram, weight in self.question.terms.items() if weight >= 1.0]
        if named:
            # What bears a word of the question in its name answers it too, and that makes it no better.
            enough = Query.boolean_query([(Occur.Should, enough), (Occur.Should, Query.const_score_query(Query.boolean_query(named), 0.0))])
        more = [(Occur.Should, self._anywhere(gram, weight)) for gram, weight in self.question.others.items()]
        return Query.boolean_query([(Occur.Must, enough), *more])

    def _anywhere(self, gram: str, weight: float) -> Query:
        return Query.boolean_query([(Occur.Should, self._term(name, gram, weight * worth)) for name, worth in self._fields])

    def _term(self, field: str, text: str, weight: float = 1.0) -> Query:
        return Query.boost_query(Query.term_query(self.schema, field, text, "freq"), weight)

    def _filters(self) -> list[tuple[Occur, Query]]:
        narrow = self.narrow
        owned = [(Occur.Should, self._name("tenant", tenant)) for tenant in narrow.tenants]
        owned += [(Occur.Should, self._name("wide", narrow.city))] if narrow.city else []
        wanted = [Query.boolean_query(owned)]
        wanted += [self._name(name, value) for name, value in (("unit", narrow.unit_id), ("category", narrow.category)) if value]
        if narrow.for_caller:
            wanted.append(self._name("public_too", "yes"))
        if narrow.valid_on:
            day = number_of(narrow.valid_on, FIRST_DAY)
            wanted.append(Query.range_query(self.schema, "valid_from", FieldType.Integer, FIRST_DAY, day))
            wanted.append(Query.range_query(self.schema, "valid_until", FieldType.Integer, day, LAST_DAY))
        # A filter says yes or no and makes nothing better.
        return [(Occur.Must, Query.const_score_query(each, 0.0)) for each in wanted]

    def _name(self, field: str, value: str) -> Query:
        return Query.term_query(self.schema, field, value, "basic")


def number_of(day: str, otherwise: int) -> int:
    """20250106 for "2025-01-06"."""
    return int(day.replace("-", "")) if day else otherwise
