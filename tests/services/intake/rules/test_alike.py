"""What one ticket perhaps is to another."""

import pytest

from services.intake.lifecycle import State
from services.intake.rules.alike import MOST_SUGGESTED, EarlierKind, Said, earlier, same_event
from services.intake.rules.ticket import Ticket
from tests.services.intake.rules.facts import ticket

SAID = Said("小区旁建搅拌站", "丽发新城小区旁边建搅拌站，噪音扬尘严重影响居民")
OTHER = {"title": "咨询医保报销", "text": "住院费用怎么报销", "category": "10.02.01"}


def alike(number: int, **changes: object) -> Ticket:
    return ticket(
        **{"ticket_id": f"t-{number}", "title": "丽发新城搅拌站扰民", "text": "丽发新城附近搅拌站噪音扬尘大", "category": "x", **changes}
    )


@pytest.mark.parametrize(
    ("state", "text", "kind"),
    [
        (State.CLOSED, SAID.text, EarlierKind.REPEAT),
        (State.ANSWERED, SAID.text, EarlierKind.REPEAT),
        (State.CLOSED, "丽发新城附近搅拌站噪音扬尘大", EarlierKind.RECURRENCE),
        (State.REGISTERED, SAID.text, EarlierKind.STILL_OPEN),
        (State.FORMED, "丽发新城附近搅拌站噪音扬尘大", EarlierKind.STILL_OPEN),
    ],
)
def test_an_earlier_ticket_is_a_repeat_a_recurrence_or_still_open(state: State, text: str, kind: EarlierKind) -> None:
    title = SAID.title if text == SAID.text else "丽发新城搅拌站扰民"
    (found,) = earlier(SAID, "", [alike(1, state=state, title=title, text=text)])
    assert found.kind is kind
    assert f"{found.likeness}%" in found.reason
    assert "搅拌站" in found.reason


def test_another_matter_of_the_same_caller_is_none_unless_it_is_of_the_same_category() -> None:
    unlike = ticket(state=State.CLOSED, **OTHER)
    assert earlier(SAID, "02.01.01", [unlike]) == []
    (found,) = earlier(SAID, OTHER["category"], [unlike])
    assert (found.kind, "诉求分类相同" in found.reason) == (EarlierKind.RECURRENCE, True)


def test_the_likest_come_first_and_no_more_than_five() -> None:
    known = [ticket(ticket_id="far", **OTHER), *(alike(number) for number in range(7)), alike(9, title=SAID.title, text=SAID.text)]
    found = same_event(SAID, known)
    assert len(found) == MOST_SUGGESTED
    assert (found[0].ticket.ticket_id, found[0].likeness) == ("t-9", 100)
    assert "far" not in {each.ticket.ticket_id for each in found}


def test_a_group_is_suggested_once_by_the_likest_of_it() -> None:
    known = [alike(1), alike(2, group_ticket_id="t-1"), alike(3, group_ticket_id="t-1", title=SAID.title, text=SAID.text), alike(4)]
    assert [each.ticket.ticket_id for each in same_event(SAID, known)] == ["t-3", "t-4"]
