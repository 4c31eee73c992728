"""Who signed, and when."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest

from services.provincial.rules.signing import WINDOW, Algorithm, is_signed, is_timely, sign, stamp

KEY, AT, BODY = b"a-key-of-both-sides-1", "1736128800000", b'{"orderNo":"SD1"}'
NOW = datetime(2025, 1, 6, 2, tzinfo=UTC)
SIGNED = ("POST", "/messages", AT, BODY)


@pytest.mark.parametrize(("algorithm", "digest"), [(Algorithm.SHA256, "sha256"), (Algorithm.SM3, "sm3")])
def test_a_signature_is_the_hmac_of_method_path_instant_and_the_bodys_hash(algorithm: Algorithm, digest: str) -> None:
    if digest not in hashlib.algorithms_available:
        pytest.skip("this Python's OpenSSL has no SM3 to hold against")
    text = f"POST\n/messages\n{AT}\n{hashlib.sha256(BODY).hexdigest()}"
    signature = sign(KEY, algorithm, *SIGNED)
    assert signature == hmac.new(KEY, text.encode(), digest).hexdigest()
    assert is_signed(signature, KEY, algorithm, *SIGNED)


@pytest.mark.parametrize(
    "changed",
    [("GET", "/messages", AT, BODY), ("POST", "/messages?a=1", AT, BODY), ("POST", "/messages", "1736128800001", BODY), (*SIGNED[:3], b"")],
)
def test_whatever_is_changed_is_found_out(changed: tuple[str, str, str, bytes]) -> None:
    assert not is_signed(sign(KEY, Algorithm.SHA256, *SIGNED), KEY, Algorithm.SHA256, *changed)


@pytest.mark.parametrize(
    "signature", ["", "zz", "00", sign(b"another-key-altogether", Algorithm.SHA256, *SIGNED), sign(KEY, Algorithm.SM3, *SIGNED)]
)
def test_what_is_no_signature_with_our_key_is_none(signature: str) -> None:
    assert not is_signed(signature, KEY, Algorithm.SHA256, *SIGNED)


@pytest.mark.parametrize(("off", "timely"), [(timedelta(), True), (WINDOW, True), (-WINDOW, True), (WINDOW + timedelta(seconds=1), False)])
def test_a_message_is_taken_within_the_window_on_either_side(off: timedelta, *, timely: bool) -> None:
    assert is_timely(stamp(NOW + off), NOW) is timely


@pytest.mark.parametrize("at", ["", "-1", "now", "1e12", "9" * 16, "１７３６"])
def test_what_is_no_instant_is_not_timely(at: str) -> None:
    assert not is_timely(at, NOW)
