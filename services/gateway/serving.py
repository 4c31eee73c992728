"""The server of the gateway: told to stop, it first ends the streams, which would else keep it waiting for their readers."""

from __future__ import annotations

from socket import socket

import uvicorn
from fastapi import FastAPI

from chassis.settings import Settings

# What else is under way then has so long.
SECONDS = 10


class Server(uvicorn.Server):
    """uvicorn's, that lets screens go."""

    def __init__(self, app: FastAPI, settings: Settings, port: int) -> None:
        told = {"log_config": None, "access_log": False, "timeout_graceful_shutdown": SECONDS}
        super().__init__(uvicorn.Config(app, host=settings.host, port=port, **told))  # type: ignore[arg-type]  # each as it is named
        self._app = app

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """Streams end, then all the rest."""
        self._app.state.streams.close()
        await super().shutdown(sockets)
