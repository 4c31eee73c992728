"""Whether what `make run` installs and builds is there. Standard library only: it is asked before anything else is imported."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

WANTED = Path(__file__).parents[1] / "requirements.in"
BUILT = "hotline"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def lacking() -> Iterator[str]:
    """Packages that requirements.in names and this Python has not, and the modules of the protos where they are not built."""
    lines = WANTED.read_text(encoding="utf-8").splitlines() if WANTED.exists() else []
    for found in filter(None, map(_NAME.match, lines)):
        try:
            version(found.group())
        except PackageNotFoundError:
            yield found.group()
    if not find_spec(BUILT):
        yield BUILT


def refuse_without_packages() -> None:
    """End with one line, exit code 1, where something is lacking."""
    names = list(lacking())
    if names:
        sys.exit(f"缺少软件包 {'、'.join(names)}：请在项目目录运行 make run，由它安装")
