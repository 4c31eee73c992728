"""An authority of a test's own, and the certificates it issues: ECDSA, for a day."""

from __future__ import annotations

import ipaddress
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from chassis.clock import real_now

DAY = timedelta(days=1)


class Authority:
    """Its `folder` holds ca.crt, all that a client needs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named("the test's authority")
        own = _begun(self._name, self._name, self._key.public_key())
        own = own.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        (folder / "ca.crt").write_bytes(_pem(own.sign(self._key, hashes.SHA256())))

    def issue(self, host: str, name: str = "issued") -> Path:
        """A folder as cert-manager mounts one, for a host's name or address."""
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        key = ec.generate_private_key(ec.SECP256R1())
        alternative = x509.IPAddress(ipaddress.ip_address(host)) if host[0].isdigit() else x509.DNSName(host)
        certificate = _begun(_named(host), self._name, key.public_key()).add_extension(
            x509.SubjectAlternativeName([alternative]), critical=False
        )
        (folder / "tls.crt").write_bytes(_pem(certificate.sign(self._key, hashes.SHA256())))
        form = serialization.PrivateFormat.PKCS8
        text = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
        (folder / "tls.key").touch(mode=0o600)
        (folder / "tls.key").write_bytes(text)
        (folder / "ca.crt").write_bytes((self.folder / "ca.crt").read_bytes())
        return folder


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _begun(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = real_now()
    begun = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
    return begun.serial_number(x509.random_serial_number()).not_valid_before(now - DAY).not_valid_after(now + DAY)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
