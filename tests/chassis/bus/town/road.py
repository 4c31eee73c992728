"""A road to a server that can be cut: a TCP forwarder on a port of this machine."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from tests.servers.processes import LOOPBACK


class Road:
    """Forwards what comes to `port` to a server, while it is open."""

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._open = True
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._listening = socket.create_server((LOOPBACK, 0))
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """End every connection; new ones are let through."""
        pairs, self._pairs = self._pairs, []
        for end in (end for pair in pairs for end in pair):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    @contextmanager
    def closed(self) -> Iterator[None]:
        """End every connection, and let no new one through."""
        self._open = False
        self.cut()
        yield
        self._open = True

    def close(self) -> None:
        """For good."""
        self._open = False
        self.cut()
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                if self._open:
                    threading.Thread(target=self._carry, args=(near,), daemon=True).start()
                else:
                    near.close()

    def _carry(self, near: socket.socket) -> None:
        with near, socket.create_connection(self._server) as far:
            self._pairs.append((near, far))
            back = threading.Thread(target=_forward, args=(far, near), daemon=True)
            back.start()
            _forward(near, far)
            back.join()


def _forward(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    for end in (source, sink):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@contextmanager
def road_to(url: str) -> Iterator[tuple[Road, str]]:
    """A road to the server of a URL, and the URL that goes by it."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    assert parts.port is not None
    road = Road(parts.hostname, parts.port)
    try:
        yield road, url.replace(f":{parts.port}/", f":{road.port}/")
    finally:
        road.close()
