"""The rules of units by themselves: every state and verb, the tree, and any sequence of verbs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Invalid
from regulation.articles import NotAllowed
from services.directory.rules import units as rules
from services.directory.rules.units import DEEPEST, FRAME, MOST_DUTIES, Holding, Unit, UnitKind, UnitState

NOTHING = Holding(0, 0, 0)
WATER = Unit("water", "zibo", "市水务局", "水务局", "hub", UnitKind.DEPARTMENT, duties=("供水",))
HUB = Unit("hub", "zibo", "市热线办", "热线办", "", UnitKind.HUB)
ROADS = replace(WATER, unit_id="roads", name="市路政局", duties=("道路", "供水"))

VERBS: dict[str, Callable[[Unit], Unit]] = {
    "rename_unit": lambda unit: rules.rename_unit(unit, unit.name + "x", unit.short_name),
    "move_unit": lambda unit: rules.move_unit(unit, replace(ROADS, parent_id="hub"), ("hub",)),
    "set_duties": lambda unit: rules.set_duties(unit, ("排水",)),
    "begin_closing_unit": rules.begin_closing_unit,
    "keep_unit": rules.keep_unit,
    "close_unit": lambda unit: rules.close_unit(unit, NOTHING),
    "merge_unit": lambda unit: rules.merge_unit(unit, ROADS, ("hub",), NOTHING)[0],
}
OPEN, CLOSING, CLOSED = UnitState.OPEN, UnitState.CLOSING, UnitState.CLOSED
ALLOWED: dict[tuple[UnitState, str], UnitState] = {
    (OPEN, "rename_unit"): OPEN,
    (OPEN, "move_unit"): OPEN,
    (OPEN, "set_duties"): OPEN,
    (OPEN, "begin_closing_unit"): CLOSING,
    (CLOSING, "rename_unit"): CLOSING,
    (CLOSING, "move_unit"): CLOSING,
    (CLOSING, "set_duties"): CLOSING,
    (CLOSING, "keep_unit"): OPEN,
    (CLOSING, "close_unit"): CLOSED,
    (CLOSING, "merge_unit"): CLOSED,
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("state", UnitState)
def test_every_verb_in_every_state(state: UnitState, verb: str) -> None:
    before = replace(WATER, state=state)
    if (state, verb) in ALLOWED:
        after = VERBS[verb](before)
        assert (after.state, after.version) == (ALLOWED[state, verb], before.version + 1)
    else:
        with pytest.raises(NotAllowed) as refused:
            VERBS[verb](before)
        assert refused.value.article.number == 4


@given(st.lists(st.sampled_from(sorted(VERBS)), max_size=30))
def test_any_sequence_keeps_id_and_counts_versions_and_stays_closed(verbs: list[str]) -> None:
    unit, done = WATER, 0
    for verb in verbs:
        was_closed = unit.state is CLOSED
        try:
            after = VERBS[verb](unit)
        except (NotAllowed, Invalid):
            continue
        assert not was_closed
        done += 1
        unit = after
    assert (unit.unit_id, unit.tenant_id, unit.version) == ("water", "zibo", 1 + done)
    assert (unit.successor_id != "") <= (unit.state is CLOSED)


@pytest.mark.parametrize(
    ("holding", "article"), [(Holding(1, 0, 0), "8-2"), (Holding(0, 1, 0), "4"), (Holding(0, 0, 1), "8-1"), (Holding(1, 1, 1), "8-2")]
)
def test_close_unit_refused_while_anything_hangs_on_it(holding: Holding, article: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        rules.close_unit(replace(WATER, state=CLOSING), holding)
    assert refused.value.article.code == article


def test_merge_unit_refused_with_open_orders_but_not_with_people_or_children() -> None:
    closing = replace(WATER, state=CLOSING)
    with pytest.raises(NotAllowed):
        rules.merge_unit(closing, ROADS, ("hub",), Holding(1, 0, 0))
    closed, successor = rules.merge_unit(closing, ROADS, ("hub",), Holding(0, 3, 7))
    assert (closed.state, closed.successor_id) == (CLOSED, "roads")
    assert successor.duties == ("道路", "供水")


@pytest.mark.parametrize(
    "successor",
    [
        replace(ROADS, unit_id="water"),
        replace(ROADS, tenant_id="zhangdian"),
        HUB,
        replace(ROADS, kind=UnitKind.DISTRICT),
    ],
)
def test_merge_unit_refuses_a_successor_that_cannot_be_one(successor: Unit) -> None:
    with pytest.raises(Invalid):
        rules.merge_unit(replace(WATER, state=CLOSING), successor, ("hub",), NOTHING)


def test_merge_unit_refuses_a_successor_below_it_or_not_open() -> None:
    closing = replace(WATER, state=CLOSING)
    with pytest.raises(Invalid):
        rules.merge_unit(closing, ROADS, ("office", "water", "hub"), NOTHING)
    with pytest.raises(NotAllowed):
        rules.merge_unit(closing, replace(ROADS, state=CLOSING), ("hub",), NOTHING)


@pytest.mark.parametrize("kind", sorted(FRAME))
def test_the_frame_of_the_tree_is_neither_added_moved_nor_closed(kind: UnitKind) -> None:
    frame = replace(WATER, kind=kind)
    acts: tuple[Callable[[], object], ...] = (
        lambda: rules.add_unit(frame, HUB, 0),
        lambda: rules.move_unit(frame, ROADS, ("hub",)),
        lambda: rules.begin_closing_unit(frame),
    )
    for act in acts:
        with pytest.raises(NotAllowed) as refused:
            act()
        assert refused.value.article.code == "5"


def test_move_unit_refuses_a_circle() -> None:
    for parent, ancestors in ((WATER, ("hub",)), (replace(ROADS, unit_id="office"), ("water", "hub"))):
        with pytest.raises(Invalid) as refused:
            rules.move_unit(replace(WATER, parent_id="elsewhere"), parent, ancestors)
        assert refused.value.field == "parent_id"


def test_a_unit_stands_at_most_eight_deep_below_an_open_parent_of_its_tenant() -> None:
    assert rules.add_unit(WATER, HUB, DEEPEST - 2)
    for parent, depth in ((HUB, DEEPEST - 1), (replace(HUB, tenant_id="zhangdian"), 0)):
        with pytest.raises(Invalid):
            rules.add_unit(WATER, parent, depth)
    with pytest.raises(NotAllowed):
        rules.add_unit(WATER, replace(HUB, state=CLOSED), 0)


@pytest.mark.parametrize("duties", [("供水", "供水"), ("  ",), tuple(f"职责{n}" for n in range(MOST_DUTIES + 1))])
def test_set_duties_refuses_blanks_doubles_and_too_many(duties: tuple[str, ...]) -> None:
    with pytest.raises(Invalid):
        rules.set_duties(WATER, duties)


def test_resume_closing_unit_leaves_no_successor() -> None:
    closed = replace(WATER, state=CLOSED, successor_id="roads")
    resumed = rules.resume_closing_unit(closed)
    assert (resumed.state, resumed.successor_id, resumed.version) == (CLOSING, "", 2)
