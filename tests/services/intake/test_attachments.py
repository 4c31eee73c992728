"""Attachments: whole, by what they are, sealed, and for whoever may have them (Art. 10, 17)."""

import os
from typing import Any

import pytest

from services.intake.rules.attaching import MOST_BYTES, MOST_PER_TICKET
from tests.services.intake.desk import ASSESSOR, CALLER, HANDLER, OPERATOR, OUTSIDER, Desk, upload
from tests.services.refused import Refused

UPLOAD, LIST, DOWNLOAD = (f"AttachmentService/{verb}" for verb in ("UploadAttachment", "ListAttachments", "DownloadAttachment"))
JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256))


def sealed_bytes(desk: Desk) -> list[bytes]:
    return [row["sealed_content"] for row in desk.rows(desk.store.tables["attachments"], sealed=True)]


def test_one_of_ten_megabytes_comes_back_as_it_was_and_lies_encrypted(desk: Desk) -> None:
    ticket = desk.register()
    content = JPEG + os.urandom(MOST_BYTES - len(JPEG))
    taken = desk.ask(UPLOAD, ticket_id=ticket.ticket_id, **upload(content, "张三丰拍的停水.exe")).attachment
    assert (taken.media_type, taken.size, taken.name) == ("image/jpeg", MOST_BYTES, "〔诉求人姓名〕拍的停水.exe")
    (sealed,) = sealed_bytes(desk)
    assert JPEG not in sealed
    answer = desk.ask(DOWNLOAD, attachment_id=taken.attachment_id)
    assert answer.content == content
    assert answer.attachment == taken
    entries = desk.ask("JournalService/ListJournalEntries", ticket_id=ticket.ticket_id).entries
    assert [entry.verb for entry in entries] == ["register_ticket", "upload_attachment", "download_attachment"]


def test_nothing_of_a_download_is_stored(desk: Desk) -> None:
    ticket = desk.register()
    taken = desk.ask(UPLOAD, ticket_id=ticket.ticket_id, **upload(JPEG)).attachment
    answers = [desk.ask(DOWNLOAD, attachment_id=taken.attachment_id, request_id="same") for _ in range(2)]
    assert answers[0].content == answers[1].content == JPEG
    assert repr(JPEG)[2:40] not in desk.everything()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"size": 3}, "content"),
        ({"sha256": "0" * 64}, "content"),
        ({"content": JPEG + b"x"}, "content"),
        (upload(b"MZ\x90\x00 a program", "photo.jpg"), "content"),
        (upload(b"<script>", "photo.png"), "content"),
        ({"content": b""}, "content"),
        ({"content": JPEG + bytes(MOST_BYTES)}, "content"),
        ({"name": ""}, "name"),
        ({"name": "a\nb.jpg"}, "name"),
        ({"sha256": "张三"}, "sha256"),
        ({"ticket_id": ""}, "ticket_id"),
    ],
    ids=["size", "hash", "longer", "program", "script", "empty", "too-large", "nameless", "control", "no-hash", "no-ticket"],
)
def test_what_is_not_whole_or_none_of_the_types_is_refused(desk: Desk, changed: dict[str, Any], field: str) -> None:
    ticket = desk.register()
    with pytest.raises(Refused) as refused:
        desk.ask(UPLOAD, **{"ticket_id": ticket.ticket_id, **upload(JPEG), **changed})
    assert (refused.value.code, refused.value.field) == ("INVALID_ARGUMENT", field)
    assert not sealed_bytes(desk)


def test_only_so_many_to_a_ticket_and_none_after_its_end(desk: Desk) -> None:
    ticket = desk.register()
    for number in range(MOST_PER_TICKET):
        desk.ask(UPLOAD, ticket_id=ticket.ticket_id, **upload(JPEG + bytes([number])))
    with pytest.raises(Refused) as refused:
        desk.ask(UPLOAD, ticket_id=ticket.ticket_id, **upload(JPEG))
    assert refused.value.field == "content"
    answered = desk.do("TicketService/AnswerDirectly", desk.register(), answer="好")
    with pytest.raises(Refused) as refused:
        desk.ask(UPLOAD, ticket_id=answered.ticket_id, **upload(JPEG))
    assert refused.value.code == "FAILED_PRECONDITION"


def test_for_the_hub_and_who_holds_the_ticket(desk: Desk) -> None:
    ticket = desk.form(desk.register())
    desk.order(ticket)
    taken = desk.ask(UPLOAD, ticket_id=ticket.ticket_id, **upload(JPEG)).attachment
    for by in (OPERATOR, HANDLER):
        assert desk.ask(LIST, by, ticket_id=ticket.ticket_id).attachments == [taken]
        assert desk.ask(DOWNLOAD, by, attachment_id=taken.attachment_id).content == JPEG
    for by in (OUTSIDER, ASSESSOR):
        with pytest.raises(Refused) as refused:
            desk.ask(DOWNLOAD, by, attachment_id=taken.attachment_id)
        assert refused.value.code == "PERMISSION_DENIED"


def test_the_party_gets_none_though_it_knows_the_id(desk: Desk) -> None:
    ticket = desk.form(desk.register(parties=[{"unit_id": "water"}]))
    desk.order(ticket)
    taken = desk.ask(UPLOAD, ticket_id=ticket.ticket_id, **upload(JPEG)).attachment
    with pytest.raises(Refused) as refused:
        desk.ask(DOWNLOAD, HANDLER, attachment_id=taken.attachment_id)
    assert refused.value.code == "NOT_FOUND"


def test_pages_of_a_list(desk: Desk) -> None:
    ticket = desk.register()
    names = [f"{number}.jpg" for number in range(5)]
    for name in names:
        desk.ask(UPLOAD, ticket_id=ticket.ticket_id, **upload(JPEG, name))
    seen, token = [], ""
    while True:
        answer = desk.ask(LIST, ticket_id=ticket.ticket_id, page={"size": 2, "token": token})
        seen += [each.name for each in answer.attachments]
        token = answer.next_page_token
        if not token:
            break
    assert seen == names


def test_the_name_is_masked_of_the_caller(desk: Desk) -> None:
    ticket = desk.register()
    taken = desk.ask(UPLOAD, ticket_id=ticket.ticket_id, **upload(JPEG, f"{CALLER['name']} 370303198001011234.jpg")).attachment
    assert taken.name == "〔诉求人姓名〕 〔诉求人证件号〕.jpg"
