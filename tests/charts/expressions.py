"""What the dashboards ask of Prometheus."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "charts/hotline/files/dashboards"


@dataclass(frozen=True)
class Panel:
    """A panel of a dashboard, with its expressions."""

    board: str
    title: str
    expressions: tuple[str, ...]

    def with_values(self, values: Mapping[str, str]) -> list[str]:
        """Its expressions for these choices."""
        found = list(self.expressions)
        for name, value in values.items():
            found = [each.replace(f"${name}", value) for each in found]
        return found


def panels() -> Iterator[Panel]:
    """Every panel of every dashboard that the chart takes along."""
    for file in sorted(FOLDER.glob("*.json")):
        for row in _each(json.loads(file.read_text(encoding="utf-8"))["panels"]):
            if row["type"] != "row":
                yield Panel(file.stem, row["title"], tuple(target["expr"] for target in row["targets"]))


def _each(found: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for each in found:
        yield each
        yield from _each(each.get("panels", []))
