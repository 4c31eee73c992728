"""The file of provinces: what may stand in it, and whose certificate is asked for."""

from __future__ import annotations

import datetime as dt
import ssl
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from chassis.errors import Unusable
from chassis.settings import Settings
from services.provincial.provinces import setup_of

WHOLE = '[[province]]\ncode = "370000"\ntenant = "zibo"\ncity = "370300"\nkey = "a-key-of-both-sides-1"\nurl = "http://127.0.0.1:1/link"\n'


def settings(folder: Path, text: str) -> Settings:
    file = folder / f"provinces-{len(list(folder.iterdir()))}.toml"
    file.write_text(text, encoding="utf-8")
    return Settings("provincial", provinces=file)


def test_without_a_file_nobody_is_linked_and_the_example_mapping_can_be_used(tmp_path: Path) -> None:
    assert setup_of(Settings("provincial")).provinces == ()
    example = Path(__file__).parents[3] / "services/provincial/seed/mapping.toml"
    (province,) = setup_of(settings(tmp_path, f'{WHOLE}mapping = "{example}"\n')).provinces
    assert (province.codes.nature["03"], province.codes.place["370303"]) == ("complaint", "zhangdian")
    assert "both-sides" not in repr(province)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[province]", "TOMLDecodeError"),
        (WHOLE.replace("a-key-of-both-sides-1", "short"), "ValueError"),
        (WHOLE.replace("http:", "ftp:"), "ValueError"),
        (f'{WHOLE}algorithm = "MD5"\n', "ValueError"),
        (f'{WHOLE}algorithm = "SM2-SM3"\n', "KeyError"),
        (f'{WHOLE}algorithm = "SM2-SM3"\nsigning_key = "nowhere.sm2"\nverifying_key = "nowhere.sm2"\n', "FileNotFoundError"),
        (f'{WHOLE}mapping = "nowhere.toml"\n', "FileNotFoundError"),
        (f'{WHOLE}authority = "nowhere.pem"\n', "FileNotFoundError"),
        (WHOLE.replace('city = "370300"\n', ""), "KeyError"),
        (WHOLE * 2, "code 须各不相同"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(Unusable, match=said) as refused:
        setup_of(settings(tmp_path, text))
    assert "\n" not in str(refused.value)


def test_production_speaks_to_nobody_in_the_clear(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="https"):
        setup_of(replace(settings(tmp_path, WHOLE), profile="production"))


def test_where_it_is_set_whoever_has_no_certificate_is_not_heard(tmp_path: Path) -> None:
    ours = certified(tmp_path, "ours")
    text = f'[listen]\nport = 1\ncertificate = "{ours}.pem"\nprivate_key = "{ours}.key"\nclients = "{ours}.pem"\n{WHOLE}'
    listen = setup_of(settings(tmp_path, text)).listen
    assert listen is not None
    context = listen.context()
    assert context is not None
    trusting = ssl.create_default_context(cafile=f"{ours}.pem")
    with pytest.raises(ssl.SSLError):
        shaken(context, trusting)
    trusting.load_cert_chain(f"{ours}.pem", f"{ours}.key")
    shaken(context, trusting)


def certified(folder: Path, name: str) -> Path:
    """A key and the certificate it signed for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    begin = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    made = x509.CertificateBuilder(
        subject, subject, key.public_key(), x509.random_serial_number(), begin, begin + dt.timedelta(days=36_500)
    )
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    certificate = made.sign(key, hashes.SHA256())
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / f"{name}.key").write_bytes(private)
    (folder / f"{name}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return folder / name


def shaken(server: ssl.SSLContext, client: ssl.SSLContext) -> None:
    """Hands are shaken in memory. Raises SSLError where one side will not."""
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    here = server.wrap_bio(to_server, to_client, server_side=True)
    there = client.wrap_bio(to_client, to_server, server_hostname="localhost")
    for _ in range(4):
        for side in (there, here):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    here.do_handshake()
