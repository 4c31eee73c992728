"""The channel `webhook`: to a tenant's own system, signed with the key it set.

A POST of JSON with `Notify-Message` (our id, the same when it is sent again), `Notify-At` (seconds since 1970) and
`Notify-Signature: sha256=` HMAC-SHA256 over "<at>.<body>" in hex (RFC 2104). Any answer of 2xx takes it.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any

from chassis.clock import real_now
from services.notify.channels import Outgoing, Receipt, Refused, Throttled, Told, Unanswered, Unreachable

SECONDS = 10.0
AT_ONCE = 16
REST_SECONDS = 30.0
# The system says that this will never do; whatever else it says may pass.
FINAL = frozenset({HTTPStatus.GONE, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.REQUEST_ENTITY_TOO_LARGE})


class _Stay(urllib.request.HTTPRedirectHandler):
    """An address that was set is the address that is told: a redirection is no answer."""

    def redirect_request(self, *_: Any) -> None:
        """None: follow none."""
        return


class WebhookChannel:
    """One for all tenants: each message brings its address and its key."""

    name = "webhook"

    def __init__(self, settings: Any = None) -> None:
        self._settings = settings
        self._told: Told | None = None
        self._opener = urllib.request.build_opener(_Stay)
        # Slow systems wait for one another here, and keep nobody else's threads.
        self._threads = ThreadPoolExecutor(AT_ONCE, "webhook")

    async def start(self, told: Told) -> None:
        """Each message connects by itself."""
        self._told = told

    async def send(self, message: Outgoing) -> str:
        """Its own id, once the system answered with 2xx. Raises Refused, Throttled, Unreachable and Unanswered."""
        await asyncio.get_running_loop().run_in_executor(self._threads, self._post, message)
        if self._told is not None:
            await self._told(Receipt(message.message_id, "delivered"))
        return message.message_id

    async def close(self) -> None:
        """Let what is under way end."""
        self._told = None
        self._threads.shutdown(wait=False)

    def _post(self, message: Outgoing) -> None:
        body, at = message.text.encode(), int(real_now().timestamp())
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Notify-Message": message.message_id,
            "Notify-At": str(at),
            "Notify-Signature": f"sha256={signature(message.secret, at, body)}",
        }
        request = urllib.request.Request(message.to, body, headers, method="POST")  # noqa: S310 - http and https alone are set
        try:
            with self._opener.open(request, timeout=SECONDS):
                return
        except urllib.error.HTTPError as error:
            self._refuse(error.code, error.headers.get("Retry-After", ""))
        except urllib.error.URLError as error:
            raise Unreachable("连接不上对方系统") from error
        except (OSError, ValueError) as error:
            raise Unanswered("对方系统未在时限内应答") from error

    def _refuse(self, code: int, retry_after: str) -> None:
        if code in FINAL:
            raise Refused(f"对方系统拒收（HTTP {code}）")
        if code in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
            raise Throttled(float(retry_after) if retry_after.isascii() and retry_after.isdigit() else REST_SECONDS)
        raise Unreachable(f"对方系统未接收（HTTP {code}）")


def signature(key: str, at: int, body: bytes) -> str:
    """HMAC-SHA256 over "<at>.<body>", in hex."""
    return hmac.new(key.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
