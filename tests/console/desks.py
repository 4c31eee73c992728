"""What people do at every desk."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page
from playwright.sync_api import TimeoutError as Late


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
