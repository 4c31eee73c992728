"""The one place that reads the environment: a frozen `Settings`, made once by each main."""

from __future__ import annotations

import os
import pkgutil
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import urlsplit

from chassis.errors import Unusable

Profile = Literal["evaluation", "demo", "production"]
ClockKind = Literal["real", "virtual"]
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
C = TypeVar("C", bound=str)

# The first of each is what it is when nothing is said.
PROFILES: tuple[Profile, ...] = ("evaluation", "demo", "production")
CLOCKS: tuple[ClockKind, ...] = ("real", "virtual")
LOG_LEVELS: tuple[LogLevel, ...] = ("INFO", "DEBUG", "WARNING", "ERROR")

DOOR_PORT = 50051
HTTP_PORT = 8080
METRICS_PORT = 9100


def service_names() -> tuple[str, ...]:
    """Names of the services on disk that have an api, in the order of their ports."""
    return services_with("api")


def services_with(part: str) -> tuple[str, ...]:
    """Names of the services on disk that have a part: api, worker, link."""
    package = find_spec("services")
    folders = package.submodule_search_locations if package else None
    found = (module.name for module in pkgutil.iter_modules(folders or []))
    return tuple(sorted(name for name in found if find_spec(f"services.{name}.{part}")))


def worker_names() -> tuple[str, ...]:
    """Names of the services on disk that have a worker."""
    return services_with("worker")


def known_worker(name: str) -> str:
    """The name itself. Raises Unusable when no service of that name has a worker."""
    if name not in worker_names():
        raise Unusable(f"没有服务 {name} 的 worker：可用 {'、'.join(worker_names()) or '无'}")
    return name


@dataclass(frozen=True)
class Settings:
    """What a process is told from outside. `service` is the one it serves; `workers` and `links` (host:port) are asked for their health.

    `traced`: the share of traces that is collected; `signs_as`: the name of its key, where it is not the service's only one.
    """

    service: str
    data: Path = Path("var")
    profile: Profile = "evaluation"
    amqp_uri: str = field(default="", repr=False)
    amqp_ca: Path | None = None
    database_url: str = field(default="", repr=False)
    database_password: str = field(default="", repr=False)
    host: str = "127.0.0.1"
    door_port: int = DOOR_PORT
    api_port: int = 0
    health_port: int = 0
    http_port: int = HTTP_PORT
    metrics_port: int = METRICS_PORT
    clock: ClockKind = "real"
    clock_start: datetime = field(default_factory=lambda: datetime.fromisoformat("2025-01-06T08:00:00+08:00"))
    keys: Path | None = None
    signs_as: str = ""
    tls: Path | None = None
    identity_keys: str = field(default="", repr=False)
    first_passwords: str = field(default="", repr=False)
    providers: Path | None = None
    provinces: Path | None = None
    identity_provider: Path | None = None
    public_url: str = ""
    addresses: Mapping[str, str] = field(default_factory=dict, hash=False)
    workers: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    otlp_endpoint: str = ""
    traced: float = 1.0
    log_level: LogLevel = "INFO"

    @staticmethod
    def from_env(service: str) -> Settings:
        """Read and check the environment. Raises Unusable with one line that says which variable is wrong."""
        return _read(os.environ, service)

    @property
    def embedded(self) -> bool:
        """Whether the queue lives in the worker process."""
        return not self.amqp_uri

    @property
    def keys_folder(self) -> Path:
        """Where keys lie: `<service>.pem` private, `<service>.pub` public."""
        return self.keys or self.data / "keys"

    @property
    def clock_file(self) -> Path:
        """The file that holds the virtual clock's offset."""
        return self.data / "clock"

    def port_of(self, service: str) -> int:
        """The gRPC port of a service's api on this machine."""
        return self.door_port + 1 + service_names().index(service)

    @property
    def own_address(self) -> str:
        """Where the service's own api listens: `API_PORT`, for whom it is alone on its machine, else its port among all."""
        return f"{self.host}:{self.api_port or self.port_of(self.service)}"

    def address_of(self, service: str) -> str:
        """Where a service's api is asked: a setting `<SERVICE>_ADDRESS`, else this machine."""
        return self.addresses.get(service) or f"{self.host}:{self.port_of(service)}"


def process_environment(**changes: str) -> dict[str, str]:
    """The environment for a process that is started from here."""
    # A worker looks up two names when it connects; a resolver in green threads takes a tenth of its start to import.
    return {"EVENTLET_NO_GREENDNS": "yes", **os.environ, **changes}


