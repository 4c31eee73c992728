"""Numbers as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.rules.phones import NoNumber, read_phone, spellings


@pytest.mark.parametrize(
    ("written", "e164"),
    [
        ("13805331234", "+8613805331234"),
        ("138 0533 1234", "+8613805331234"),
        ("138-0533-1234", "+8613805331234"),
        ("+8613805331234", "+8613805331234"),
        ("0086 138 0533 1234", "+8613805331234"),
        ("１３８０５３３１２３４", "+8613805331234"),
        ("19905331234", "+8619905331234"),
        ("0533-2770001", "+865332770001"),
        ("(0533)2770001", "+865332770001"),
        ("2770001", "+865332770001"),
        ("2770001转8003", "+865332770001"),
        ("0531-88880000", "+8653188880000"),
        ("4006012345", "+864006012345"),
        ("+1 650 253 0000", "+16502530000"),
        ("00442079460018", "+442079460018"),
    ],
)
def test_a_number_is_one_number_however_it_is_written(written: str, e164: str) -> None:
    assert read_phone(written).e164 == e164


@pytest.mark.parametrize("short", ["12345", "110", "119", "10086", "95588", "12388"])
def test_a_short_number_is_no_identity(short: str) -> None:
    phone = read_phone(short)
    assert not phone.is_identity
    assert spellings(phone) == ()


@pytest.mark.parametrize("wrong", ["", "没有", "1380533123", "138053312345", "277000", "0000000000", "１２"])
def test_what_cannot_be_dialled_is_refused(wrong: str) -> None:
    with pytest.raises(NoNumber):
        read_phone(wrong)


def test_a_landline_is_spelt_with_and_without_its_area() -> None:
    assert spellings(read_phone("2770001")) == ("865332770001", "05332770001", "2770001")
    assert spellings(read_phone("0531-88880000")) == ("8653188880000", "053188880000")


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_every_mobile_is_read(number: str) -> None:
    assert read_phone(number).e164 == f"+86{number}"
    assert spellings(read_phone(number)) == (f"86{number}", number)
