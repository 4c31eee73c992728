"""The channel `log`: what would be sent is a line of the log, without number and text; for a run without any provider."""

from __future__ import annotations

import logging
from typing import Any

from services.notify.channels import Outgoing, Receipt, Told

LOG = logging.getLogger(__name__)


class LogChannel:
    """Takes everything and delivers it at once."""

    name = "log"

    def __init__(self, settings: Any = None) -> None:
        self._settings = settings
        self._told: Told | None = None

    async def start(self, told: Told) -> None:
        """Nothing to connect to."""
        self._told = told

    async def send(self, message: Outgoing) -> str:
        """Its own id."""
        LOG.info("message %s of %d characters would go out%s", message.message_id, len(message.text), ", urgent" if message.urgent else "")
        if self._told is not None:
            await self._told(Receipt(message.message_id, "delivered"))
        return message.message_id

    async def close(self) -> None:
        """Nothing to let go of."""
        self._told = None
