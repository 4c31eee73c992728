"""Tickets of one event (Art. 14)."""

import pytest

from regulation.articles import NotAllowed
from services.intake.lifecycle import State
from services.intake.rules.grouping import group_ticket, ungroup_ticket
from tests.services.intake.rules.facts import ticket

LEAD = ticket(ticket_id="lead")


@pytest.mark.parametrize("state", [State.REGISTERED, State.FORMED, State.ANSWERED, State.CLOSED])
def test_group_ticket_changes_neither_state_nor_dates(state: State) -> None:
    before = ticket(state=state)
    grouped = group_ticket(before, LEAD, leads=False)
    assert (grouped.group_ticket_id, grouped.state, grouped.settle_by) == ("lead", state, before.settle_by)
    assert grouped.version == before.version + 1
    alone = ungroup_ticket(grouped)
    assert (alone.group_ticket_id, alone.state, alone.version) == ("", state, grouped.version + 1)


@pytest.mark.parametrize("state", [State.DECLINED, State.PASSED, State.WITHDRAWN])
def test_what_was_never_handled_is_grouped_with_nothing(state: State) -> None:
    with pytest.raises(NotAllowed):
        group_ticket(ticket(state=state), LEAD, leads=False)


@pytest.mark.parametrize(
    ("changes", "leads"),
    [({"ticket_id": "lead"}, False), ({"group_ticket_id": "another"}, False), ({}, True)],
    ids=["itself", "twice", "a chain"],
)
def test_a_group_is_flat(changes: dict[str, str], leads: bool) -> None:  # noqa: FBT001 - the row says which
    with pytest.raises(NotAllowed) as refused:
        group_ticket(ticket(**changes), LEAD, leads=leads)
    assert refused.value.article.code == "14"


def test_ungroup_ticket_needs_a_group() -> None:
    with pytest.raises(NotAllowed):
        ungroup_ticket(ticket())
