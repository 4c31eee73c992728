"""The glossary: one term for each name, one name for each term, and the same words as the code."""

import re
from collections import Counter
from pathlib import Path

import pytest

from regulation.articles import Article
from regulation.deadlines import Kind, Light
from services.assessment.rules.findings import Sign
from services.assessment.rules.findings import State as FindingState
from services.assessment.rules.ladder import Rung
from services.assessment.rules.supervision import State as SupervisionState
from services.directory.rules.units import UnitState
from services.dispatch.lifecycle import State, Verb
from services.intake.lifecycle import VERB_TERMS
from services.intake.lifecycle import State as TicketState
from services.kb.lifecycle import VERB_TERMS as KB_VERB_TERMS
from services.kb.lifecycle import State as EntryState
from services.notify.lifecycle import State as MessageState
from services.provincial.lifecycle import FeedbackState
from services.sla.rules.clocks import State as ClockState

GLOSSARY = Path(__file__).parents[2] / "docs" / "glossary.md"


def _rows() -> list[list[str]]:
    lines = [line for line in GLOSSARY.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


ROWS = _rows()
TERMS = {row[0]: row[1] for row in ROWS}
SHOWN = [
    *((state.value.replace("_", " "), state.term) for state in State),
    *((state.value, state.term) for state in TicketState if state.value not in {"closed", "withdrawn"}),
    *((f"{kind.name.lower().replace('_', ' ')} deadline", kind.term) for kind in Kind),
    *((light.value.replace("none", "no light"), light.term) for light in Light),
    *((f"unit {state.value}", state.term) for state in UnitState),
    *((f"clock {state.value.lower()}", state.term) for state in ClockState),
    *((f"entry {state.value.replace('_', ' ')}", state.term) for state in EntryState),
    *((f"message {state.value}", state.term) for state in MessageState),
    *((f"feedback {state.value}", state.term) for state in FeedbackState),
    *((f"sign {sign.value}", sign.term) for sign in Sign),
    *((f"finding {state.value.replace('_', ' ')}", state.term) for state in FindingState),
    *((f"rung {rung.value.replace('_', ' ')}", rung.term) for rung in Rung),
    *((f"supervision {state.value.replace('_', ' ')}", state.term) for state in SupervisionState),
    *((verb.replace("_", " "), term) for verb, term in KB_VERB_TERMS.items()),
]


def test_every_row_has_a_name_a_term_and_articles_or_none() -> None:
    assert len(ROWS) > 200
    for row in ROWS:
        name, term, article = row
        assert re.fullmatch(r"[A-Za-z][A-Za-z' -]*", name), row
        assert re.search(r"[一-鿿]", term), row
        for each in re.findall(r"\d+(?:\(\d+\))?", article):
            Article.parse(each.replace("(", "-").rstrip(")"))
        assert re.fullmatch(r"(\d+(\(\d+\))?([,–] ?(?=\d))?)*", article), row


@pytest.mark.parametrize("column", [0, 1], ids=["english", "chinese"])
def test_every_name_and_every_term_appears_once(column: int) -> None:
    counts = Counter(row[column].casefold() for row in ROWS)
    assert [word for word, count in counts.items() if count > 1] == []


def test_rows_are_sorted_by_the_english_name() -> None:
    names = [row[0].casefold() for row in ROWS]
    assert names == sorted(names)


@pytest.mark.parametrize(("name", "term"), SHOWN)
def test_what_the_code_shows_is_the_glossarys_term(name: str, term: str) -> None:
    assert TERMS[name] == term


@pytest.mark.parametrize("verb", Verb)
def test_what_the_code_calls_a_verb_holds_the_glossarys_term(verb: Verb) -> None:
    assert TERMS[verb.value.replace("_", " ")] in verb.term


@pytest.mark.parametrize(("verb", "term"), sorted(VERB_TERMS.items()))
def test_what_intake_calls_a_verb_holds_the_glossarys_term(verb: str, term: str) -> None:
    words = verb.replace("_", " ")
    known = [name for name in (words, words.removesuffix(" ticket")) if name in TERMS]
    assert not known or TERMS[known[0]] in term
