"""Searching, suggesting answers, and what becomes of a question without one."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from threading import BoundedSemaphore

from chassis.store import Tx
from services.kb.actions.permitting import narrow_to_seen, owning, published
from services.kb.actions.upkeeping import press_gap
from services.kb.asking import Narrow
from services.kb.finding import finder_of
from services.kb.rules import tokens
from services.kb.rules.freshness import today
from services.kb.rules.passages import Run, highlighted, passage
from services.kb.rules.tokens import Question
from services.kb.store import copies, using
from services.kb.store import entries as rows
from services.kb.store import upkeep as gaps
from services.kb.store.entries import Found
from services.kb.store.upkeep import Gap

# More at once than there are cores take the interpreter from one another again and again, and each is answered later.
_TURNS = BoundedSemaphore(os.cpu_count() or 1)
USUAL_HITS, MOST_HITS = 10, 50
USUAL_SUGGESTIONS, MOST_SUGGESTIONS = 3, 10


@dataclass(frozen=True)
class Hit:
    """An entry that answers, with where the question's words stand in it."""

    found: Found
    title: list[Run]
    passage: list[Run]


def search(tx: Tx, query: str, narrow: Narrow, limit: int = 0) -> list[Hit]:
    """What answers a question, the best first; nothing for what holds no word."""
    question = tokens.ask(query)
    return _hits(tx, question, narrow_to_seen(tx, narrow), min(limit or USUAL_HITS, MOST_HITS))


def suggest(tx: Tx, title: str, text: str, category: str, limit: int = 0) -> list[Hit]:
    """Answers for a ticket's text that hold today: first what the ticket's category has, then any."""
    question, most = tokens.ask_for(title, text), min(limit or USUAL_SUGGESTIONS, MOST_SUGGESTIONS)
    narrow = narrow_to_seen(tx, Narrow((), valid_on=today(tx.now)))
    hits = _hits(tx, question, replace(narrow, category=category), most, nearest=True) if category else []
    if len(hits) < most:
        known = {hit.found.entry.entry_id for hit in hits}
        hits += [hit for hit in _hits(tx, question, narrow, most, nearest=True) if hit.found.entry.entry_id not in known]
    return hits[:most]


def record_search(tx: Tx, query: str, narrow: Narrow, entry_id: str, *, unanswered: bool) -> str:
    """Count the entry that was opened; answers the gap a question without an answer is counted in, or nothing.

    Raises Missing for an entry that the caller does not see.
    """
    if entry_id:
        _count_opened(tx, entry_id)
    question, seen = tokens.ask(query), narrow_to_seen(tx, narrow)
    finder = finder_of(tx.store)
    if question.is_empty or not (unanswered or (not entry_id and not finder.search(tx, question, seen, 1))):
        return ""
    unit_id = narrow.unit_id if copies.is_unit(tx, narrow.unit_id) else _nearest_unit(tx, question, seen)
    asked = Gap(tx.new_id(), tx.by.tenant_id, query, narrow.category, unit_id, 1, tx.now, tx.now)
    gap = gaps.count_question(tx, asked, tokens.key_of(query)[:200])
    press_gap(tx, gap)
    return gap.gap_id


def _hits(tx: Tx, question: Question, narrow: Narrow, limit: int, *, nearest: bool = False) -> list[Hit]:
    with _TURNS:
        ids = finder_of(tx.store).search(tx, question, narrow, limit, nearest=nearest)
        found = published(tx, ids) if ids else {}
        return [_hit(found[each], question, for_caller=narrow.for_caller) for each in ids if each in found]


def _hit(found: Found, question: Question, *, for_caller: bool) -> Hit:
    terms = (*question.terms, *question.others) or question.characters
    content = found.content
    internal = "" if for_caller else content.internal_words
    words = content.public_words or internal
    if internal and _share(internal, question) > _share(content.public_words, question):
        words = internal
    return Hit(found, highlighted(content.title, terms), passage(words, terms))


def _share(text: str, question: Question) -> float:
    plain = tokens.normal(text)
    return sum(weight for term, weight in question.terms.items() if term in plain)


def _count_opened(tx: Tx, entry_id: str) -> None:
    found = published(tx, [entry_id]).get(entry_id)
    if found is None:
        raise rows.missing(entry_id)
    with owning(tx, found.entry) as owner:
        using.count_use(owner, entry_id, today(tx.now), opened=1)


def _nearest_unit(tx: Tx, question: Question, narrow: Narrow) -> str:
    """The unit of the own tenant whose entry comes nearest to a question; else the hub."""
    ids = finder_of(tx.store).search(tx, question, replace(narrow, tenants=(tx.by.tenant_id,), city=""), 1, nearest=True)
    found = rows.published(tx, ids) if ids else {}
    return next((each.entry.unit_id for each in found.values()), "") or copies.hub_of(tx)
