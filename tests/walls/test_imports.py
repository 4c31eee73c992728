"""The walls between the packages hold, and each of them would fall."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chassis.settings import process_environment
from tests.walls import imports
from tests.walls.imports import IMPORT_WALLS
from tests.walls.sources import PRODUCTION, ROOT, Source, sources

LINT = [sys.executable, "-c", "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"]
TREE = {
    "regulation/terms.py": "TERMS = 1",
    "regulation/articles.py": "from regulation.terms import TERMS",
    "chassis/auth.py": "from regulation.articles import NotAllowed",
    "chassis/door.py": "import grpc",
    "chassis/link.py": "import chassis.door",
    "chassis/serve.py": "import chassis.door",
    "services/alpha/rules.py": "from regulation.terms import TERMS",
    "services/alpha/actions.py": "import services.alpha.rules\nimport chassis.auth",
    "services/alpha/worker.py": "import nameko\nimport services.alpha.actions",
    "services/alpha/api.py": "import grpc\nimport services.alpha.actions",
    "services/beta/rules.py": "",
    "services/beta/worker.py": "import nameko",
    "services/beta/link.py": "import chassis.door",
    "simulator/play.py": "",
}


@pytest.mark.parametrize("wall", IMPORT_WALLS)
def test_import_wall_holds(wall: Callable[[Source], Iterator[str]]) -> None:
    offences = [offence for source in sources(*PRODUCTION) for offence in wall(source)]
    assert not offences, "\n".join(offences)


@pytest.mark.parametrize(
    ("wall", "path", "text"),
    [
        (imports.law_imports_only_itself, "regulation/terms.py", "import chinese_calendar"),
        (imports.law_imports_only_itself, "regulation/terms.py", "def f():\n    import time"),
        (imports.law_imports_only_itself, "regulation/calendar.py", "from regulation.holidays import write"),
        (imports.chassis_knows_not_allowed_alone, "chassis/auth.py", "from regulation.articles import Article"),
        (imports.chassis_knows_not_allowed_alone, "chassis/grpc/refusals.py", "import regulation"),
        (imports.services_are_apart, "services/dispatch/rules/order.py", "from services.sla.rules import Light"),
        (imports.grpc_stays_at_the_doors, "services/dispatch/worker.py", "from hotline.dispatch.v1 import orders_pb2_grpc"),
        (imports.grpc_stays_at_the_doors, "services/dispatch/actions.py", "import grpc"),
        (imports.nameko_stays_at_the_queue, "services/dispatch/api.py", "from nameko.rpc import rpc"),
        (imports.nameko_stays_at_the_queue, "chassis/store/engine.py", "import eventlet"),
    ],
)
def test_import_wall_stops(wall: Callable[[Source], Iterator[str]], path: str, text: str) -> None:
    assert len(list(wall(Source(path, text)))) == 1


def test_contracts_hold() -> None:
    checked = subprocess.run(LINT, cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_contracts_hold_for_a_tree_without_offence(tmp_path: Path) -> None:
    assert _broken(tmp_path, TREE) == set()


@pytest.mark.parametrize(
    ("contract", "path", "text"),
    [
        ("law", "regulation/terms.py", "import grpc"),
        ("law", "regulation/terms.py", "import chassis.auth"),
        ("chassis", "chassis/auth.py", "import services.alpha.rules"),
        ("chassis", "chassis/auth.py", "import regulation.terms"),
        ("services", "services/alpha/rules.py", "import services.beta.rules"),
        ("workers", "services/alpha/worker.py", "import grpc"),
        ("workers", "services/alpha/actions.py", "import grpc"),
        ("workers", "services/alpha/actions.py", "import chassis.door"),
        ("workers", "services/alpha/actions.py", "import services.alpha.api"),
        ("models", "services/alpha/actions.py", "import numpy"),
        ("models", "services/alpha/worker.py", "import sklearn"),
        ("doors", "services/alpha/api.py", "import nameko"),
        ("doors", "services/alpha/actions.py", "import nameko"),
        ("doors", "services/beta/link.py", "import services.beta.worker"),
        ("doors", "services/beta/link.py", "import eventlet"),
        ("doors", "chassis/link.py", "import kombu"),
    ],
)
def test_contract_breaks(contract: str, path: str, text: str, tmp_path: Path) -> None:
    assert contract in _broken(tmp_path, {**TREE, path: f"{TREE[path]}\n{text}"})


def _broken(root: Path, tree: dict[str, str]) -> set[str]:
    """The ids of the contracts that a tree breaks."""
    shutil.copy(ROOT / "pyproject.toml", root)
    for path, text in tree.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        for package in file.relative_to(root).parents:
            (root / package / "__init__.py").touch()
    checked = subprocess.run(LINT, cwd=root, capture_output=True, text=True, check=False, env={**process_environment(), "COLUMNS": "200"})
    assert checked.returncode in {0, 1}, checked.stderr
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert all(contract["name"] in checked.stdout for contract in contracts), checked.stdout + checked.stderr
    return {contract["id"] for contract in contracts if f"{contract['name']} BROKEN" in checked.stdout}