def _read(environment: Mapping[str, str], service: str) -> Settings:
    # An empty variable is one that is not set: charts and compose files write them so.
    env = {name: value.strip() for name, value in environment.items() if value.strip()}
    profile = _one_of(env, "PROFILE", PROFILES)
    clock = _one_of(env, "CLOCK", CLOCKS)
    if clock == "virtual" and profile == "production":
        raise Unusable("CLOCK=virtual 不得用于生产环境（PROFILE=production），请去掉 CLOCK")
    return Settings(
        service=service,
        data=Path(env.get("DATA", "var")),
        profile=profile,
        amqp_uri=_uri(env, "AMQP_URI", ("amqp", "amqps", "pyamqp")),
        amqp_ca=_path(env, "AMQP_CA"),
        database_url=_uri(env, "DATABASE_URL", ("postgresql", "postgres", "postgresql+psycopg")),
        database_password=env.get("DATABASE_PASSWORD", ""),
        host=env.get("HOST", "127.0.0.1"),
        door_port=_port(env, "DOOR_PORT", DOOR_PORT),
        api_port=_port(env, "API_PORT", 0),
        health_port=_port(env, "HEALTH_PORT", 0),
        http_port=_port(env, "HTTP_PORT", HTTP_PORT),
        metrics_port=_port(env, "METRICS_PORT", METRICS_PORT),
        clock=clock,
        clock_start=_instant(env.get("CLOCK_START", "2025-01-06T08:00:00+08:00")),
        keys=_path(env, "KEYS"),
        signs_as=_key_name(env, service),
        tls=_path(env, "TLS"),
        identity_keys=env.get("IDENTITY_KEYS", ""),
        first_passwords=env.get("FIRST_PASSWORDS", ""),
        providers=_path(env, "PROVIDERS"),
        provinces=_path(env, "PROVINCES"),
        identity_provider=_path(env, "IDENTITY_PROVIDER"),
        public_url=_uri(env, "PUBLIC_URL", ("https", "http")).rstrip("/"),
        addresses={name.removesuffix("_ADDRESS").lower(): value for name, value in env.items() if name.endswith("_ADDRESS")},
        workers=_listed(env, "WORKERS"),
        links=_listed(env, "LINKS"),
        otlp_endpoint=_uri(env, "OTEL_EXPORTER_OTLP_ENDPOINT", ("http", "https")),
        traced=_share(env, "OTEL_TRACES_SAMPLER_ARG"),
        log_level=_one_of(env, "LOG_LEVEL", LOG_LEVELS),
    )


def _one_of(env: Mapping[str, str], name: str, allowed: tuple[C, ...]) -> C:
    text = env.get(name, allowed[0])
    for value in allowed:
        if text == value:
            return value
    raise Unusable(f"{name}={_shown(text)}：只能是 {'、'.join(allowed)}")


def _listed(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in env.get(name, "").split(",") if part.strip())


def _path(env: Mapping[str, str], name: str) -> Path | None:
    return Path(env[name]) if name in env else None


def _key_name(env: Mapping[str, str], service: str) -> str:
    """`SIGNS_AS`: the service's name, `_`, that of a place."""
    text = env.get("SIGNS_AS", "")
    if text and not re.fullmatch(rf"{service}_[a-z0-9]{{1,40}}", text):
        raise Unusable(f"SIGNS_AS={_shown(text)}：应为 {service}_ 加地方代码（小写字母和数字），例如 {service}_zichuan")
    return text


def _port(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and 0 < int(text[:6]) < 65536):  # noqa: PLR2004 - the largest port there is
        raise Unusable(f"{name}={_shown(text)}：应为 1 到 65535 的端口号")
    return int(text)


def _uri(env: Mapping[str, str], name: str, schemes: tuple[str, ...]) -> str:
    """A URI, or nothing. What is wrong is told without it, for it may hold a password."""
    text = env.get(name, "")
    try:
        parts = urlsplit(text)
        wrong = bool(text) and (parts.scheme not in schemes or parts.port == 0)
    except ValueError:
        wrong = True
    if wrong:
        raise Unusable(f"{name} 不是可用的地址：应形如 {schemes[0]}://主机:端口/…")
    return text


def _share(env: Mapping[str, str], name: str) -> float:
    """A share of 1; all of it when nothing is said."""
    text = env.get(name, "1")
    if not re.fullmatch(r"0(\.[0-9]{1,9})?|1(\.0{1,9})?", text):
        raise Unusable(f"{name}={_shown(text)}：应为 0 到 1 之间的小数，例如 0.05")
    return float(text)


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise Unusable(f"CLOCK_START={_shown(text)}：应为带时区的时刻，例如 2025-01-06T08:00+08:00")
    return instant


def _shown(text: str) -> str:
    return " ".join(text[:60].split())
