"""What people do at every desk."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any

from playwright.sync_api import Locator, Page
from playwright.sync_api import TimeoutError as Late

# What comes by events comes within a second, wherever there is a processor left for it.
PATIENCE_SECONDS, PAUSE_MILLISECONDS = 30.0, 200
SAYS = "text => document.querySelector('main').innerText.includes(text)"
"""Whether the page says a text."""


def do(page: Page, term: str, **fields: str) -> None:
    """Open a verb's panel, fill it in by the names of its fields, send it, and see what it was done to again."""
    panel = page.locator("details[name=verb]", has=page.locator("summary", has_text=term)).first
    if panel.get_attribute("open") is None:
        panel.locator("summary").press("Enter")
    for name, value in fields.items():
        target = panel.locator(f"[name={name}]")
        if target.evaluate("each => each.tagName") == "SELECT":
            target.select_option(value)
        elif target.evaluate("each => each.type") == "checkbox":
            target.set_checked(value == "on")
        else:
            target.fill(value)
    with page.expect_navigation():
        panel.locator("button.btn-primary").press("Enter")


def comes(shown: Locator, again: Callable[[], None]) -> None:
    """Waits for it; what a busy machine missed is asked for again, as a person would."""
    for _ in range(5):
        try:
            shown.wait_for(timeout=6000)
        except Late:
            again()
        else:
            return
    shown.wait_for()


def is_shown(page: Page, seen: str, *said: Any, seconds: float = PATIENCE_SECONDS) -> bool:
    """Whether a page shows it, which a function in JavaScript tells: as a person would, it is loaded whole, looked at, and loaded again."""
    over = monotonic() + seconds
    while not page.evaluate(seen, *said):
        if monotonic() > over:
            return False
        page.wait_for_timeout(PAUSE_MILLISECONDS)
        page.reload()
    return True
