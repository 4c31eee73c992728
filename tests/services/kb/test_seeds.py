"""The seeds are of categories and units that there are, rest on a document, and say something of their own."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from services.kb.actions.seeding import seeds
from services.kb.rules.entries import Content

ROOT = Path(__file__).parents[3]
SEEDS = dict(seeds())


def _toml(path: Path) -> dict[str, object]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


CATEGORIES = _toml(ROOT / "services/intake/seed/categories.toml")["category"]
UNITS = {
    unit["id"]
    for file in (ROOT / "services/directory/seed").rglob("units*/*.toml")
    for unit in _toml(file)["unit"]  # type: ignore[attr-defined]  # tables
} | {unit["id"] for unit in _toml(ROOT / "services/directory/seed/units.toml")["unit"]}  # type: ignore[attr-defined]  # tables


def test_there_are_about_a_hundred_of_different_names() -> None:
    assert 100 <= len(SEEDS) <= 130
    assert [title for title, count in Counter(content.title for content in SEEDS.values()).items() if count > 1] == []


@pytest.mark.parametrize("content", SEEDS.values(), ids=SEEDS)
def test_a_seed_is_of_what_there_is(content: Content) -> None:
    assert content.categories
    assert all(code in CATEGORIES and code.count(".") == 2 for code in content.categories)  # type: ignore[operator]  # a table
    assert content.unit_id in UNITS
    assert content.source.name
    assert len(content.public_words) >= 40
    assert content.citywide
