"""The index of published texts: a process's own, in memory, built from the store and thrown away with the process.

A document holds no text, only what it is found by; what is shown comes from the store.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import tantivy
from tantivy import Document, FieldType, Index, Occur, Query

from services.kb.rules.entries import Content
from services.kb.rules.tokens import Question, characters, grams, letters

# The weight of a word by where it stands. The lead is the beginning of what is said.
TITLE, LEAD, PUBLIC, INTERNAL, CHARACTER, LETTER = 2.0, 0.7, 1.0, 0.8, 0.3, 1.0
LEAD_LENGTH = 160
# A short question is answered by what holds half of it; of a long one, said in a caller's words, a word must do.
SHORT, LEAST_OF_LONG = 6, 1
HEAP = 16_000_000
FIRST_DAY, LAST_DAY = 0, 99991231
TEXTS = ("title", "lead", "public", "internal", "characters", "letters")
NAMES = ("entry_id", "tenant", "wide", "unit", "category", "public_too")
STAFF_FIELDS = (("title", TITLE), ("lead", LEAD), ("public", PUBLIC), ("internal", INTERNAL))
CALLER_FIELDS = (("title", TITLE), ("lead", LEAD), ("public", PUBLIC))


@dataclass(frozen=True)
class Indexed:
    """A published text."""

    entry_id: str
    tenant_id: str
    content: Content


@dataclass(frozen=True)
class Narrow:
    """Which entries are looked at: whole tenants, a city's for all, and filters; empty filters nothing."""

    tenants: tuple[str, ...]
    city: str = ""
    unit_id: str = ""
    category: str = ""
    valid_on: str = ""
    for_caller: bool = False


