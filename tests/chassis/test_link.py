"""A link's ways: asking in its service's own name, and being started by `make run` only where there is one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import grpc
import pytest

from chassis import link, run
from chassis.errors import Unusable
from chassis.grpc.asking import Asking
from chassis.linking import Kept, Line
from chassis.settings import Settings, services_with
from chassis.store import Store
from tests.chassis.probe import ServedProbe, every_note, on_sqlite, pb

KEEP = "hotline.probe.v1.ProbeService/Keep"


def asking(probe_server: ServedProbe, service: str) -> Asking:
    settings = probe_server.store.settings
    return Asking(replace(settings, service=service, addresses={"probe": probe_server.address}))


@on_sqlite
def test_a_service_asks_in_its_own_name(probe_server: ServedProbe) -> None:
    friend, stranger = asking(probe_server, "friend"), asking(probe_server, "stranger")
    for number in range(2):
        answer = friend.ask("zibo", KEEP, pb.KeepRequest(request_id=f"r-{number}", note_id=f"n-{number}"), pb.KeepResponse)
        assert answer.count == number + 1
    with pytest.raises(grpc.RpcError) as refused:
        stranger.ask("zibo", KEEP, pb.KeepRequest(request_id="r-9", note_id="n-9"), pb.KeepResponse)
    assert refused.value.code() is grpc.StatusCode.PERMISSION_DENIED
    friend.close()
    stranger.close()
    assert every_note(probe_server.store) == ["n-0", "n-1"]


class Ending:
    """Ends at once, raising or not, and counts how often it was made."""

    made = 0

    def __init__(self) -> None:
        type(self).made += 1

    async def run(self, line: Line) -> None:
        """Told to stop at the third time."""
        if self.made == 3:
            line.stopping.set()
        elif self.made == 2:
            raise OSError


@on_sqlite
def test_each_run_is_a_fresh_one_until_told_to_stop(probe: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chassis.linking.SHORTEST_PAUSE", 0.01)
    kept = Kept(Ending, Line(probe, Asking(probe.settings), asyncio.Event()))
    asyncio.run(asyncio.wait_for(kept.keep(), 20))
    assert (Ending.made, kept.running) == (3, False)


def test_without_a_link_there_is_nothing_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "services_with", lambda _: ())
    with pytest.raises(Unusable, match=r"^没有任何服务有 link$"):
        link.main([])


def with_links(*names: str) -> Callable[[str], tuple[str, ...]]:
    return lambda part: names if part == "link" else services_with(part)


@pytest.mark.parametrize(("uri", "started"), [("", ["link all"]), ("amqp://localhost", ["link intake", "link sla"])])
def test_it_is_run_and_waited_for_where_there_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, uri: str, started: list[str]) -> None:
    settings = Settings("run", data=tmp_path, amqp_uri=uri)
    monkeypatch.setattr(run, "services_with", with_links())
    children = run._children(settings)
    assert not [child for child in children if "link" in child.name]
    assert children[-1].environment["LINKS"] == ""
    monkeypatch.setattr(run, "services_with", with_links("intake", "sla"))
    children = run._children(settings)
    links = [child for child in children if child.name.startswith("link ")]
    assert [child.name for child in links] == started
    assert children[-1].environment["LINKS"] == ",".join(f"127.0.0.1:{child.arguments[-1]}" for child in links)
