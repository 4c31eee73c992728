"""The page of a worker process, in a green thread."""

from __future__ import annotations

import eventlet
from eventlet import wsgi

from chassis.health import NotReady, in_use, page


def serve_health(host: str, port: int, not_ready: NotReady) -> None:
    """Answer on a port. Raises Unusable for a port in use."""
    try:
        listening = eventlet.listen((host, port))
    except OSError as error:
        raise in_use(host, port, error) from None
    eventlet.spawn_n(wsgi.server, listening, page(not_ready), log_output=False, debug=False)