class EntryIndex:
    """Found by: words of title, beginning and text; single characters; the initials of a title. Safe for many threads that search."""

    def __init__(self) -> None:
        self._schema = _schema()
        self._index = Index(self._schema)
        self._index.register_tokenizer("spaces", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
        self._writer = self._index.writer(HEAP, 1)

    def put(self, found: Iterable[Indexed], gone: Iterable[str] = ()) -> None:
        """Take in texts, each in the place of an earlier one of its entry, and let go of entries."""
        for entry_id in gone:
            self._writer.delete_documents_by_term("entry_id", entry_id)
        for text in found:
            self._writer.delete_documents_by_term("entry_id", text.entry_id)
            self._writer.add_document(_document(text))
        self._writer.commit()
        self._index.reload()

    def fill(self, found: Iterable[Indexed]) -> None:
        """Take in the texts of a new index."""
        for text in found:
            self._writer.add_document(_document(text))
        self._writer.commit()
        self._index.reload()

    def __len__(self) -> int:
        return int(self._index.searcher().num_docs)

    def search(self, question: Question, narrow: Narrow, limit: int, *, nearest: bool = False) -> list[str]:
        """The ids of the entries that answer best, the best first; with `nearest` also what only touches the question."""
        if question.is_empty:
            return []
        searcher = self._index.searcher()
        hits = searcher.search(self._query(question, narrow, nearest=nearest), limit, count=False).hits
        return [str(searcher.doc(address)["entry_id"][0]) for _, address in hits]

    def _query(self, question: Question, narrow: Narrow, *, nearest: bool) -> Query:
        fields = CALLER_FIELDS if narrow.for_caller else STAFF_FIELDS
        said = self._said(question, fields, nearest=nearest)
        ways = [(Occur.Should, said)] if said else []
        if question.letters:
            ways.append((Occur.Should, Query.boolean_query([(Occur.Must, self._term("letters", each)) for each in question.letters])))
        return Query.boolean_query([(Occur.Must, Query.boolean_query(ways)), *self._filters(narrow)])

    def _said(self, question: Question, fields: Sequence[tuple[str, float]], *, nearest: bool) -> Query | None:
        """What holds enough of the question, better the more of it; other words and single characters only add."""
        alone = [each for each in question.characters if not question.terms or each in question.terms]
        terms = [(Occur.Should, self._anywhere(gram, weight, fields)) for gram, weight in question.terms.items() if gram not in alone]
        terms += [(Occur.Should, self._term("characters", each)) for each in alone]
        if not terms:
            return None
        enough = Query.boolean_query(terms, minimum_number_should_match=1 if nearest else _least(len(terms)))
        named = [(Occur.Should, self._term("title", gram)) for gram, weight in question.terms.items() if weight >= 1.0]
        if named:
            # What bears a word of the question in its name answers it too, and that makes it no better.
            enough = Query.boolean_query([(Occur.Should, enough), (Occur.Should, Query.const_score_query(Query.boolean_query(named), 0.0))])
        more = [(Occur.Should, self._anywhere(gram, weight, fields)) for gram, weight in question.others.items()]
        more += [(Occur.Should, self._term("characters", each, CHARACTER)) for each in question.characters]
        return Query.boolean_query([(Occur.Must, enough), *more])

    def _anywhere(self, gram: str, weight: float, fields: Sequence[tuple[str, float]]) -> Query:
        return Query.boolean_query([(Occur.Should, self._term(name, gram, weight * worth)) for name, worth in fields])

    def _term(self, field: str, text: str, weight: float = 1.0) -> Query:
        return Query.boost_query(Query.term_query(self._schema, field, text, "freq"), weight)

    def _filters(self, narrow: Narrow) -> list[tuple[Occur, Query]]:
        owned = [(Occur.Should, self._name("tenant", tenant)) for tenant in narrow.tenants]
        owned += [(Occur.Should, self._name("wide", narrow.city))] if narrow.city else []
        wanted = [Query.boolean_query(owned)]
        wanted += [self._name(name, value) for name, value in (("unit", narrow.unit_id), ("category", narrow.category)) if value]
        if narrow.for_caller:
            wanted.append(self._name("public_too", "yes"))
        if narrow.valid_on:
            day = _number(narrow.valid_on, FIRST_DAY)
            wanted.append(Query.range_query(self._schema, "valid_from", FieldType.Integer, FIRST_DAY, day))
            wanted.append(Query.range_query(self._schema, "valid_until", FieldType.Integer, day, LAST_DAY))
        # A filter says yes or no and makes nothing better.
        return [(Occur.Must, Query.const_score_query(each, 0.0)) for each in wanted]

    def _name(self, field: str, value: str) -> Query:
        return Query.term_query(self._schema, field, value, "basic")


def _least(terms: int) -> int:
    """How many of a question's terms must stand in an answer."""
    return (terms + 1) // 2 if terms <= SHORT else LEAST_OF_LONG


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in NAMES:
        builder.add_text_field(name, stored=name == "entry_id", tokenizer_name="raw", index_option="basic")
    for name in TEXTS:
        builder.add_text_field(name, stored=False, tokenizer_name="spaces", index_option="freq")
    for name in ("valid_from", "valid_until"):
        builder.add_integer_field(name, indexed=True, fast=True)
    return builder.build()


def _document(text: Indexed) -> Document:
    content = text.content
    names = " ".join((content.title, *content.keywords))
    said = content.public_words or content.internal_words
    return Document(
        entry_id=text.entry_id,
        tenant=text.tenant_id,
        wide=[text.tenant_id] if content.citywide else [],
        unit=content.unit_id,
        category=[code for each in content.categories for code in _line(each)],
        public_too=["yes"] if content.public_words else [],
        title=" ".join(grams(names)),
        lead=" ".join(grams(content.public_words[:LEAD_LENGTH])),
        public=" ".join(grams(content.public_words)),
        internal=" ".join(grams(content.internal_words)),
        characters=" ".join(characters(f"{names} {said}")),
        letters=" ".join(letters(names)),
        valid_from=_number(content.valid_from, FIRST_DAY),
        valid_until=_number(content.valid_until, LAST_DAY),
    )


def _line(code: str) -> list[str]:
    """A category with those above it."""
    parts = code.split(".")
    return [".".join(parts[: count + 1]) for count in range(len(parts))]


def _number(day: str, otherwise: int) -> int:
    return int(day.replace("-", "")) if day else otherwise
