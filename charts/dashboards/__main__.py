"""Writes the dashboards: `python -m charts.dashboards`."""

from __future__ import annotations

from pathlib import Path

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from charts.dashboards import built

FOLDER = Path(__file__).parents[1] / "hotline" / "files" / "dashboards"


def texts() -> dict[str, str]:
    """What each file says, by its name."""
    encoder = JSONEncoder(sort_keys=True, indent=2, ensure_ascii=False)
    return {f"{name}.json": encoder.encode(each.build()) + "\n" for name, each in built().items()}


if __name__ == "__main__":
    for file, text in texts().items():
        (FOLDER / file).write_text(text, encoding="utf-8")
