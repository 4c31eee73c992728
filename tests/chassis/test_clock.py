import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chassis.clock import FURTHEST, RealClock, SetClock, VirtualClock, clock_of, real_now
from chassis.settings import Settings

START = datetime.fromisoformat("2025-01-06T08:00:00+08:00")
NOW_ELSEWHERE = """
import sys, pathlib, datetime
from chassis.clock import VirtualClock
clock = VirtualClock(pathlib.Path(sys.argv[1]), datetime.datetime.fromisoformat(sys.argv[2]))
if len(sys.argv) > 3:
    clock.move_to(datetime.datetime.fromisoformat(sys.argv[3]))
print(clock.now().isoformat())
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "instance" / "clock"


def _elsewhere(file: Path, *instants: datetime) -> datetime:
    """What a process of its own says, after moving the clock when a second instant is given."""
    command = [sys.executable, "-c", NOW_ELSEWHERE, str(file), *(instant.isoformat() for instant in instants)]
    return datetime.fromisoformat(subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip())


def test_it_starts_where_it_is_told_and_goes_on_with_real_time(file: Path) -> None:
    clock = VirtualClock(file, START)
    first, second = clock.now(), clock.now()
    assert START <= first <= second < START + timedelta(seconds=5)
    assert first.tzinfo is UTC


def test_a_second_start_changes_nothing(file: Path) -> None:
    VirtualClock(file, START).move_to(START + timedelta(days=9))
    assert VirtualClock(file, START).now() >= START + timedelta(days=9)


def test_two_processes_agree(file: Path) -> None:
    clock = VirtualClock(file, START)
    assert abs(_elsewhere(file, START) - clock.now()) < timedelta(seconds=5)
    assert _elsewhere(file, START, START + timedelta(days=30)) <= clock.now()
    clock.move_to(START + timedelta(days=60))
    assert _elsewhere(file, START) >= START + timedelta(days=60)


def test_it_never_goes_back(file: Path) -> None:
    clock = VirtualClock(file, START)
    ahead = clock.move_to(START + timedelta(days=10))
    assert clock.move_to(START) >= ahead
    assert clock.now() >= ahead


def test_moves_in_quick_succession_are_each_seen_by_others(file: Path) -> None:
    clock, other = VirtualClock(file, START), VirtualClock(file, START)
    for day in range(1, 200):
        moved = clock.move_to(START + timedelta(days=day))
        assert other.now() >= moved


def test_the_furthest_of_moves_at_the_same_time_wins(file: Path) -> None:
    clocks = [VirtualClock(file, START) for _ in range(8)]
    days = [(number * 37) % 64 for number in range(64)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda day: clocks[day % 8].move_to(START + timedelta(days=day)), days))
    assert {(clock.now() - START).days for clock in clocks} == {63}


def test_readers_never_see_it_go_back_while_it_is_moved(file: Path) -> None:
    clock = VirtualClock(file, START)
    moving = True

    def watch() -> bool:
        seen = [clock.now()]
        while moving:
            seen.append(clock.now())
        return seen == sorted(seen)

    with ThreadPoolExecutor(2) as threads:
        watching = [threads.submit(watch) for _ in range(2)]
        for hour in range(200):
            clock.move_to(START + timedelta(hours=hour))
        moving = False
        assert all(watch.result() for watch in watching)


def test_a_write_that_a_crash_broke_off_is_not_read(file: Path) -> None:
    clock = VirtualClock(file, START)
    file.with_name("clock.new").write_text("17")
    assert abs(VirtualClock(file, START).now() - START) < timedelta(seconds=5)
    assert clock.move_to(START + timedelta(days=1)) >= START + timedelta(days=1)


def test_it_refuses_what_lies_beyond_every_calendar(file: Path) -> None:
    clock = VirtualClock(file, START)
    with pytest.raises(ValueError, match="2199"):
        clock.move_to(FURTHEST + timedelta(seconds=1))
    assert clock.now() < START + timedelta(seconds=5)


def test_settings_choose_the_clock(tmp_path: Path) -> None:
    assert isinstance(clock_of(Settings("sla", data=tmp_path)), RealClock)
    assert abs(clock_of(Settings("sla", data=tmp_path)).now() - real_now()) < timedelta(seconds=5)
    virtual = clock_of(Settings("sla", data=tmp_path, clock="virtual", clock_start=START))
    assert isinstance(virtual, VirtualClock)
    assert abs(virtual.now() - START) < timedelta(seconds=5)


def test_a_set_clock_stands_until_it_is_moved() -> None:
    clock = SetClock(START)
    assert clock.now() == START
    clock.set(START - timedelta(days=1))
    assert clock.now() == START - timedelta(days=1)
