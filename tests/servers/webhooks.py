"""A tenant's own system, told by webhook: a program of its own, which does as it is told and may be killed and started again.

It holds each message against what `protos/hotline/notify/v1/webhooks.proto` says a receiver should, and keeps it before it takes it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import signal
import sys
import time
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from typing import Any

from tests.servers.processes import LOOPBACK, child, free_port, wait_until

# A message signed longer ago is one that somebody recorded.
FRESH_SECONDS = 300
TAKES, FAILS, DIES = "takes", "fails", "dies"
KEPT, KNOWN, FAILED, FORGED = "kept", "known", "failed", "forged"


class WebhookSystem:
    """The program, from outside. It listens on `url`, and what is signed by `key` is meant for it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.key, self._port = secrets.token_hex(16), free_port()
        self.url = f"http://{LOOPBACK}:{self._port}/told"
        self._folder = folder
        self._running = ExitStack()
        self.does(TAKES)

    def does(self, what: str) -> None:
        """From now on it takes what comes, fails at it, or dies once it has kept it."""
        (self._folder / "does").write_text(what, encoding="utf-8")

    def start(self) -> None:
        """Start it where it stopped, and wait until it listens."""
        args: list[str | Path] = [sys.executable, "-m", "tests.servers.webhooks", str(self._port), self.key, self._folder]
        log, listens = self._folder / "log", self._folder / "listens"
        listens.unlink(missing_ok=True)
        self._server = self._running.enter_context(child(args, log, stop=signal.SIGKILL))
        wait_until(listens.read_bytes, self._server, log)

    def is_dead(self) -> bool:
        """Whether it ended."""
        return self._server.poll() is not None

    def kill(self) -> None:
        """End it without a word; what it kept is kept."""
        self._running.close()

    def heard(self, outcome: str) -> list[str]:
        """The ids of messages that came, as often as they came, by what became of them."""
        return [fact["message"] for fact in self._facts() if fact["outcome"] == outcome]

    def kept(self) -> list[dict[str, Any]]:
        """What it was told and kept, in the order in which it came."""
        return [fact["told"] for fact in self._facts() if fact["outcome"] == KEPT]

    def _facts(self) -> list[dict[str, Any]]:
        return _facts(self._folder)


class _Keeping(ThreadingHTTPServer):
    """What came, in a file that outlives it."""

    def __init__(self, port: int, key: str, folder: Path) -> None:
        super().__init__((LOOPBACK, port), _Taking)
        self.key, self.folder = key, folder
        self.known = {fact["message"] for fact in _facts(folder) if fact["outcome"] == KEPT}
        self._lock = Lock()
        (folder / "listens").touch()

    def hear(self, message: str, body: bytes, *, forged: bool) -> str:
        """What becomes of a message, noted so that no power cut takes it back."""
        does = (self.folder / "does").read_text(encoding="utf-8")
        with self._lock:
            outcome = FORGED if forged else FAILED if does == FAILS else KNOWN if message in self.known else KEPT
            fact = {"message": message, "outcome": outcome, "told": json.loads(body) if outcome == KEPT else None}
            with (self.folder / "heard.jsonl").open("a", encoding="utf-8") as file:
                file.write(json.dumps(fact, ensure_ascii=False) + "\n")
                file.flush()
                os.fsync(file.fileno())
            if outcome == KEPT:
                self.known.add(message)
                if does == DIES:
                    os.kill(os.getpid(), signal.SIGKILL)
        return outcome


class _Taking(BaseHTTPRequestHandler):
    server: _Keeping
    codes = {KEPT: 204, KNOWN: 204, FAILED: 500, FORGED: 401}  # noqa: RUF012 - nobody changes it

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        at, said = self.headers.get("Notify-At", ""), self.headers.get("Notify-Signature", "")
        signed = hmac.new(self.server.key.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
        fresh = at.isdigit() and abs(time.time() - int(at)) <= FRESH_SECONDS
        forged = not (fresh and hmac.compare_digest(said, f"sha256={signed}"))
        outcome = self.server.hear(self.headers.get("Notify-Message", ""), body, forged=forged)
        self.send_response(self.codes[outcome])
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Nothing: what comes is noted already."""
        return


def _facts(folder: Path) -> list[dict[str, Any]]:
    file = folder / "heard.jsonl"
    # What it is writing just now has no end yet.
    whole, _, _ = file.read_text(encoding="utf-8").rpartition("\n") if file.exists() else ("", "", "")
    return [json.loads(line) for line in whole.splitlines()]


if __name__ == "__main__":
    _Keeping(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3])).serve_forever()
