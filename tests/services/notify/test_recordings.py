"""Recordings: named when a call has ended, dropped once they have been kept for as long as they may be, whatever a crash left (11(8))."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest

from chassis.caller import Caller
from chassis.clock import real_now
from chassis.sealing import sealing_key
from services.notify.actions import calling, recording
from services.notify.channels import CallResult, message_of
from services.notify.channels.sip.recordings import Recordings
from services.notify.store import recordings
from tests.services.notify.office import CITY, NUMBER, ORDER, Office
from tests.services.notify.test_calling import begin, order, voice

__all__ = ["voice"]
BY = Caller.timer("notify", CITY)
KEPT = timedelta(days=180)


class Calls:
    """Calls that were answered and recorded, on the shelf of the provider `line`."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office = office
        self.shelf = Recordings(folder / "recordings", sealing_key(b"of this test", "recordings"))
        order(office)
        (self.claimed,) = begin(office)

    def record(self) -> str:
        """A recording lies on disk, and nobody was told yet."""
        return self.shelf.keep(self.claimed.message_id, b"RIFF of a voice")

    def end(self, name: str) -> None:
        result = CallResult(self.claimed.message_id, "answered", "12", name)
        self.office.store.write(BY, lambda tx: calling.hear_result(tx, "line", result))

    def tidy(self, *providers: str) -> int:
        return recording.drop_recordings(self.office.store, dict.fromkeys(providers or ("line",), self.shelf))

    def journal(self) -> list[tuple[str, str, str]]:
        rows = [row for row in self.office.rows("journal") if row["subject"] == "t-1"]
        return [(row["verb"], row["article"], json.loads(row["detail"])["recording"]) for row in rows]


@pytest.fixture
def calls(office: Office, tmp_path: Path) -> Calls:
    return Calls(office, tmp_path)


@pytest.mark.parametrize("days", [180, 30])
def test_a_recording_is_kept_for_as_long_as_its_tenant_says_and_then_dropped_once(calls: Calls, days: int) -> None:
    if days != KEPT.days:
        calls.office.policies(recording_days=str(days))
    name = calls.record()
    for _ in range(2):
        calls.end(name)
    calls.office.clock.set(calls.office.clock.now() + timedelta(days=days) - timedelta(seconds=1))
    assert (calls.tidy(), calls.shelf.read(name)) == (0, b"RIFF of a voice")
    calls.office.clock.set(calls.office.clock.now() + timedelta(seconds=1))
    assert [calls.tidy() for _ in range(2)] == [1, 0]
    assert calls.shelf.names() == []
    assert [row["dropped_at"] for row in calls.office.rows("recordings")] == [calls.office.clock.now()]
    assert calls.journal() == [("keep_recording", "10", name), ("drop_recording", "10", name)]


def test_a_crash_before_the_row_leaves_a_file_that_is_named_and_one_behind_the_file_a_row_that_is_dropped(
    calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = calls.record()
    assert (calls.tidy(), [row["recording"] for row in calls.office.rows("recordings")]) == (0, [name])
    # Whoever recorded it lives after all, and tells.
    calls.end(name)
    calls.office.clock.set(calls.office.clock.now() + KEPT)
    with monkeypatch.context() as cut:
        cut.setattr(recordings, "drop", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            calls.tidy()
    assert (calls.shelf.names(), [row["dropped_at"] for row in calls.office.rows("recordings")]) == ([], [None])
    assert calls.tidy() == 1
    assert calls.journal() == [("keep_recording", "10", name), ("drop_recording", "10", name)]


def test_a_second_recording_and_one_that_comes_late_are_kept_too(calls: Calls) -> None:
    first, second = calls.record(), calls.record()
    for name in (first, second):
        calls.end(name)
    assert {row["recording"] for row in calls.office.rows("recordings")} == {first, second}
    assert message_of(first) == message_of(second) == calls.claimed.message_id


def test_what_is_nobodys_or_lies_with_a_provider_that_is_off_stays_and_is_told(calls: Calls, caplog: pytest.LogCaptureFixture) -> None:
    strange = calls.shelf.keep("of-another-house", b"RIFF")
    calls.end(calls.record())
    calls.office.clock.set(calls.office.clock.now() + KEPT)
    assert calls.tidy("another") == 0
    assert (strange in calls.shelf.names(), len(calls.shelf.names())) == (True, 2)
    assert ["no message of ours" in each or "which is off" in each for each in caplog.messages] == [True, True]
    assert NUMBER not in caplog.text
    assert ORDER not in caplog.text


def test_what_was_cut_off_while_it_was_written_is_removed(calls: Calls, tmp_path: Path) -> None:
    name = calls.record()
    (file,) = (tmp_path / "recordings").glob("*/*")
    for age, left in ((0, True), (7200, False)):
        half = file.with_name("half.new")
        half.write_bytes(b"half")
        os.utime(half, (real_now().timestamp() - age,) * 2)
        assert calls.shelf.names() == [name]
        assert half.exists() is left
