"""Unit contacts: sealed in the store, masked in answers, revealed for a reason that is journalled."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest

from chassis.auth import peer_key
from chassis.caller import Caller
from chassis.clock import LOCAL
from chassis.errors import Unusable
from hotline.directory.v1 import contacts_pb2
from hotline.reveal.v1.reveal_pb2 import REVEAL_KIND_CONTACT
from services.directory import jobs
from tests.services.directory.small_city import CITY, DISTRICT, SmallCity, refused

PHONE = "13805331234"


def add(city: SmallCity, **more: object) -> contacts_pb2.Contact:
    fields: dict[str, Any] = {"unit_id": "water", "purpose": "CONTACT_PURPOSE_URGENT", "name": "李四光", "phone": PHONE, **more}
    contact: contacts_pb2.Contact = city.ask("Contact.AddContact", **fields).contact
    return contact


def test_a_contact_is_masked_until_it_is_revealed(city: SmallCity) -> None:
    contact = add(city)
    assert (contact.name, contact.phone) == ("李**", "138****1234")
    (listed,) = city.ask("Contact.ListContacts", city.dispatcher, unit_id="water").contacts
    assert listed == contact
    shown = city.ask("Contact.RevealContact", city.dispatcher, contact_id=contact.contact_id, reason="夜间停水须立即联系").contact
    assert (shown.name, shown.phone) == ("李四光", PHONE)
    entry = city.journal("water")[-1]
    assert (entry["verb"], entry["article"], entry["by_id"]) == ("reveal_contact", "17", city.dispatcher.id)
    assert "夜间停水" in entry["detail"]


NOTIFY = Caller.peer("notify", CITY)


def resolve(city: SmallCity, *, urgent: bool, by: Caller = NOTIFY) -> str:
    asked: dict[str, Any] = {"unit_id": "water", "urgent": urgent, "purpose": "red_urged", "message_id": "m-1"}
    return str(city.ask("Contact.ResolveUnitContact", by, **asked).phone)


def test_a_unit_is_told_by_who_keeps_watch_or_who_handles_and_the_journal_says_what_for(city: SmallCity) -> None:
    assert resolve(city, urgent=True) == ""
    add(city)
    assert resolve(city, urgent=False) == PHONE
    add(city, purpose="CONTACT_PURPOSE_HANDLING", name="王五", phone="13905331234")
    assert (resolve(city, urgent=True), resolve(city, urgent=False)) == (PHONE, "13905331234")
    entry = city.journal("water")[-1]
    assert (entry["verb"], entry["article"], entry["by_id"]) == ("resolve_unit_contact", "17", "notify")
    assert "red_urged" in entry["detail"]
    assert PHONE not in repr(city.rows())


def test_only_notify_is_given_a_units_number(city: SmallCity) -> None:
    for by in (city.admin, city.dispatcher, Caller.peer("gateway", CITY)):
        assert refused(lambda by=by: resolve(city, urgent=True, by=by)).code == "PERMISSION_DENIED"  # type: ignore[misc]  # bound here


def test_a_contact_lies_sealed_in_the_store_and_in_no_event_or_journal(city: SmallCity) -> None:
    contact = add(city)
    city.ask("Contact.ChangeContact", contact_id=contact.contact_id, purpose=contact.purpose, name="王五洲", phone=PHONE, version=1)
    city.ask("Contact.RevealContact", contact_id=contact.contact_id, reason="值守联系")
    kept = repr(city.rows())
    for secret in (PHONE, "李四光", "王五洲", "\\u674e\\u56db", "\\xe6\\x9d\\x8e\\xe5\\x9b\\x9b"):
        assert secret not in kept


def test_change_and_remove_contact_at_the_version_seen(city: SmallCity) -> None:
    contact = add(city)
    fields: dict[str, Any] = {"contact_id": contact.contact_id, "purpose": "CONTACT_PURPOSE_LEAD", "name": "王五", "phone": "0533-2345678"}
    changed = city.ask("Contact.ChangeContact", version=1, **fields).contact
    assert changed.version == 2
    assert refused(lambda: city.ask("Contact.ChangeContact", version=1, **fields)).code == "ABORTED"
    assert refused(lambda: city.ask("Contact.RemoveContact", contact_id=contact.contact_id, version=1)).code == "ABORTED"
    city.ask("Contact.RemoveContact", contact_id=contact.contact_id, version=2)
    assert not city.ask("Contact.ListContacts", unit_id="water").contacts
    assert [entry["verb"] for entry in city.journal("water")] == ["add_unit", "add_contact", "change_contact", "remove_contact"]


def test_reseal_opens_contacts_and_signing_keys_under_a_new_key_of_the_service(city: SmallCity, capsys: pytest.CaptureFixture[str]) -> None:
    contact = add(city)
    token = city.log_in().tokens.access_token
    settings = city.store.settings
    current, before = settings.keys_folder / "directory.pem", settings.keys_folder / "before.pem"
    current.rename(before)
    peer_key(settings)
    for wrong in ([], ["nowhere.pem"], [str(current)]):
        with pytest.raises(Unusable):
            jobs.reseal(city.store, settings, wrong)
    for _ in range(2):
        assert jobs.reseal(city.store, settings, [str(before)]) == 0
    assert "2 项" in capsys.readouterr().out
    shown = city.ask("Contact.RevealContact", token=token, contact_id=contact.contact_id, reason="换钥之后").contact
    assert (shown.name, shown.phone) == ("李四光", PHONE)
    assert city.log_in().tokens.access_token


@pytest.mark.parametrize("phone", ["无此号", "19", "138-abc", "1" * 40, "+"])
def test_add_contact_refuses_what_is_no_number_without_saying_it(city: SmallCity, phone: str) -> None:
    heard = refused(lambda: add(city, phone=phone))
    assert (heard.code, heard.field) == ("INVALID_ARGUMENT", "phone")
    assert phone not in heard.message


def test_a_districts_contacts_are_its_own_to_change(city: SmallCity) -> None:
    assert refused(lambda: add(city, unit_id="town-1")).code == "PERMISSION_DENIED"
    fields: dict[str, Any] = {"unit_id": "town-1", "purpose": "CONTACT_PURPOSE_LEAD", "name": "赵六", "phone": PHONE}
    theirs = city.ask("Contact.AddContact", city.district_admin, **fields).contact
    ask: dict[str, Any] = {"contact_id": theirs.contact_id, "version": 1}
    assert refused(lambda: city.ask("Contact.RemoveContact", **ask)).code == "PERMISSION_DENIED"
    mine = add(city)
    ask = {"contact_id": mine.contact_id, "version": 1}
    assert refused(lambda: city.ask("Contact.RemoveContact", city.district_admin, **ask)).code == "NOT_FOUND"
    assert refused(lambda: city.ask("Contact.ListContacts", city.district_admin, unit_id="water")).code == "NOT_FOUND"
    assert [entry["verb"] for entry in city.journal("town-1", DISTRICT)] == ["add_unit", "add_contact"]


def test_list_reveals_says_whose_number_was_shown_to_whom_and_count_reveals_how_often(city: SmallCity) -> None:
    contact = add(city)
    for _ in range(2):
        city.ask("Contact.RevealContact", city.dispatcher, contact_id=contact.contact_id, reason="夜间停水 13905331234")
    resolve(city, urgent=True)
    reveals = city.ask("Reveal.ListReveals", revealed_by=city.dispatcher.id, subject="water").reveals
    assert [(each.by, each.kind, each.subject_id, each.article) for each in reveals] == [
        (city.dispatcher.id, REVEAL_KIND_CONTACT, "water", "17"),
        (city.dispatcher.id, REVEAL_KIND_CONTACT, "water", "17"),
    ]
    assert ("夜间停水" in reveals[0].reason, "13905331234" in str(reveals), PHONE in str(reveals)) == (True, False, False)
    day = reveals[0].at.ToDatetime(UTC).astimezone(LOCAL).date().isoformat()
    (count,) = city.ask("Reveal.CountReveals", from_day=day, until_day=day).counts
    assert (count.by, count.day, count.reveals, count.stands_out) == (city.dispatcher.id, day, 2, False)
    assert refused(lambda: city.ask("Reveal.ListReveals", city.dispatcher)).code == "PERMISSION_DENIED"
