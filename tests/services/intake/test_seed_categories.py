"""The tree of categories is well-formed: three levels, no orphan, nothing named twice."""

import re
import tomllib
from pathlib import Path
from typing import Any

SEED = Path(__file__).parents[3] / "services" / "intake" / "seed" / "categories.toml"
CATEGORIES: dict[str, dict[str, Any]] = tomllib.loads(SEED.read_text(encoding="utf-8"))["category"]


def _level(code: str) -> int:
    return code.count(".") + 1


def _parent(code: str) -> str:
    return code.rpartition(".")[0]


def test_codes_are_dotted_and_in_order() -> None:
    assert all(re.fullmatch(r"\d\d(\.\d\d){0,2}", code) for code in CATEGORIES)
    assert list(CATEGORIES) == sorted(CATEGORIES)


def test_every_category_has_its_parent_and_every_branch_reaches_the_third_level() -> None:
    parents = {_parent(code) for code in CATEGORIES} - {""}
    assert parents <= CATEGORIES.keys()
    assert parents == {code for code in CATEGORIES if _level(code) < 3}


def test_each_level_has_the_breadth_a_city_needs() -> None:
    counts = [sum(_level(code) == level for code in CATEGORIES) for level in (1, 2, 3)]
    assert 15 <= counts[0] <= 20
    assert 80 <= counts[1] <= 120
    assert 350 <= counts[2] <= 500


def test_names_are_unique_in_the_whole_tree() -> None:
    names = [category["name"] for category in CATEGORIES.values()]
    assert len(names) == len(set(names))
    assert all(name == name.strip() and len(name) >= 2 for name in names)


def test_every_second_level_has_keywords_and_no_first_level_has() -> None:
    for code, category in CATEGORIES.items():
        if _level(code) < 3:
            assert bool(category.get("keywords")) == (_level(code) == 2), code


def test_a_keyword_speaks_for_one_second_level_only() -> None:
    branch_of: dict[str, str] = {}
    for code, category in CATEGORIES.items():
        keywords = category.get("keywords", [])
        assert len(keywords) == len(set(keywords)), code
        for keyword in keywords:
            assert branch_of.setdefault(keyword, code[:5]) == code[:5], keyword
