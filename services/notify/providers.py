"""Which channels are on, and by whom: only this decides. The file that `PROVIDERS` names, in TOML:

    inapp = true                  # 站内消息
    webhook = true                # 向租户系统推送

    [[provider]]                  # in the order in which they are tried
    name = "mobile"               # as attempts name it
    plugin = "sms.smpp"           # of services.notify.channels
    kinds = ["sms"]
    rate = 200                    # messages a second
    price = "0.045"               # yuan for each part of an SMS, or each call
    [provider.settings]           # the plug-in's own
    host = "smsc.example"

Without a file units have their inboxes, tenants' systems what they asked for, and SMS are written to the log; nobody is called.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any

from chassis.errors import Unusable
from chassis.settings import Settings
from services.notify.lifecycle import Channel

LOG, WEBHOOK = "log", "webhook"
CARRIED = frozenset({Channel.SMS, Channel.VOICE})


@dataclass(frozen=True)
class Provider:
    """One way out: `rate` messages a second, `price` yuan a part."""

    name: str
    plugin: str
    kinds: frozenset[Channel]
    rate: float
    price: Decimal
    settings: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)


@dataclass(frozen=True)
class Setup:
    """What is on. `providers` are in the order in which they are tried; tenants' own systems are one of them."""

    inapp: bool
    webhook: bool
    providers: tuple[Provider, ...]

    def of(self, kind: Channel) -> tuple[Provider, ...]:
        """Those that carry a kind of message."""
        return tuple(each for each in self.providers if kind in each.kinds)


TO_SYSTEMS = Provider(WEBHOOK, WEBHOOK, frozenset({Channel.WEBHOOK}), 200, Decimal(0))
TO_LOG = Provider(LOG, LOG, frozenset({Channel.SMS}), 1000, Decimal(0))


def setup_of(settings: Settings) -> Setup:
    """What the settings say. Raises Unusable for a file that cannot be used."""
    if settings.providers is None:
        return Setup(inapp=True, webhook=True, providers=(TO_SYSTEMS, *(() if settings.profile == "production" else (TO_LOG,))))
    return _read(settings.providers)


@lru_cache(maxsize=8)
def _read(file: Path) -> Setup:
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
        providers = tuple(_provider(each) for each in told.get("provider", ()))
    except (OSError, tomllib.TOMLDecodeError, KeyError, ValueError, TypeError, InvalidOperation) as error:
        raise Unusable(f"PROVIDERS={file} 不可用（{type(error).__name__}）：请按 services/notify/providers.py 的说明书写") from None
    names = [each.name for each in providers]
    if len(set(names)) != len(names) or WEBHOOK in names:
        raise Unusable(f"PROVIDERS={file} 中通道的 name 须各不相同，且不能是 {WEBHOOK}")
    webhook = bool(told.get("webhook", False))
    return Setup(bool(told.get("inapp", False)), webhook, (*((TO_SYSTEMS,) if webhook else ()), *providers))


def _provider(told: Mapping[str, Any]) -> Provider:
    kinds = frozenset(map(Channel, told["kinds"]))
    if not kinds or not kinds <= CARRIED or not float(told["rate"]) > 0 or Decimal(told["price"]) < 0:
        raise ValueError("kinds, rate or price")
    return Provider(told["name"], told["plugin"], kinds, float(told["rate"]), Decimal(told["price"]), told.get("settings", {}))
