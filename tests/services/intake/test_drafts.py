"""Drafts of an operator: sealed, and nobody else's (Art. 17)."""

from typing import Any

import pytest

from tests.services.intake.desk import OPERATOR, OTHER_OPERATOR, Desk, content
from tests.services.refused import Refused

SAVE, LOAD, LIST, DISCARD = (f"DraftService/{verb}" for verb in ("SaveDraft", "LoadDraft", "ListDrafts", "DiscardDraft"))


def test_what_was_typed_comes_back_to_whoever_typed_it(desk: Desk) -> None:
    saved = desk.ask(SAVE, content=content()).draft
    assert "张三丰" not in saved.title
    loaded = desk.ask(LOAD, draft_id=saved.draft_id)
    assert loaded.content == content()
    assert loaded.draft == saved
    assert "张三丰" not in desk.everything()


def test_a_draft_may_be_unfinished(desk: Desk) -> None:
    saved = desk.ask(SAVE, content={"caller": {"name": "张三丰"}}).draft
    assert desk.ask(LOAD, draft_id=saved.draft_id).content.caller.name == "张三丰"


def test_saving_again_is_a_new_version_and_a_stale_one_is_told(desk: Desk) -> None:
    saved = desk.ask(SAVE, content=content()).draft
    again = desk.ask(SAVE, draft_id=saved.draft_id, version=saved.version, content=content(text="改过")).draft
    assert again.version == 2
    with pytest.raises(Refused) as refused:
        desk.ask(SAVE, draft_id=saved.draft_id, version=saved.version, content=content())
    assert refused.value.code == "ABORTED"
    assert desk.ask(LOAD, draft_id=saved.draft_id).content.text == "改过"


def test_others_never_see_it(desk: Desk) -> None:
    saved = desk.ask(SAVE, content=content()).draft
    assert not desk.ask(LIST, OTHER_OPERATOR).drafts
    tries: tuple[tuple[str, dict[str, Any]], ...] = ((LOAD, {}), (DISCARD, {}), (SAVE, {"version": 1, "content": content()}))
    for method, fields in tries:
        with pytest.raises(Refused) as refused:
            desk.ask(method, OTHER_OPERATOR, draft_id=saved.draft_id, **fields)
        assert refused.value.code == "NOT_FOUND"
    assert desk.ask(LIST, OPERATOR).drafts == [saved]


def test_it_goes_when_it_is_discarded_or_registered(desk: Desk) -> None:
    first, second = (desk.ask(SAVE, content=content()).draft for _ in range(2))
    desk.ask(DISCARD, draft_id=first.draft_id)
    desk.ask("TicketService/RegisterTicket", content=content(), masking_confirmed=True, draft_id=second.draft_id)
    assert not desk.ask(LIST).drafts
    with pytest.raises(Refused) as refused:
        desk.ask(LOAD, draft_id=second.draft_id)
    assert refused.value.code == "NOT_FOUND"


def test_newest_first_by_pages(desk: Desk) -> None:
    made = [desk.ask(SAVE, content=content()).draft.draft_id for _ in range(3)]
    first = desk.ask(LIST, page={"size": 2})
    rest = desk.ask(LIST, page={"size": 2, "token": first.next_page_token})
    assert [each.draft_id for each in (*first.drafts, *rest.drafts)] == made[::-1]
    assert not rest.next_page_token
