"""Units, people and districts that a ticket names are the directory's (Art. 17, 18); nothing is written of one that names others."""

from typing import Any

import pytest

from hotline.directory.v1 import events_pb2 as directory
from tests.services.intake.desk import CITY, DISTRICT, DISTRICT_HUB, Desk, content, person
from tests.services.refused import Refused

REGISTER, AMEND = "TicketService/RegisterTicket", "TicketService/AmendTicket"
WATER = {"unit_id": "water"}
PARTIES: tuple[tuple[dict[str, str], str, str], ...] = (
    ({"unit_id": "nowhere"}, "unit_id", "17"),
    ({"name": "张某", "person_id": "nobody"}, "person_id", "17"),
)


def refusal(desk: Desk, method: str, **fields: Any) -> tuple[str, str, str]:
    before = desk.everything()
    with pytest.raises(Refused) as refused:
        desk.ask(method, **fields)
    assert desk.everything() == before
    assert "核对" in refused.value.message
    assert "稍后重试" in refused.value.message
    return refused.value.code, refused.value.field, refused.value.article


@pytest.mark.parametrize(("party", "field", "article"), PARTIES, ids=["unit", "person"])
def test_a_party_is_of_the_directory(desk: Desk, party: dict[str, str], field: str, article: str) -> None:
    ticket = desk.register()
    wrong = {"content": content(parties=[WATER, party]), "masking_confirmed": True}
    assert refusal(desk, REGISTER, **wrong) == ("INVALID_ARGUMENT", f"content.parties[1].{field}", article)
    changes = {"ticket_id": ticket.ticket_id, "version": 1, "parties": {"parties": [WATER, party]}}
    assert refusal(desk, AMEND, **changes) == ("INVALID_ARGUMENT", f"parties.parties[1].{field}", article)


@pytest.mark.parametrize("district", ["nowhere", CITY, "zhangdian-hub"])
def test_a_place_is_in_a_district_that_there_is(desk: Desk, district: str) -> None:
    ticket = desk.register(place={"address": "柳泉路一带"})
    place = {"district": district}
    wrong = {"content": content(place=place), "masking_confirmed": True}
    assert refusal(desk, REGISTER, **wrong) == ("INVALID_ARGUMENT", "content.place.district", "")
    assert refusal(desk, AMEND, ticket_id=ticket.ticket_id, version=1, place=place) == ("INVALID_ARGUMENT", "place.district", "")


def test_a_unit_of_another_tenant_may_be_complained_about(desk: Desk) -> None:
    ticket = desk.register(parties=[{"unit_id": "zhangdian-town"}])
    assert [party.unit_id for party in ticket.parties] == ["zhangdian-town"]
    at_district = person("district-2", "OPERATOR", unit="zhangdian-hub", tenant=DISTRICT)
    ticket = desk.register(at_district, parties=[{"unit_id": "zibo-hub"}, {"person_id": "operator-1"}])
    assert desk.get(ticket, DISTRICT_HUB).number == ticket.number


def test_who_is_told_of_late_is_a_party_from_then_on(desk: Desk) -> None:
    said: dict[str, Any] = {
        "content": content(parties=[{"unit_id": "gas"}, {"person_id": "gas-1"}], place={"district": "boshan"}),
        "masking_confirmed": True,
    }
    refusal(desk, REGISTER, **said)
    desk.tell(directory.UnitChanged(unit_id="gas", tenant_id=CITY, kind=directory.UNIT_KIND_ENTERPRISE, parent_id="zibo-hub", version=1))
    desk.tell(directory.PersonChanged(person_id="gas-1", tenant_id=CITY, unit_id="gas", active=False, version=2))
    desk.tell(directory.PersonChanged(person_id="gas-1", tenant_id=CITY, unit_id="gas", active=True, version=1))
    refusal(desk, REGISTER, **said)
    boshan = directory.UnitChanged(
        unit_id="boshan", tenant_id=CITY, kind=directory.UNIT_KIND_DISTRICT, parent_id="zibo-hub", handling_tenant_id="boshan", version=1
    )
    desk.tell(boshan)
    assert desk.ask(REGISTER, **said).ticket.place.district == "boshan"


def test_an_unfinished_draft_and_a_preview_may_name_anything(desk: Desk) -> None:
    typed = content(parties=[{"unit_id": "nowhere"}], place={"district": "nowhere"})
    assert desk.ask("DraftService/SaveDraft", content=typed).draft.draft_id
    assert desk.ask("MaskService/PreviewMask", content=typed)
