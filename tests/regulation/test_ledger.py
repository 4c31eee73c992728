"""Every clause of the law is kept by something that exists, or says why a person keeps it."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from regulation.articles import clauses
from regulation.ledger import LEDGER

ROOT = Path(__file__).parents[2]
OWN_ITEMS = {11, 15}
RULES = sorted({rule for kept in LEDGER.values() for rule in kept.rules})


def resolve(name: str) -> object:
    """What a dotted name stands for: the longest module in it, then its attributes."""
    parts = name.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        path = ROOT.joinpath(*parts[:cut])
        if path.with_suffix(".py").is_file() or (path / "__init__.py").is_file():
            found: object = importlib.import_module(".".join(parts[:cut]))
            for part in parts[cut:]:
                found = getattr(found, part)
            return found
    raise ImportError(name)


def test_every_article_and_every_item_of_11_and_15_has_its_entry() -> None:
    wanted = {f"{number}" for number, _ in clauses()}
    wanted |= {f"{number}-{item}" for number, item in clauses() if item and number in OWN_ITEMS}
    assert set(LEDGER) == wanted
    assert len(wanted) == 23 + 10 + 6


@pytest.mark.parametrize("code", LEDGER)
def test_an_entry_says_how_it_is_kept(code: str) -> None:
    kept = LEDGER[code]
    assert kept.rules or kept.human_duty
    assert not kept.human_duty or len(kept.human_duty) > 20, "why"
    assert not kept.unbuilt or len(kept.unbuilt) > 20, "what"


@pytest.mark.parametrize("rule", RULES)
def test_a_named_rule_exists(rule: str) -> None:
    assert resolve(rule) is not None


@pytest.mark.parametrize("rule", ["regulation.terms.no_such_rule", "services.nowhere.rules.x"])
def test_a_rule_that_does_not_exist_is_found_out(rule: str) -> None:
    with pytest.raises((AttributeError, ImportError)):
        resolve(rule)
