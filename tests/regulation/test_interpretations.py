"""docs/interpretations.md quotes the law truly, leaves out no clause that has a rule, and names tests that exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from regulation.articles import Article
from regulation.ledger import LEDGER
from regulation.policy import Policy
from regulation.terms import handle_deadline, return_deadline
from tests.regulation.instants import NATIONAL, POLICY, at, end_of

TIMES = {"cutoff", "quiet_from", "quiet_until"}
ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "interpretations.md").read_text(encoding="utf-8")
SECTIONS = {
    part.split("\n", 1)[0]: part.split("\n", 1)[1] for part in re.split(r"^### ", PAGE.split("\n## A few dates")[0], flags=re.MULTILINE)[1:]
}
PINS = sorted(set(re.findall(r"`(tests/[^`]+)`", PAGE)))
ROWS = re.findall(
    r"^\| (\d{4})-(\d\d-\d\d)[^|]*\| (\d\d-\d\d)[^|]*\| (\d\d-\d\d)[^|]*\| (\d\d-\d\d)[^|]*\| (\d\d-\d\d)", PAGE, flags=re.MULTILINE
)


@pytest.mark.parametrize("code", SECTIONS)
def test_a_clause_is_quoted_in_its_own_words_and_says_what_pins_it(code: str) -> None:
    quoted = re.findall(r"^> (.+)$", SECTIONS[code], flags=re.MULTILINE)
    assert quoted
    assert all(each in Article.parse(code).words() for each in quoted)
    assert "\nPinned: " in SECTIONS[code]


def test_every_clause_kept_by_a_rule_has_its_reading() -> None:
    ruled = {code for code, kept in LEDGER.items() if kept.rules}
    readings = set(SECTIONS) | {"11", "6"} | {code for code in ruled if code.startswith("15-")}
    assert ruled <= readings, "6 is kept by what 8, 11 and 20 say"


@pytest.mark.parametrize("pin", PINS)
def test_a_test_that_pins_a_reading_exists(pin: str) -> None:
    path, _, name = pin.partition("::")
    assert (ROOT / path).exists()
    if name:
        body = ast.parse((ROOT / path).read_text(encoding="utf-8")).body
        assert name in {each.name for each in body if isinstance(each, ast.FunctionDef)}


def test_every_policy_is_named() -> None:
    named = {f"{each}_minutes" if each in TIMES else each for each in re.findall(r"`([a-z_]+)`", PAGE)}
    assert set(Policy.__dataclass_fields__) <= named


@pytest.mark.parametrize(("year", "day", "returned_by", "due", "yellow", "red"), ROWS)
def test_the_table_of_dates_is_what_the_law_gives(year: str, day: str, returned_by: str, due: str, yellow: str, red: str) -> None:
    trigger = at(f"{year}-{day}T10:00")
    deadline = handle_deadline(trigger, calendar=NATIONAL, policy=POLICY)
    returned = return_deadline(trigger, calendar=NATIONAL, policy=POLICY)
    expected = [end_of(f"{year}-{each}") for each in (returned_by, due, yellow, red)]
    assert [returned.deadline_at, deadline.deadline_at, deadline.yellow_at, deadline.red_at] == expected


def test_the_table_has_five_rows() -> None:
    assert len(ROWS) == 5
