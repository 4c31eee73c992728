"""A provider's channel by the name of its plug-in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chassis.errors import Unusable
from services.notify.channels import Channel
from services.notify.channels.log import LogChannel
from services.notify.channels.webhook import WebhookChannel

PLUGINS: Mapping[str, Callable[[Mapping[str, Any]], Channel]] = {"log": LogChannel, "webhook": WebhookChannel}


def make(plugin: str, settings: Mapping[str, Any]) -> Channel:
    """The channel, not yet started. Raises Unusable for a plug-in there is not."""
    if plugin not in PLUGINS:
        raise Unusable(f"没有名为 {plugin} 的通道：可用 {'、'.join(PLUGINS)}")
    return PLUGINS[plugin](settings)
