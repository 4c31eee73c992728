"""The index of published texts: a process's own, in memory, built from the store and thrown away with the process.

A document holds no text, only what it is found by; what is shown comes from the store.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import tantivy
from tantivy import Document, Index, Query

from chassis.memory import give_back
from services.kb.asking import FIRST_DAY, LAST_DAY, Asking, Facts, Narrow, number_of
from services.kb.rules.entries import Content
from services.kb.rules.tokens import Question, characters, grams, letters

LEAD_LENGTH = 160
# A short question is answered by what holds half of it; of a long one, said in a caller's words, a word must do.
SHORT, LEAST_OF_LONG = 6, 1
# So many times what is wanted is looked through before the engine is asked to filter.
SPARE = 4
# Bytes for the engine: while it is built, and when a text is new.
BUILDING, KEEPING = 100_000_000, 16_000_000
# The engine makes one segment of so many alike, and a search looks through each: one costs half of what six do. Texts of a segment
# wait in memory.
MERGED, MOST_AT_ONCE = 8, 12_500
TEXTS = ("title", "lead", "public", "internal", "characters", "letters")
NAMES = ("entry_id", "tenant", "wide", "unit", "category", "public_too")


@dataclass(frozen=True)
class Indexed:
    """A published text."""

    entry_id: str
    tenant_id: str
    content: Content


class EntryIndex:
    """Found by: words of title, beginning and text; single characters; the initials of a title. Safe for many threads that search."""

    def __init__(self) -> None:
        self._schema = _schema()
        self._index = Index(self._schema)
        self._index.register_tokenizer("spaces", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
        self._writer = self._index.writer(KEEPING, 1)

    def put(self, found: Iterable[Indexed], gone: Iterable[str] = ()) -> None:
        """Take in texts, each in the place of an earlier one of its entry, and let go of entries."""
        for entry_id in gone:
            self._writer.delete_documents_by_term("entry_id", entry_id)
        for text in found:
            self._writer.delete_documents_by_term("entry_id", text.entry_id)
            self._writer.add_document(_document(text))
        self._writer.commit()
        self._index.reload()

    def fill(self, found: Iterable[Indexed], count: int) -> None:
        """Take in the texts of a new index, about so many."""
        self._writer.wait_merging_threads()
        writer = self._index.writer(BUILDING, 1)
        at_once = _at_once(count)
        for number, text in enumerate(found, 1):
            writer.add_document(_document(text))
            if number % at_once == 0:
                writer.commit()
                give_back()
        writer.commit()
        writer.wait_merging_threads()
        self._writer = self._index.writer(KEEPING, 1)
        self._index.reload()
        give_back()

    def __len__(self) -> int:
        return int(self._index.searcher().num_docs)

    def search(self, question: Question, narrow: Narrow, limit: int, *, nearest: bool = False) -> list[str]:
        """The ids of the entries that answer best, the best first; with `nearest` also what only touches the question."""
        if question.is_empty:
            return []
        if nearest or len(question.terms) > SHORT:
            quickly = self._quickly(question, narrow, limit)
            if quickly is not None:
                return quickly
        asking = Asking(self._schema, question, narrow, least=1 if nearest else _least(len(question.terms)))
        best, _ = self._found(asking.narrowed(), limit)
        return [facts.entry_id for facts in best]

    def _quickly(self, question: Question, narrow: Narrow, limit: int) -> list[str] | None:
        """The best of all, and of those what is looked at: the engine skips what cannot be among the best, but not under a filter.

        None where too few remain.
        """
        most = limit * SPARE
        best, count = self._found(Asking(self._schema, question, narrow, least=1).any_word(), most)
        found = list(islice((facts.entry_id for facts in best if facts.is_in(narrow)), limit))
        return found if len(found) == limit or count < most else None

    def _found(self, query: Query, limit: int) -> tuple[Iterator[Facts], int]:
        """The best, each read when it is looked at, and how many they are."""
        searcher = self._index.searcher()
        hits = searcher.search(query, limit, count=False).hits
        return (Facts.read(bytes(searcher.doc(address)["facts"][0]).decode()) for _, address in hits), len(hits)


def _at_once(count: int) -> int:
    """How many texts go into a segment, so that in the end there is one."""
    at_once = max(count, 1)
    while at_once > MOST_AT_ONCE:
        at_once = -(-at_once // MERGED)
    return at_once


def _least(terms: int) -> int:
    """How many of a question's terms must stand in an answer."""
    return (terms + 1) // 2 if terms <= SHORT else LEAST_OF_LONG


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in NAMES:
        builder.add_text_field(name, stored=False, tokenizer_name="raw", index_option="basic")
    for name in TEXTS:
        builder.add_text_field(name, stored=False, tokenizer_name="spaces", index_option="freq")
    for name in ("valid_from", "valid_until"):
        builder.add_integer_field(name, indexed=True, fast=True)
    builder.add_bytes_field("facts", stored=True)
    return builder.build()


def _document(text: Indexed) -> Document:
    content = text.content
    names = " ".join((content.title, *content.keywords))
    said = content.public_words or content.internal_words
    facts = Facts(
        text.entry_id, text.tenant_id, content.unit_id, content.citywide, bool(content.public_words),
        number_of(content.valid_from, FIRST_DAY), number_of(content.valid_until, LAST_DAY),
        tuple(dict.fromkeys(code for each in content.categories for code in _line(each))),
    )  # fmt: skip
    return Document(
        facts=facts.text.encode(),
        entry_id=facts.entry_id,
        tenant=facts.tenant_id,
        wide=[facts.tenant_id] if facts.citywide else [],
        unit=facts.unit_id,
        category=list(facts.categories),
        public_too=["yes"] if facts.public_too else [],
        title=" ".join(grams(names)),
        lead=" ".join(grams(content.public_words[:LEAD_LENGTH])),
        public=" ".join(grams(content.public_words)),
        internal=" ".join(grams(content.internal_words)),
        characters=" ".join(dict.fromkeys(characters(f"{names} {said}"))),
        letters=" ".join(letters(names)),
        valid_from=facts.valid_from,
        valid_until=facts.valid_until,
    )


def _line(code: str) -> list[str]:
    """A category with those above it."""
    parts = code.split(".")
    return [".".join(parts[: count + 1]) for count in range(len(parts))]
