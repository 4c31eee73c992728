"""Who signed, and when."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest

from services.provincial.rules import signing as module
from services.provincial.rules.signing import WINDOW, Algorithm, OwnKeys, Shared, Signing, is_timely, stamp

# Of the example in GB/T 32918.5.
PRIVATE = bytes.fromhex("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8")
PUBLIC = bytes.fromhex(
    "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
)
KEY, AT, BODY = b"a-key-of-both-sides-1", "1736128800000", b'{"orderNo":"SD1"}'
NOW = datetime(2025, 1, 6, 2, tzinfo=UTC)
SIGNED = ("POST", "/messages", AT, BODY)
SIGNINGS = (Shared(Algorithm.SHA256, KEY), OwnKeys(PRIVATE, PUBLIC))
OTHERS = (Shared(Algorithm.SM3, KEY).sign(*SIGNED), Shared(Algorithm.SHA256, b"another-key-altogether").sign(*SIGNED))


@pytest.mark.parametrize(("algorithm", "digest"), [(Algorithm.SHA256, "sha256"), (Algorithm.SM3, "sm3")])
def test_a_signature_is_the_hmac_of_method_path_instant_and_the_bodys_hash(algorithm: Algorithm, digest: str) -> None:
    if digest not in hashlib.algorithms_available:
        pytest.skip("this Python's OpenSSL has no SM3 to hold against")
    text = f"POST\n/messages\n{AT}\n{hashlib.sha256(BODY).hexdigest()}"
    signing = Shared(algorithm, KEY)
    signature = signing.sign(*SIGNED)
    assert signature == hmac.new(KEY, text.encode(), digest).hexdigest()
    assert signing.is_signed(signature, *SIGNED)


@pytest.mark.parametrize("signing", SIGNINGS, ids=["HMAC", "SM2"])
@pytest.mark.parametrize(
    "changed",
    [("GET", "/messages", AT, BODY), ("POST", "/messages?a=1", AT, BODY), ("POST", "/messages", "1736128800001", BODY), (*SIGNED[:3], b"")],
)
def test_whatever_is_changed_is_found_out(signing: Signing, changed: tuple[str, str, str, bytes]) -> None:
    signature = signing.sign(*SIGNED)
    assert signing.is_signed(signature, *SIGNED)
    assert not signing.is_signed(signature, *changed)


@pytest.mark.parametrize(
    "signature",
    ["", "zz", "00", "00" * 64, "ff" * 64, *OTHERS],
)
@pytest.mark.parametrize("signing", SIGNINGS, ids=["HMAC", "SM2"])
def test_what_is_no_signature_with_our_key_is_none(signing: Signing, signature: str) -> None:
    assert not signing.is_signed(signature, *SIGNED)


def test_sm2_is_that_of_the_standard() -> None:
    """The example of GB/T 32918.5: its keys, user id and message, and the signature it gives for its own random number."""
    message = b"message digest"
    text = patch.object(module, "_text", lambda *_: message)
    random = 0x59276E27_D506861A_16680F3A_D9C02DCC_EF3CC1FA_3CDBE4CE_6D54B80D_EAC1BC21
    told = (
        "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
    )
    own = OwnKeys(PRIVATE, PUBLIC)
    with text, patch("secrets.randbits", return_value=random):
        assert own.sign(*SIGNED) == told
    with text:
        assert own.is_signed(told, *SIGNED)


@pytest.mark.parametrize(
    "keys", [(b"", PUBLIC), (PRIVATE, PUBLIC[:-1]), (PRIVATE, b"\x04" + b"\x01" * 64), (PRIVATE, b"\x02" + PUBLIC[1:])]
)
def test_keys_that_are_none_are_refused(keys: tuple[bytes, bytes]) -> None:
    with pytest.raises(ValueError, match="SM2"):
        OwnKeys(*keys)


@pytest.mark.parametrize(("off", "timely"), [(timedelta(), True), (WINDOW, True), (-WINDOW, True), (WINDOW + timedelta(seconds=1), False)])
def test_a_message_is_taken_within_the_window_on_either_side(off: timedelta, *, timely: bool) -> None:
    assert is_timely(stamp(NOW + off), NOW) is timely


@pytest.mark.parametrize("at", ["", "-1", "now", "1e12", "9" * 16, "１７３６"])
def test_what_is_no_instant_is_not_timely(at: str) -> None:
    assert not is_timely(at, NOW)
