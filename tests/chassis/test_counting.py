from collections.abc import Iterator

import pytest
from prometheus_client import REGISTRY

from chassis.counting import DISTRICT, Level, Tally, counted, know
from chassis.store import Store, Tx
from tests.chassis.probe import OPERATOR, notes


class Failed(Exception):
    pass


@pytest.fixture
def tally() -> Iterator[Tally]:
    made = Tally("probe_steps", "Steps", DISTRICT, verb=("ask", "answer"))
    yield made
    REGISTRY.unregister(made._metric)


@pytest.fixture
def level() -> Iterator[Level]:
    made = Level("probe_waiting", "Waiting", kind=("a", "b"))
    yield made
    REGISTRY.unregister(made._metric)


def steps(verb: str, tenant: str = "zibo", district: str = "") -> float | None:
    return REGISTRY.get_sample_value("probe_steps_total", {"tenant": tenant, "district": district, "verb": verb})


def waiting(kind: str, tenant: str = "zibo") -> float | None:
    return REGISTRY.get_sample_value("probe_waiting", {"tenant": tenant, "kind": kind})


def test_an_effect_is_counted_once_committed_and_not_where_it_is_rolled_back(probe: Store, tally: Tally) -> None:
    def act(tx: Tx) -> None:
        tx.insert(notes, note_id="n-1", text="一")
        tally.add(tx, ("zibo", ""), verb="ask")
        assert steps("ask") == 0

    def fail(tx: Tx) -> None:
        tally.add(tx, ("zibo", ""), verb="ask")
        raise Failed

    probe.write(OPERATOR, act)
    with pytest.raises(Failed):
        probe.write(OPERATOR, fail)
    assert (steps("ask"), steps("answer")) == (1, 0)


def test_of_a_group_of_writes_only_those_that_stand_are_counted(probe: Store, tally: Tally) -> None:
    probe.group_commits()
    probe.write(OPERATOR, lambda tx: tally.add(tx, ("zibo", ""), verb="ask", count=2))

    def fail(tx: Tx) -> None:
        tally.add(tx, ("zibo", ""), verb="ask")
        raise Failed

    with pytest.raises(Failed):
        probe.write(OPERATOR, fail)
    assert steps("ask") == 2


def test_an_effect_in_another_tenants_name_is_counted_with_the_whole(probe: Store, tally: Tally) -> None:
    def act(tx: Tx) -> None:
        with tx.acting_for("zhangdian") as district:
            tally.add(district, ("zhangdian", ""), verb="answer")

    probe.write(OPERATOR, act)
    assert steps("answer", "zhangdian") == 1


def test_nothing_is_counted_by_a_transaction_that_reads(probe: Store, tally: Tally) -> None:
    with pytest.raises(ValueError, match="reads"):
        probe.read(OPERATOR, lambda tx: tally.add(tx, ("zibo", ""), verb="ask"))


@pytest.mark.usefixtures("tally", "level")
def test_the_series_of_a_tenant_are_there_before_anything_is_counted() -> None:
    know([("zibo", ""), ("zhangdian", "zibo")])
    assert [steps("ask", *where) for where in (("zibo", ""), ("zhangdian", ""), ("zibo", "zhangdian"))] == [0, 0, 0]
    assert [waiting(kind, tenant) for kind in "ab" for tenant in ("zibo", "zhangdian")] == [0, 0, 0, 0]


def test_a_level_that_is_no_longer_found_is_nothing(level: Level) -> None:
    level.put(counted([{"tenant": "zibo", "kind": "a", "n": 2}, {"tenant": "zibo", "kind": "a", "n": 3}], "tenant", "kind"))
    assert (waiting("a"), waiting("b")) == (5, 0)
    level.put({})
    assert waiting("a") == 0
