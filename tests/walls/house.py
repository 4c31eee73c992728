"""The rules of the house that a file can break by itself: time, environment, size, names, unfinished work, suppressions."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import PurePath

from tests.walls.sources import Source

CLOCK = "chassis/clock.py"
SETTINGS = "chassis/settings.py"
# They spell what they look for.
WALLS = "tests/walls/*"
# Their servers live in real time, and are named by variables of the tests.
TEST_SERVERS = "tests/servers/*"
NOW = {"datetime": {"now", "utcnow", "today"}, "date": {"today"}, "time": {"time", "time_ns"}}
SQL_NOW = re.compile(r"\bnow\(\)|\bcurrent_(timestamp|date|time)\b|\bclock_timestamp\(\)|'now'", re.IGNORECASE)
ENVIRONMENT = {"environ", "environb", "getenv", "putenv"}
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|HACK|TBD|WIP)\b")
JUNK_DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "base"}
MAX_LINES = 400
LONG_LINES = 300


def only_the_clock_knows_now(source: Source) -> Iterator[str]:
    """No now() outside chassis/clock.py, neither Python's nor the database's."""
    if source.path == CLOCK or source.is_in(TEST_SERVERS, WALLS):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in NOW.get(_last_name(node.value), ()):
            yield source.at(node, f"asks for now: {ast.unparse(node)}")
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            yield from (source.at(node, f"asks for now: time.{alias.name}") for alias in node.names if alias.name in NOW["time"])
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_sql(node.value) and SQL_NOW.search(node.value):
            yield source.at(node, "asks the database for now")


def only_settings_read_the_environment(source: Source) -> Iterator[str]:
    """No os.environ outside chassis/settings.py."""
    if source.path == SETTINGS or source.is_in(TEST_SERVERS):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in ENVIRONMENT and _last_name(node.value) == "os":
            yield source.at(node, f"reads the environment: {ast.unparse(node)}")
        elif isinstance(node, ast.ImportFrom) and node.module == "os":
            yield from (source.at(node, f"reads the environment: os.{alias.name}") for alias in node.names if alias.name in ENVIRONMENT)


def nothing_is_unfinished(source: Source) -> Iterator[str]:
    """No marker of later work, and no function without a body outside a Protocol."""
    if source.is_in(WALLS):
        return
    for number, line in enumerate(source.text.splitlines(), 1):
        if UNFINISHED.search(line):
            yield f"{source.path}:{number}: unfinished: {line.strip()}"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Raise) and _last_name(getattr(node.exc, "func", node.exc)) == "NotImplementedError":
            yield source.at(node, "unfinished: NotImplementedError")
        if isinstance(node, ast.ClassDef) and not any(_last_name(each) in {"Protocol", "ABC"} for each in node.bases):
            yield from _empty_functions(source, node)
    yield from _empty_functions(source, source.tree)


def a_suppression_says_why(source: Source) -> Iterator[str]:
    """After `noqa: CODE` and `type: ignore[code]` comes the reason."""
    if source.is_in(WALLS):
        return
    for number, rest in source.comments(r"(?:noqa(?::\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?|type:\s*ignore(?:\[[\w, -]+\])?)"):
        if not re.search(r"\w{2,}", rest):
            yield f"{source.path}:{number}: a suppression without its reason"


def files_are_short(source: Source) -> Iterator[str]:
    """A file has 400 lines at most."""
    if (lines := len(source.text.splitlines())) > MAX_LINES:
        yield f"{source.path}: {lines} lines, {MAX_LINES} at most: split it by noun"


def no_junk_drawer(source: Source) -> Iterator[str]:
    """No file or folder is called for holding whatever has no place."""
    parts = PurePath(source.path).with_suffix("").parts
    if found := JUNK_DRAWERS.intersection(part.strip("_") for part in parts):
        yield f"{source.path}: a junk drawer: {', '.join(sorted(found))}"


HOUSE_RULES = (
    only_the_clock_knows_now,
    only_settings_read_the_environment,
    nothing_is_unfinished,
    a_suppression_says_why,
    files_are_short,
)


def _last_name(node: ast.AST | None) -> str:
    """`b` of `a.b`, `a` of `a`."""
    return str(getattr(node, "attr", None) or getattr(node, "id", ""))


def _is_sql(text: str) -> bool:
    return bool(re.search(r"\b(select|insert|update|delete|default|values|where)\b", text, re.IGNORECASE))


def _empty_functions(source: Source, parent: ast.Module | ast.ClassDef) -> Iterator[str]:
    for node in parent.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and all(_says_nothing(step) for step in node.body):
            decorators = {_last_name(each) for each in node.decorator_list}
            if not decorators & {"overload", "abstractmethod"}:
                yield source.at(node, f"unfinished: {node.name} has no body")


def _says_nothing(step: ast.stmt) -> bool:
    return isinstance(step, ast.Pass) or (isinstance(step, ast.Expr) and isinstance(step.value, ast.Constant))
