from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.masking import mask, mask_identities
from tests.chassis.probe import pb

PERSONS = {
    "张三": "张*",
    "王小明": "王**",
    "欧阳": "欧*",
    "王": "王*",
    "13812345678": "138****5678",
    "370303199001011234": "370****1234",
    "2345678": "2******",
    "0533-2345678": "053****5678",
    "张店区共青团西路95号": "张店区****",
    "买买提·吐尔逊": "买买提****",
    "Li": "L*",
    "a*b": "a**",
    "138*12345678": "138****5678",
    "x**y**z@example.com": "x******.com",
    "": "",
}


@pytest.mark.parametrize(("text", "masked"), PERSONS.items())
def test_a_mask_leaves_enough_to_recognise_and_too_little_to_know(text: str, masked: str) -> None:
    assert mask(text) == masked


@given(st.text(max_size=40))
def test_masking_twice_changes_nothing(text: str) -> None:
    assert mask(mask(text)) == mask(text)


@given(st.text("0123456789", min_size=2, max_size=30))
def test_of_a_number_at_least_four_digits_or_all_but_one_are_hidden(number: str) -> None:
    shown = mask(number).replace("*", "")
    assert len(shown) <= max(1, min(7, len(number) - 4))


def _everything(**fields: Any) -> Any:
    return pb.Everything(**fields)


def test_identities_are_masked_wherever_they_are_and_nothing_else() -> None:
    person = {
        "name": "王小明",
        "line": "王小明",
        "names": ["张三", "13812345678"],
        "people": {"a": "张三"},
        "voice": b"voice",
        "blob": b"blob",
    }
    masked = {"name": "王**", "line": "王小明", "names": ["张*", "138****5678"], "people": {"a": "张*"}, "voice": b"", "blob": b"blob"}
    answer = _everything(
        **person,
        inner=_everything(**person),
        list=[_everything(**person), _everything()],
        named={"x": _everything(**person)},
        words={"name": "王小明"},
        right=_everything(**person),
    )
    mask_identities(answer)
    expected = _everything(**masked)
    assert answer == _everything(
        **masked, inner=expected, list=[expected, _everything()], named={"x": expected}, words={"name": "王小明"}, right=expected
    )


def test_what_is_absent_stays_absent() -> None:
    answer = _everything()
    mask_identities(answer)
    assert answer == _everything()
    assert not answer.HasField("inner")
