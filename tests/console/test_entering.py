"""Logging in, being refused, staying logged in, going (Art. 17)."""

from __future__ import annotations

import urllib.error
import urllib.request
from base64 import b32decode
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from playwright.sync_api import Browser, Page

from chassis.clock import real_now
from simulator.instance import Instance
from tests.console.browser import context_of, unmet
from tests.console.matters import HUB, UNIT

HANDLER = ("urban-management", "ROLE_HANDLER")


def test_who_is_not_logged_in_is_asked_to_and_comes_back_to_where_they_were(browser: Browser, instance: Instance) -> None:
    context = context_of(browser, instance.page)
    page = context.new_page()
    page.goto("/unit?filter.light=RED")
    assert "/login?back=" in page.url
    assert unmet(page) == []
    row = next(row for row in instance.credentials if row["unit_id"] == HANDLER[0] and HANDLER[1] in row["roles"])
    for name in ("tenant_id", "login", "password"):
        page.fill(f"#{name}", row[name])
    page.click("button")
    page.wait_for_url(lambda url: url.endswith("/unit?filter.light=RED"))
    cookies: Any = context.cookies()
    kept = {cookie["name"]: (cookie["httpOnly"], cookie["sameSite"]) for cookie in cookies}
    assert kept["hotline_access"] == kept["hotline_session"] == (True, "Strict")
    context.close()


def test_a_wrong_password_is_told_in_words_and_the_page_stays_usable(browser: Browser, instance: Instance) -> None:
    context = context_of(browser, instance.page)
    page = context.new_page()
    page.goto("/login")
    for name, value in (("tenant_id", "zibo"), ("login", "nobody"), ("password", "wrong-password-1")):
        page.fill(f"#{name}", value)
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=alert]")
    assert "密码" in page.inner_text("[role=alert]")
    assert unmet(page) == []
    context.close()


def test_an_access_token_that_ended_is_renewed_by_pages_that_ask_at_once(enter: Callable[..., Page]) -> None:
    page = enter(*HANDLER)
    context = page.context
    context.clear_cookies(name="hotline_access")
    codes = page.evaluate("Promise.all([1, 2, 3, 4].map(() => fetch('/unit').then(answer => [answer.status, answer.url])))")
    assert {code for code, _ in codes} == {200}
    assert not any("/login" in url for _, url in codes)
    # A refresh token that was used twice would have ended the session.
    context.clear_cookies(name="hotline_access")
    page.goto("/unit")
    assert page.inner_text("h1") == "承办台"


def test_who_leaves_is_out(enter: Callable[..., Page]) -> None:
    page = enter(*HANDLER)
    page.click("text=退出")
    page.wait_for_url("**/login")
    page.goto("/unit")
    assert "/login" in page.url


def test_a_form_of_another_site_is_not_taken(instance: Instance) -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}):
        asked = urllib.request.Request(f"{instance.page}/logout", b"request_id=1", headers, method="POST")
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(asked)
        refused.value.close()
        assert refused.value.code == 403


def test_a_second_factor_is_begun_confirmed_and_asked_for(browser: Browser, instance: Instance) -> None:
    row = next(
        row for row in instance.credentials if row["unit_id"] not in (HUB, UNIT) and "ROLE_HANDLER" in row["roles"] and "login" in row
    )
    context = context_of(browser, instance.page)
    page = context.new_page()
    page.goto("/second-factor")
    assert unmet(page) == []
    _fill(page, row)
    page.keyboard.press("Enter")
    page.locator("svg.code").wait_for()
    assert unmet(page) == []
    totp = TOTP(b32decode(page.locator("code").inner_text()), 6, SHA1(), 30)  # noqa: S303 - what RFC 6238 has
    page.keyboard.type("000000")
    page.keyboard.press("Enter")
    page.locator("[role=alert]", has_text="动态口令有误").wait_for()
    page.fill("#code", totp.generate(int(real_now().timestamp())).decode())
    page.keyboard.press("Enter")
    page.wait_for_url("**/login")
    _fill(page, row)
    page.keyboard.press("Enter")
    page.locator("[role=alert]", has_text="动态口令").wait_for()
    _fill(page, row)
    # The first is spent; a telephone whose clock is ahead shows the next.
    page.fill("#code", totp.generate(int(real_now().timestamp()) + 30).decode())
    page.keyboard.press("Enter")
    page.wait_for_url("**/unit")
    context.close()


def _fill(page: Page, row: dict[str, Any]) -> None:
    for name in ("tenant_id", "login", "password"):
        page.fill(f"#{name}", row[name])
