"""RabbitMQ's management API: virtual hosts come and go in milliseconds, where its command line takes seconds."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import quote, urlsplit

TIMEOUT = 10


class Management:
    """The management API at `http://user:password@host:port`. What it refuses raises OSError."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._base = f"http://{parts.hostname}:{parts.port}/api"
        identity = base64.b64encode(f"{parts.username}:{parts.password}".encode()).decode()
        self._headers = {"Authorization": f"Basic {identity}", "Content-Type": "application/json"}

    def check(self) -> None:
        """Raises OSError while the server is not up."""
        self._call("GET", "/whoami")

    def make_vhost(self, name: str) -> None:
        """A virtual host where the caller may do anything."""
        self._call("PUT", f"/vhosts/{quote(name, safe='')}")

    def drop_vhost(self, name: str) -> None:
        """Remove a virtual host with its queues; its connections are closed."""
        self._call("DELETE", f"/vhosts/{quote(name, safe='')}")

    def queues(self, vhost: str) -> list[str]:
        """The names of a virtual host's queues."""
        found = self._call("GET", f"/queues/{quote(vhost, safe='')}?disable_stats=true&enable_queue_totals=true")
        return sorted(queue["name"] for queue in found)

    def _call(self, verb: str, path: str) -> Any:
        request = urllib.request.Request(self._base + path, method=verb, headers=self._headers)  # always http
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # always http
            body = answer.read()
        return json.loads(body) if body else None
