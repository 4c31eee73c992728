"""What goes into a submit and what comes back in a receipt, for any text there may be."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import smpp34
from hypothesis import given
from hypothesis import strategies as st

from services.notify.channels.smpp.parts import split
from services.notify.channels.smpp.receipts import Sent, Word, read_receipt
from services.notify.channels.smpp.settling import Unsettled, own_reference

CHINA = ZoneInfo("Asia/Shanghai")
RECEIPT = 4
HEADER_OCTETS = 6


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=700))
def test_parts_are_short_whole_and_put_together_again(text: str) -> None:
    parts = split(text, "message-1")
    assert all(len(part.octets) <= 140 for part in parts)
    if len(parts) == 1:
        assert not parts[0].headed
        assert parts[0].octets.decode("utf-16-be") == text
        return
    assert {tuple(part.octets[:5]) for part in parts} == {(5, 0, 3, parts[0].octets[3], len(parts))}
    assert [part.octets[5] for part in parts] == list(range(1, len(parts) + 1))
    assert "".join(part.octets[HEADER_OCTETS:].decode("utf-16-be") for part in parts) == text
    assert split(text, "message-1") == parts


@pytest.mark.parametrize(("characters", "parts"), [(1, 1), (70, 1), (71, 2), (134, 2), (135, 3)])
def test_seventy_characters_are_one_part_and_67_each_of_several(characters: int, parts: int) -> None:
    assert len(split("水" * characters, "m")) == parts


def test_a_character_of_two_units_is_never_torn() -> None:
    parts = split("水" * 66 + "𠮷" * 40, "m")
    assert all(part.octets[HEADER_OCTETS:].decode("utf-16-be") for part in parts)


def _told(words: str, esm_class: int = RECEIPT, tlvs: list[smpp34.Tlv] | None = None) -> smpp34.DeliverSm:
    return smpp34.DeliverSm("13905331234", "10612345", words.encode("latin-1", "replace"), esm_class=esm_class, tlvs=tlvs or [])


@pytest.mark.parametrize(
    ("words", "word"),
    [
        (
            "id:77AB sub:001 dlvrd:001 submit date:2611251829 done date:2611251830 stat:DELIVRD err:000 text:stat:UNDELIV id:1",
            Word("77AB", "DELIVRD", "000", datetime(2026, 11, 25, 10, 30, tzinfo=UTC)),
        ),
        ("id:0001 stat:MK:0012 err:MK:12", Word("0001", "MK:0012", "MK:12", None)),
        (
            "ID:9 DONE DATE:261125183059 STAT:expired ERR:13905331234",
            Word("9", "EXPIRED", "", datetime(2026, 11, 25, 10, 30, 59, tzinfo=UTC)),
        ),
        ("id:9 done date:yesterday stat:REJECTD", Word("9", "REJECTD", "", None)),
        ("id:9 stat:13905331234", None),
        ("stat:DELIVRD", None),
        ("", None),
    ],
)
def test_receipts_are_read_as_providers_write_them(words: str, word: Word | None) -> None:
    assert read_receipt(_told(words), CHINA) == word


def test_a_citizens_answer_is_no_receipt() -> None:
    assert read_receipt(_told("id:9 stat:DELIVRD", esm_class=0), CHINA) is None


@given(st.text(max_size=200), st.binary(max_size=8), st.integers(0, 255))
def test_nothing_a_peer_says_brings_it_down(words: str, value: bytes, esm_class: int) -> None:
    tlvs = [smpp34.Tlv(tag, value) for tag in (0x1E, 0x427, 0x204)]
    word = read_receipt(_told(words, esm_class, tlvs), CHINA)
    assert word is None or (len(word.reason) <= 21 and word.reference)


def test_what_was_sent_is_remembered_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.notify.channels.smpp.receipts.REMEMBERED", 3)
    sent = Sent()
    for number in range(5):
        sent.add(f"message-{number}", [f"r{number}"])
    assert [sent.knows(f"r{number}") for number in range(5)] == [False, False, True, True, True]


def test_a_receipt_settles_the_one_it_means_however_the_number_is_written() -> None:
    async def story() -> None:
        unsettled, ours = Unsettled(), own_reference("message-1", 0)
        taken = unsettled.open("message-1", ours, "13905331234")
        assert unsettled.settle(ours, "8613905331235", "A") == ""
        assert unsettled.settle(ours + 1, "8613905331234", "A") == ""
        assert unsettled.settle(ours, "8613905331234", "A") == "message-1"
        assert taken.result() == "A"
        assert unsettled.settle(ours, "8613905331234", "A") == ""
        unsettled.open("message-1", ours, "13905331234")
        unsettled.close(ours, "13905331234")
        assert unsettled.settle(ours, "13905331234", "B") == ""

    asyncio.run(story())
