"""Writes the Secrets that the chart refers to: `python -m chassis.secrets --release NAME [--namespace NAME] FILE`, which gets mode 0600.

One Secret for each service's own key, one with all public halves, the keys that callers' identities are sealed with, what first
passwords are told by, and accounts for PostgreSQL and RabbitMQ, to be made there as written. `kubectl apply -f FILE`, then keep FILE
where keys are kept, and nowhere else: without it nothing that was sealed is ever opened again.

With `--gateway gateway_PLACE` FILE has the key of a district's gateway alone; what is printed adds its public half to the city's Secret.
"""

from __future__ import annotations

import argparse
import base64
import json
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chassis.errors import Unusable
from chassis.sealing import KEY_BYTES
from chassis.settings import service_names

OWNER = "hotline_owner"
BROKER = "hotline"
# They speak for themselves too, and serve no gRPC.
OTHERS = ("gateway",)
CHANCE_BYTES = 24


def manifests(release: str, namespace: str) -> list[dict[str, Any]]:
    """Fresh Secrets for a release, as Kubernetes takes them."""
    return [_manifest(f"{_name(release)}-{part}", namespace, kind, data) for part, kind, data in _parts()]


def gateway_manifests(release: str, namespace: str, key_name: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """A key for a district's gateway, and the patch by which the city's Secret of public halves gets to know it."""
    key, name = Ed25519PrivateKey.generate(), _name(release)
    patch = {"data": {f"{key_name}.pub": base64.b64encode(_public(key).encode()).decode()}}
    return [_manifest(f"{name}-key-gateway", namespace, "Opaque", {"gateway.pem": _private(key)})], patch


def _name(release: str) -> str:
    return release if "hotline" in release else f"{release}-hotline"


def _parts() -> Iterator[tuple[str, str, dict[str, str]]]:
    keys = {service: Ed25519PrivateKey.generate() for service in (*service_names(), *OTHERS)}
    for service, key in keys.items():
        yield f"key-{service}", "Opaque", {f"{service}.pem": _private(key)}
    yield "public-keys", "Opaque", {f"{service}.pub": _public(key) for service, key in keys.items()}
    yield "identity", "Opaque", {"keys": ",".join(f"{name}:{_chance_key()}" for name in ("1", "hash"))}
    yield "first", "Opaque", {"seed": secrets.token_hex(CHANCE_BYTES)}
    owner = {"username": OWNER, "password": secrets.token_hex(CHANCE_BYTES), "services-password": secrets.token_hex(CHANCE_BYTES)}
    yield "postgres", "kubernetes.io/basic-auth", owner
    yield "rabbitmq", "kubernetes.io/basic-auth", {"username": BROKER, "password": secrets.token_hex(CHANCE_BYTES)}


def _manifest(name: str, namespace: str, kind: str, data: dict[str, str]) -> dict[str, Any]:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    encoded = {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": kind, "data": encoded}


def _chance_key() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _private(key: Ed25519PrivateKey) -> str:
    text = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return text.decode()


def _public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


def main(arguments: list[str]) -> int:
    """Write them into a file that is not there yet. Raises Unusable for one that is: it may be all that opens a city's data."""
    parser = argparse.ArgumentParser(prog="python -m chassis.secrets")
    parser.add_argument("--release", required=True)
    parser.add_argument("--namespace", default="")
    parser.add_argument("--gateway", default="")
    parser.add_argument("file", type=Path)
    options = parser.parse_args(arguments)
    items, patch = (
        gateway_manifests(options.release, options.namespace, options.gateway)
        if options.gateway
        else (manifests(options.release, options.namespace), None)
    )
    listed = {"apiVersion": "v1", "kind": "List", "items": items}
    try:
        options.file.touch(mode=0o600, exist_ok=False)
        options.file.write_text(json.dumps(listed, indent=1))
    except FileExistsError:
        raise Unusable(f"{options.file} 已存在：其中的密钥可能正在使用，请另指定文件") from None
    except OSError as error:
        raise Unusable(f"{options.file} 无法写入：{error.strerror}") from None
    if patch:
        print(json.dumps(patch))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Unusable as error:
        sys.exit(str(error))
