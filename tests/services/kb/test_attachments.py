"""Documents of an entry: by what they are, to whoever sees a text that names them."""

import hashlib
from typing import Any

import pytest

from services.kb.rules.attaching import document_type
from tests.services.kb.shelves import DISTRICT_EDITOR, EDITOR, NEIGHBOUR, OPERATOR, OUTSIDER, Library
from tests.services.refused import Refused

PDF = b"%PDF-1.7 form"
WORD = b"PK\x03\x04..[Content_Types].xml..word/document.xml"


def upload(library: Library, entry_id: str, content: bytes = PDF, **changes: Any) -> str:
    fields: dict[str, Any] = {"name": "申请表.pdf", "content": content, "sha256": hashlib.sha256(content).hexdigest(), **changes}
    attachment_id: str = library.ask("AttachmentService/UploadAttachment", EDITOR, entry_id=entry_id, **fields).attachment.attachment_id
    return attachment_id


KINDS = {
    PDF: "application/pdf",
    WORD: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    WORD.replace(b"word", b"xl"): "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    b"\xff\xd8\xff": "image/jpeg",
    b"MZ": None,
    b"PK\x03\x04": None,
    b"<html>": None,
    b"": None,
}


@pytest.mark.parametrize("content", KINDS)
def test_it_is_what_its_first_bytes_say(content: bytes) -> None:
    assert document_type(content) == KINDS[content]


def test_it_is_shown_with_the_text_that_names_it_and_to_nobody_before(library: Library) -> None:
    entry = library.published(citywide=True)
    attachment_id = upload(library, entry.entry_id)
    with pytest.raises(Refused, match="NOT_FOUND"):
        library.ask("AttachmentService/DownloadAttachment", OPERATOR, entry_id=entry.entry_id, attachment_id=attachment_id)
    published = library.publish(library.revise(library.get(entry), attachment_ids=[attachment_id]))
    assert [each.name for each in published.attachments] == ["申请表.pdf"]
    for by in (OPERATOR, DISTRICT_EDITOR, NEIGHBOUR):
        found = library.ask("AttachmentService/DownloadAttachment", by, entry_id=entry.entry_id, attachment_id=attachment_id)
        assert (found.content, found.attachment.media_type) == (PDF, "application/pdf")


@pytest.mark.parametrize(("content", "changes", "field"), [(b"MZ\x90", {}, "content"), (PDF, {"sha256": "0" * 64}, "sha256")])
def test_what_is_cut_short_or_none_of_the_types_is_refused(library: Library, content: bytes, changes: dict[str, str], field: str) -> None:
    entry = library.create()
    before = library.everything()
    with pytest.raises(Refused) as refused:
        upload(library, entry.entry_id, content, **changes)
    assert (refused.value.code, refused.value.field) == ("INVALID_ARGUMENT", field)
    assert library.everything() == before


def test_an_attachment_of_another_entry_is_none_and_twenty_are_enough(library: Library) -> None:
    entry, other = library.create(), library.create()
    foreign = upload(library, other.entry_id)
    with pytest.raises(Refused) as refused:
        library.revise(entry, attachment_ids=[foreign])
    assert refused.value.field == "content.attachment_ids"
    for _ in range(20):
        upload(library, entry.entry_id)
    with pytest.raises(Refused, match="20"):
        upload(library, entry.entry_id)
    with pytest.raises(Refused, match="PERMISSION_DENIED"):
        library.ask(
            "AttachmentService/UploadAttachment",
            OUTSIDER,
            entry_id=entry.entry_id,
            name="a",
            content=PDF,
            sha256=hashlib.sha256(PDF).hexdigest(),
        )
