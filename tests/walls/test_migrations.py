"""A migration leaves what the version before reads and writes: it adds, and takes away only what nobody has used for a version.

While an upgrade rolls on, processes of the version before work on stores of the new one, and after a rollback they still do.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.walls.sources import ROOT

# Before anything was published.
EARLIEST = {"services/dispatch/migrations/0004_seals_and_calendars.py", "services/dispatch/migrations/0007_assisting_units.py"}
TAKES_AWAY = {"drop_column", "drop_table", "rename_table"}


def offences(text: str) -> Iterator[str]:
    """What the version before would stumble over, in `upgrade()`."""
    for node in ast.walk(ast.parse(text)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        name, said = node.func.attr, {word.arg: ast.unparse(word.value) for word in node.keywords}
        if name in TAKES_AWAY or (name == "drop_constraint" and said.get("type_") == "'primary'"):
            yield name
        if name == "alter_column" and (said.get("nullable") == "False" or {"new_column_name", "type_"} & said.keys()):
            yield name
        if name == "add_column":
            yield from _demanding(node)


def _demanding(added: ast.Call) -> Iterator[str]:
    """A column that a row of the version before would lack."""
    for column in (each for each in added.args if isinstance(each, ast.Call)):
        said = {word.arg: ast.unparse(word.value) for word in column.keywords}
        if said.get("nullable") == "False" and "server_default" not in said:
            yield "add_column"


@pytest.mark.parametrize("path", sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("services/*/migrations/0*.py")))
def test_the_version_before_survives_it(path: str) -> None:
    found = list(offences(Path(ROOT, path).read_text(encoding="utf-8")))
    assert not found or path in EARLIEST, f"{path}: {found}"


@pytest.mark.parametrize(
    "line",
    [
        "op.drop_column('orders', 'number')",
        "batch_op.alter_column('number', new_column_name='code')",
        "batch_op.alter_column('number', nullable=False)",
        "batch_op.add_column(sa.Column('round', sa.Integer(), nullable=False))",
        "batch_op.drop_constraint('pk_clocks', type_='primary')",
    ],
)
def test_what_takes_away_is_found(line: str) -> None:
    assert list(offences(f"def upgrade():\n    {line}\n"))


def test_what_adds_is_not() -> None:
    assert not list(offences("op.add_column('orders', sa.Column('round', sa.Integer(), nullable=False, server_default='1'))"))
