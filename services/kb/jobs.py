"""kb's jobs: `python -m chassis.job kb first_start|import|export`."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from chassis.caller import Caller
from chassis.errors import Unusable
from chassis.settings import Settings
from chassis.store import Store
from services.kb.actions.porting import export_entries, import_entries
from services.kb.actions.seeding import CITY, seed_entries
from services.kb.rules.porting import Format


@dataclass
class _Page:
    """The part of a list that is written next."""

    size: int = 200
    token: str = ""


def first_start(store: Store, settings: Settings, argv: list[str]) -> int:  # noqa: ARG001 - a job's signature
    """Seed the city's everyday questions where they are missing; safe to run at every start."""
    store.write(Caller.timer("kb", CITY), seed_entries)
    return 0


def import_(store: Store, settings: Settings, argv: list[str]) -> int:  # noqa: ARG001 - a job's signature
    """`import FILE [--tenant ID]`: what can be read waits for review; exit code 1 where something is refused."""
    options = _options("import", argv)
    content = _read(options.file)
    report = store.write(Caller.timer("kb", options.tenant), lambda tx: import_entries(tx, _format(options.file), content))
    for each in report.refused:
        sys.stdout.write(f"第 {each.line} 行未导入：{each.reason}\n")
    sys.stdout.write(f"导入 {len(report.entry_ids)} 条，待审核；未导入 {len(report.refused)} 条\n")
    return 1 if report.refused else 0


def export(store: Store, settings: Settings, argv: list[str]) -> int:  # noqa: ARG001 - a job's signature
    """`export FILE [--tenant ID]`: every published text, as `import` reads them."""
    options = _options("export", argv)
    kind, page, by = _format(options.file), _Page(), Caller.timer("kb", options.tenant)
    parts: list[bytes] = []
    while True:
        content, token = store.read(by, partial(export_entries, kind=kind, page=page))
        parts.append(content)
        if not token:
            break
        page = _Page(token=token)
    _write(options.file, b"".join(parts))
    sys.stdout.write(f"已导出到 {options.file}\n")
    return 0


def _options(verb: str, argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=f"python -m chassis.job kb {verb}")
    parser.add_argument("file", type=Path, help="以 .jsonl、.md 或 .csv 结尾的文件")
    parser.add_argument("--tenant", default=CITY, help="租户编号")
    return parser.parse_args(argv)


def _format(file: Path) -> Format:
    try:
        return Format(file.suffix.removeprefix(".").lower())
    except ValueError:
        raise Unusable(f"{file.name} 的格式无法识别：文件名应以 .jsonl、.md 或 .csv 结尾") from None


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Unusable(f"无法读取 {file}：{error.strerror}") from None


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise Unusable(f"无法写入 {file}：{error.strerror}") from None
