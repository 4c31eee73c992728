"""The provinces that are linked: only this file decides. It is the TOML that `PROVINCES` names:

    [listen]                        # only where a province pushes
    host = "127.0.0.1"
    port = 8443
    certificate = "ours.pem"        # with its key: HTTPS. Without, something in front of us must speak it
    private_key = "ours.key"
    clients = "clients-ca.pem"      # client certificates are demanded

    [[province]]
    code = "370000"                 # by which it names itself
    tenant = "zibo"                 # whose orders they are
    city = "370300"                 # as it names us
    algorithm = "HMAC-SHA256"       # or HMAC-SM3, or SM2-SM3
    key = "…"                       # of both sides, at least 16 characters; not with SM2-SM3, which has instead:
    signing_key = "ours.sm2"        # our private key, 64 hexadecimal digits
    verifying_key = "province.sm2"  # the province's public key, 04 and 128 hexadecimal digits
    url = "https://province.example/link"   # where it is told, and asked
    poll_seconds = 30               # where it does not push
    mapping = "mapping.toml"        # codes: tables nature, category, place
    authority = "province-ca.pem"   # that signed its certificate, where no public one did
    certificate = "client.pem"      # ours towards it, with its key
    private_key = "client.key"

Files are beside this one. Without a file nobody is linked.
"""

from __future__ import annotations

import ssl
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from chassis.errors import Unusable
from chassis.settings import Settings
from services.provincial.rules.mapping import Codes
from services.provincial.rules.signing import Algorithm, OwnKeys, Shared, Signing

SHORTEST_KEY = 16


@dataclass(frozen=True)
class Certificates:
    """Files of a side's TLS."""

    certificate: Path | None = None
    private_key: Path | None = None
    authority: Path | None = None


@dataclass(frozen=True)
class Listen:
    """Where provinces push."""

    host: str
    port: int
    tls: Certificates

    def context(self) -> ssl.SSLContext | None:
        """Whoever has no certificate of ours' authority is not heard, where one is set. Raises OSError for files that are none."""
        if self.tls.certificate is None:
            return None
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=self.tls.authority)
        context.load_cert_chain(self.tls.certificate, self.tls.private_key)
        context.verify_mode = ssl.CERT_REQUIRED if self.tls.authority else ssl.CERT_NONE
        return context


@dataclass(frozen=True)
class Province:
    """A province, and how it is spoken to."""

    code: str
    tenant_id: str
    city: str
    signing: Signing
    url: str
    poll_seconds: float
    tls: Certificates
    codes: Codes = field(repr=False)

    def context(self) -> ssl.SSLContext:
        """How its certificate is checked, and ours shown. Raises OSError for files that are none."""
        context = ssl.create_default_context(cafile=self.tls.authority)
        if self.tls.certificate is not None:
            context.load_cert_chain(self.tls.certificate, self.tls.private_key)
        return context


@dataclass(frozen=True)
class Setup:
    """Who is linked, and where we listen."""

    listen: Listen | None = None
    provinces: tuple[Province, ...] = ()

    def of(self, code: str) -> Province | None:
        """The province of a code."""
        return next((each for each in self.provinces if each.code == code), None)


def setup_of(settings: Settings) -> Setup:
    """What the settings say. Raises Unusable for a file that cannot be used."""
    return _read(settings.provinces, plain=settings.profile != "production") if settings.provinces else Setup()


@lru_cache(maxsize=8)
def _read(file: Path, *, plain: bool) -> Setup:
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
        provinces = tuple(_province(file.parent, each) for each in told.get("province", ()))
        listen = _listen(file.parent, told["listen"]) if "listen" in told else None
        for each in (*provinces, *((listen,) if listen else ())):
            each.context()
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise Unusable(f"PROVINCES={file} 不可用（{type(error).__name__}）：请按 services/provincial/provinces.py 的说明书写") from None
    codes = [each.code for each in provinces]
    if len(set(codes)) != len(codes):
        raise Unusable(f"PROVINCES={file} 中省级平台的 code 须各不相同")
    if not plain and any(urlsplit(each.url).scheme != "https" for each in provinces):
        raise Unusable(f"PROVINCES={file}：生产环境中 url 须为 https")
    return Setup(listen, provinces)


def _province(folder: Path, told: Mapping[str, Any]) -> Province:
    if urlsplit(told["url"]).scheme not in ("https", "http") or float(told.get("poll_seconds", 0)) < 0:
        raise ValueError("url or poll_seconds")
    return Province(
        code=str(told["code"]),
        tenant_id=str(told["tenant"]),
        city=str(told["city"]),
        signing=_signing(folder, told),
        url=str(told["url"]).rstrip("/"),
        poll_seconds=float(told.get("poll_seconds", 0)),
        tls=_certificates(folder, told, "authority"),
        codes=_codes(folder / told["mapping"]) if "mapping" in told else Codes(),
    )


def _signing(folder: Path, told: Mapping[str, Any]) -> Signing:
    algorithm = Algorithm(told.get("algorithm", Algorithm.SHA256))
    if algorithm is Algorithm.SM2:
        return OwnKeys(_sm2(folder / told["signing_key"]), _sm2(folder / told["verifying_key"]))
    key = str(told["key"]).encode()
    if len(key) < SHORTEST_KEY:
        raise ValueError("key")
    return Shared(algorithm, key)


def _sm2(file: Path) -> bytes:
    return bytes.fromhex(file.read_text(encoding="ascii"))


def _listen(folder: Path, told: Mapping[str, Any]) -> Listen:
    return Listen(str(told.get("host", "127.0.0.1")), int(told["port"]), _certificates(folder, told, "clients"))


def _certificates(folder: Path, told: Mapping[str, Any], authority: str) -> Certificates:
    names = {"certificate": "certificate", "private_key": "private_key", "authority": authority}
    return Certificates(**{name: folder / told[key] for name, key in names.items() if key in told})


def _codes(file: Path) -> Codes:
    told = tomllib.loads(file.read_text(encoding="utf-8"))
    return Codes(**{name: {str(code): str(ours) for code, ours in told.get(name, {}).items()} for name in ("nature", "category", "place")})
