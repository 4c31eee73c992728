"""The one place that reads the environment: a frozen `Settings`, made once by each main."""

from __future__ import annotations

import os
import pkgutil
from dataclasses import dataclass, field
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from chassis.errors import Unusable

Profile = Literal["evaluation", "demo", "production"]

DOOR_PORT = 50051
HTTP_PORT = 8080
METRICS_PORT = 9100


def service_names() -> tuple[str, ...]:
    """Names of the services on disk that have an api, in the order of their ports."""
    import services  # noqa: PLC0415 - the list is asked for by mains only, after the path is set

    found = (module.name for module in pkgutil.iter_modules(services.__path__))
    return tuple(sorted(name for name in found if find_spec(f"services.{name}.api")))


@dataclass(frozen=True)
class Settings:
    """What a process is told from outside. `service` is the one it serves; `workers` (host:port) are asked for their health."""

    service: str
    data: Path = Path("var")
    profile: Profile = "evaluation"
    amqp_uri: str = ""
    database_url: str = field(default="", repr=False)
    database_password: str = field(default="", repr=False)
    host: str = "127.0.0.1"
    door_port: int = DOOR_PORT
    http_port: int = HTTP_PORT
    metrics_port: int = METRICS_PORT
    clock: Literal["real", "virtual"] = "real"
    clock_start: datetime = field(default_factory=lambda: datetime.fromisoformat("2025-01-06T08:00:00+08:00"))
    keys: Path | None = None
    identity_keys: str = field(default="", repr=False)
    workers: tuple[str, ...] = ()
    otlp_endpoint: str = ""
    log_level: str = "INFO"

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

    def address_of(self, service: str) -> str:
        """Where a service's api listens: a setting `<SERVICE>_ADDRESS`, else this machine."""
        return os.environ.get(f"{service.upper()}_ADDRESS", f"{self.host}:{self.port_of(service)}")


def process_environment(**changes: str) -> dict[str, str]:
    """The environment for a process that is started from here."""
    return {**os.environ, **changes}


def _read(env: os._Environ[str] | dict[str, str], service: str) -> Settings:
    profile = env.get("PROFILE", "evaluation")
    if profile not in ("evaluation", "demo", "production"):
        raise Unusable(f"PROFILE={profile}：只能是 evaluation、demo 或 production")
    clock = env.get("CLOCK", "real")
    if clock not in ("real", "virtual"):
        raise Unusable(f"CLOCK={clock}：只能是 real 或 virtual")
    if clock == "virtual" and profile == "production":
        raise Unusable("CLOCK=virtual 不得用于生产环境（PROFILE=production），请去掉 CLOCK")
    return Settings(
        service=service,
        data=Path(env.get("DATA", "var")),
        profile=profile,  # type: ignore[arg-type]  # checked above
        amqp_uri=env.get("AMQP_URI", ""),
        database_url=env.get("DATABASE_URL", ""),
        database_password=env.get("DATABASE_PASSWORD", ""),
        host=env.get("HOST", "127.0.0.1"),
        door_port=_port(env, "DOOR_PORT", DOOR_PORT),
        http_port=_port(env, "HTTP_PORT", HTTP_PORT),
        metrics_port=_port(env, "METRICS_PORT", METRICS_PORT),
        clock=clock,  # type: ignore[arg-type]  # checked above
        clock_start=_instant(env.get("CLOCK_START", "2025-01-06T08:00:00+08:00")),
        keys=Path(env["KEYS"]) if "KEYS" in env else None,
        identity_keys=env.get("IDENTITY_KEYS", ""),
        workers=tuple(filter(None, env.get("WORKERS", "").split(","))),
        otlp_endpoint=env.get("OTEL_EXPORTER_OTLP_ENDPOINT", ""),
        log_level=env.get("LOG_LEVEL", "INFO"),
    )


def _port(env: os._Environ[str] | dict[str, str], name: str, default: int) -> int:
    text = env.get(name, str(default))
    if not text.isdigit() or not 0 < int(text) < 65536:  # noqa: PLR2004 - the largest port there is
        raise Unusable(f"{name}={text}：应为 1 到 65535 的端口号")
    return int(text)


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise Unusable(f"CLOCK_START={text}：应为带时区的时刻，例如 2025-01-06T08:00+08:00")
    return instant
