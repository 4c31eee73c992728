"""The rules of the house hold in every file, and each of them would be broken by what it names."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator

import pytest

from tests.walls import house
from tests.walls.house import HOUSE_RULES, LONG_LINES, MAX_LINES
from tests.walls.sources import OURS, ROOT, Source, sources

Rule = Callable[[Source], Iterator[str]]


@pytest.mark.parametrize("rule", HOUSE_RULES)
def test_house_rule_holds(rule: Rule) -> None:
    offences = [offence for source in sources(*OURS) for offence in rule(source)]
    assert not offences, "\n".join(offences)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (house.only_the_clock_knows_now, "at = datetime.now(UTC)"),
        (house.only_the_clock_knows_now, "at = dt.datetime.utcnow()"),
        (house.only_the_clock_knows_now, "at = dt.date.today()"),
        (house.only_the_clock_knows_now, "at = time.time()"),
        (house.only_the_clock_knows_now, "from time import time"),
        (house.only_the_clock_knows_now, "text('update orders set closed_at = now()')"),
        (house.only_the_clock_knows_now, "text('select CURRENT_TIMESTAMP')"),
        (house.only_settings_read_the_environment, "home = os.environ['HOME']"),
        (house.only_settings_read_the_environment, "home = os.getenv('HOME')"),
        (house.only_settings_read_the_environment, "from os import environ"),
        (house.nothing_is_unfinished, "count = 1  # TODO: more"),
        (house.nothing_is_unfinished, "def later() -> None:\n    pass"),
        (house.nothing_is_unfinished, "def later() -> None:\n    '''Later.'''"),
        (house.nothing_is_unfinished, "class Later:\n    def later(self) -> None: ..."),
        (house.nothing_is_unfinished, "def later() -> None:\n    raise NotImplementedError"),
        (house.nothing_is_unfinished, "def later() -> None:\n    raise NotImplementedError('later')"),
        (house.a_suppression_says_why, "import this  # noqa: F401"),
        (house.a_suppression_says_why, "import this  # noqa"),
        (house.a_suppression_says_why, "import this  # type: ignore[misc]"),
        (house.files_are_short, "count = 1\n" * (MAX_LINES + 1)),
    ],
)
def test_house_rule_stops(rule: Rule, text: str) -> None:
    assert len(list(rule(Source("services/dispatch/actions.py", text)))) == 1


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (house.only_the_clock_knows_now, "chassis/clock.py", "at = datetime.now(UTC)"),
        (house.only_the_clock_knows_now, "chassis/bus.py", "at = self.clock.now()\nspan = time.monotonic()"),
        (house.only_settings_read_the_environment, "chassis/settings.py", "os.environ"),
        (house.nothing_is_unfinished, "chassis/clock.py", "class Clock(Protocol):\n    def now(self) -> datetime:\n        '''Now.'''"),
        (house.a_suppression_says_why, "chassis/bus.py", "import this  # noqa: F401 - its words are wanted"),
        (house.a_suppression_says_why, "chassis/bus.py", "x = y  # type: ignore[misc]  # checked above"),
        (house.no_junk_drawer, "services/dispatch/rules/order.py", ""),
    ],
)
def test_house_rule_lets_pass(rule: Rule, path: str, text: str) -> None:
    assert list(rule(Source(path, text))) == []


@pytest.mark.parametrize(
    "path", ["chassis/utils.py", "services/common/rules.py", "services/sla/_helpers.py", "protos/hotline/base/v1/base.proto"]
)
def test_junk_drawer_is_refused(path: str) -> None:
    assert len(list(house.no_junk_drawer(Source(path, "")))) == 1


def test_there_is_no_junk_drawer() -> None:
    ours = (path.relative_to(ROOT).as_posix() for folder in (*OURS, "protos") for path in (ROOT / folder).rglob("*"))
    assert [offence for path in ours for offence in house.no_junk_drawer(Source(path, ""))] == []


@pytest.mark.filterwarnings("default:.*lines, better:UserWarning")
def test_long_files_are_pointed_out() -> None:
    long = {source.path: lines for source in sources(*OURS) if (lines := len(source.text.splitlines())) > LONG_LINES}
    for path, lines in long.items():
        warnings.warn(f"{path}: {lines} lines, better {LONG_LINES}: split it by noun", stacklevel=1)
    assert all(lines <= MAX_LINES for lines in long.values())
