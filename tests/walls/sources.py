"""The project's own Python files, parsed once, as the walls look at them."""

from __future__ import annotations

import ast
import fnmatch
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCTION = ("regulation", "chassis", "services", "simulator")
OURS = (*PRODUCTION, "bench", "tests")


@dataclass(frozen=True)
class Source:
    """A Python file: its path from the root, and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed file."""
        return ast.parse(self.text, self.path)

    def is_in(self, *patterns: str) -> bool:
        """Whether its path matches one of the patterns; `*` also crosses folders."""
        return any(fnmatch.fnmatch(self.path, pattern) for pattern in patterns)

    def at(self, node: ast.AST, words: str) -> str:
        """An offence, as an editor can jump to it."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}: {words}"

    def imports(self) -> Iterator[tuple[ast.AST, str]]:
        """Every import with the dotted name of what it brings, wherever in the file it stands."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)

    def comments(self, pattern: str) -> Iterator[tuple[int, str]]:
        """Line numbers and the rest of the line after each comment that matches."""
        for number, line in enumerate(self.text.splitlines(), 1):
            if found := re.search(rf"#\s*{pattern}", line):
                yield number, line[found.end() :]


def read(path: Path, root: Path = ROOT) -> Source:
    """A file of the project."""
    return Source(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8"))


@cache
def sources(*folders: str) -> tuple[Source, ...]:
    """Every Python file of these folders."""
    return tuple(read(path) for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))


def named(source: Source, *packages: str) -> Iterator[tuple[ast.AST, str]]:
    """The imports of a file that reach into one of these top packages."""
    return ((node, name) for node, name in source.imports() if name.split(".")[0] in packages)
