"""A provider's channel by the name of its plug-in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from chassis.errors import Unusable
from services.notify.channels import Channel
from services.notify.channels.log import LogChannel
from services.notify.channels.webhook import WebhookChannel

Make = Callable[[Mapping[str, Any]], Channel]


def _of(module: str) -> Make:
    """A plug-in whose libraries are loaded only where it is on."""

    def made(settings: Mapping[str, Any]) -> Channel:
        channel: Channel = import_module(f"services.notify.channels.{module}.channel").make(settings)
        return channel

    return made


PLUGINS: Mapping[str, Make] = {
    "log": LogChannel,
    "webhook": WebhookChannel,
    "sms.smpp": _of("smpp"),
    "sms.http": _of("http"),
    "voice.sip": _of("sip"),
}


def make(plugin: str, settings: Mapping[str, Any]) -> Channel:
    """The channel, not yet started. Raises Unusable for a plug-in there is not, and for settings it cannot use."""
    if plugin not in PLUGINS:
        raise Unusable(f"没有名为 {plugin} 的通道：可用 {'、'.join(PLUGINS)}")
    return PLUGINS[plugin](settings)
