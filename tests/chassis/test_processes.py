import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chassis import processes
from chassis.processes import Child, stop_all

MakeChild = Callable[..., Child]


@pytest.fixture
def make_child(tmp_path: Path) -> Iterator[MakeChild]:
    """Makes children that note their ids in a file; what still runs at the end is ended."""
    made: list[Child] = []

    def make(manner: str = "obedient", name: str = "one") -> Child:
        child = Child(name, ("tests.chassis.child", str(tmp_path / name), manner), {"NOTED": "1"})
        made.append(child)
        return child

    yield make
    for child in made:
        if child.process is not None:
            child.process.kill()
            child.process.wait()


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "LONGEST_PAUSE", 0.4)


def _noted(file: Path, count: int = 1) -> list[int]:
    """The ids of the processes that ran, once there are so many."""
    _until(lambda: file.exists() and len(file.read_text().splitlines()) >= count)
    return [int(line) for line in file.read_text().splitlines()]


def _until(happened: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 120
    while not happened():
        assert time.monotonic() < give_up
        time.sleep(0.02)


def _watch_until_dead(child: Child) -> int:
    codes: list[int | None] = []
    _until(lambda: codes.append(child.watch()) or codes[-1] is not None)  # type: ignore[func-returns-value]  # the codes are what counts
    code = codes[-1]
    assert code is not None
    return code


def _is_gone(pid: int) -> bool:
    """Ended, whether or not anybody has asked after it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_one_that_dies_is_started_again_after_a_pause_that_grows(make_child: MakeChild, tmp_path: Path) -> None:
    child = make_child()
    child.pause = 0.1
    child.start()
    assert child.watch() is None
    for died in (1, 2, 3):
        pid = _noted(tmp_path / "one", died)[-1]
        os.kill(pid, signal.SIGKILL)
        assert _watch_until_dead(child) == -signal.SIGKILL
        assert child.watch() is None
        assert child.process is None
        _until(lambda: child.watch() is None and child.process is not None)
    assert child.pause == 0.4
    assert len(set(_noted(tmp_path / "one", 4))) == 4


def test_one_that_was_well_for_long_starts_with_a_short_pause(
    make_child: MakeChild, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "HEALTHY_SECONDS", 0.0)
    child = make_child()
    child.pause = 0.4
    child.start()
    os.kill(_noted(tmp_path / "one")[0], signal.SIGKILL)
    _watch_until_dead(child)
    assert child.pause == 2 * processes.SHORTEST_PAUSE or child.pause == processes.LONGEST_PAUSE


def test_the_exit_code_of_one_that_ends_by_itself_is_told_once(make_child: MakeChild) -> None:
    child = make_child("failing")
    child.start()
    assert _watch_until_dead(child) == 7
    assert child.watch() is None


def test_stopping_lets_each_finish(make_child: MakeChild, tmp_path: Path) -> None:
    children = [make_child(name=name) for name in ("one", "two", "three")]
    for child in children:
        child.start()
    pids = [_noted(tmp_path / child.name)[0] for child in children]
    stop_all(children)
    assert [child.process.returncode for child in children if child.process] == [0, 0, 0]
    assert all(_is_gone(pid) for pid in pids)


def test_one_that_will_not_stop_is_ended(make_child: MakeChild, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "STOP_SECONDS", 0.5)
    stubborn, obedient = make_child("stubborn"), make_child(name="two")
    for child in (stubborn, obedient):
        child.start()
        _noted(tmp_path / child.name)
    stop_all([stubborn, obedient])
    assert stubborn.process is not None
    assert obedient.process is not None
    assert (stubborn.process.returncode, obedient.process.returncode) == (-signal.SIGKILL, 0)


def test_stopping_before_anything_runs_is_nothing(make_child: MakeChild) -> None:
    stop_all([make_child()])


def test_children_end_when_their_parent_is_killed(make_child: MakeChild, tmp_path: Path) -> None:
    parent = make_child("parent")
    parent.start()
    (parent_id,), (grandchild_id,) = _noted(tmp_path / "one"), _noted(tmp_path / "one.grandchild")
    assert not _is_gone(grandchild_id)
    os.kill(parent_id, signal.SIGKILL)
    _until(lambda: _is_gone(grandchild_id))


def test_a_childs_own_settings_are_added_to_ours(make_child: MakeChild, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OURS", "2")
    child = make_child()
    child.start()
    (pid,) = _noted(tmp_path / "one")
    variables = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    assert {b"NOTED=1", b"OURS=2"} <= set(variables)
