import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.sealing import Unsealable, seal, sealing_key, unseal

KEY = sealing_key(b"secret", "test")
PLACE = "callers/c-1/name"


@given(st.binary(max_size=200), st.text(max_size=40))
def test_what_was_sealed_opens_in_its_place(plain: bytes, place: str) -> None:
    assert unseal(KEY, seal(KEY, plain, place), place) == plain


@given(st.binary(min_size=4, max_size=60))
def test_the_sealed_shows_nothing_and_never_the_same(plain: bytes) -> None:
    sealed = seal(KEY, plain, PLACE)
    assert plain not in sealed
    assert seal(KEY, plain, PLACE) != sealed


@given(st.binary(max_size=60), st.integers(min_value=0), st.integers(1, 255))
def test_a_changed_byte_does_not_open(plain: bytes, at: int, change: int) -> None:
    sealed = bytearray(seal(KEY, plain, PLACE))
    sealed[at % len(sealed)] ^= change
    with pytest.raises(Unsealable):
        unseal(KEY, bytes(sealed), PLACE)


@pytest.mark.parametrize("sealed", [b"", b"short", b"x" * 12, b"x" * 27])
def test_what_was_never_sealed_does_not_open(sealed: bytes) -> None:
    with pytest.raises(Unsealable):
        unseal(KEY, sealed, PLACE)


def test_nothing_opens_elsewhere_or_with_another_key() -> None:
    sealed = seal(KEY, b"plain", PLACE)
    with pytest.raises(Unsealable):
        unseal(KEY, sealed, "callers/c-2/name")
    for other in (sealing_key(b"other", "test"), sealing_key(b"secret", "else")):
        with pytest.raises(Unsealable):
            unseal(other, sealed, PLACE)


def test_a_key_is_the_same_each_time_and_long_enough() -> None:
    assert sealing_key(b"secret", "test") == KEY
    assert len(KEY) == 32
