from __future__ import annotations

import pytest

from chassis.enums import number_of, word_of
from hotline.ticket.v1 import ticket_pb2


@pytest.mark.parametrize(
    ("word", "number"), [("phone", ticket_pb2.CHANNEL_PHONE), ("", ticket_pb2.CHANNEL_UNSPECIFIED)], ids=["a word", "none"]
)
def test_a_word_and_its_number_lead_to_each_other(word: str, number: int) -> None:
    assert number_of(ticket_pb2.Channel.DESCRIPTOR, word) == number
    assert word_of(ticket_pb2.Channel.DESCRIPTOR, number) == word


def test_what_the_protos_do_not_know_is_no_word_and_no_number() -> None:
    with pytest.raises(KeyError):
        number_of(ticket_pb2.Channel.DESCRIPTOR, "telegraph")
    with pytest.raises(KeyError):
        word_of(ticket_pb2.Channel.DESCRIPTOR, 9999)
