"""Chromium: Debian's, driven by playwright; and the rules of accessibility that every page is held against."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.servers.packages import find_or_install, program

ROOT = Path(__file__).parents[2]
RULES = ROOT / "node_modules/axe-core/axe.min.js"
FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
# Chromium without what draws windows: the same engine, pages and keys, at half the CPU.
SHELL = "chromium-headless-shell"
# WCAG 2.1, levels A and AA.
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
QUIETLY = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--renderer-process-limit=1", "--in-process-gpu", "--process-per-site",
)  # fmt: skip
WIDE, NARROW = {"width": 1360, "height": 820}, {"width": 390, "height": 844}


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser, with the letters of the language. Raises CannotStart where it cannot be had."""
    find_or_install(lambda: FONT if FONT.exists() else None, "fonts-noto-cjk")
    path = program(SHELL, SHELL)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(path), args=list(QUIETLY))
        try:
            yield browser
        finally:
            browser.close()


def context_of(browser: Browser, page: str, *, narrow: bool = False) -> BrowserContext:
    """Somebody's own browser, without cookies yet; addresses are those of the hotline's pages."""
    size: Any = NARROW if narrow else WIDE
    return browser.new_context(base_url=page, viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai")


def log_in(page: Page, row: dict[str, Any]) -> None:
    """As a person does, by the keyboard alone."""
    page.goto("/login")
    if not page.locator("#tenant_id").input_value():
        page.keyboard.type(row["tenant_id"])
        page.keyboard.press("Tab")
    page.keyboard.type(row["login"])
    page.keyboard.press("Tab")
    page.keyboard.type(row["password"])
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)


def unmet(page: Page) -> list[str]:
    """What of the rules the page as it is now does not meet, and where."""
    # Not as a script of the page: its policy takes none but our own.
    page.evaluate(RULES.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate("levels => axe.run({runOnly: levels})", LEVELS)
    return [f"{each['id']}: {each['help']} ({each['nodes'][0]['html'][:200]})" for each in found["violations"]]
