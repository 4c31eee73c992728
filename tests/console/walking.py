"""Walks through the console as somebody who looks at everything: each link is followed, each form sent."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Page

LINK = re.compile(r'(?:href|hx-get)="(/[^"]*)"')
# What streams, ends the session, is handed out as a file of its own, or wants to be chosen.
NOT_FOLLOWED = re.compile(r"/(logout|board/stream|assets/|knowledge/compare$)")
# Of an address: what differs between two pages of one kind.
VARIES = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|=[^&]*|[A-Z]+[0-9]+(-[0-9]+)?|[0-9]{4}-[0-9]{2}(-[0-9]{2})?")
OF_A_KIND = 2
FORMS = """(text) => [...new DOMParser().parseFromString(text, "text/html").forms].filter((form) => form.method === "post").map((form) => ({
  actions: [form.getAttribute("hx-post") ?? form.getAttribute("action"), ...[...form.querySelectorAll("button")].map((each) => each.getAttribute("formaction"))],
  fields: [...form.elements].filter((each) => each.name && each.type !== "file").map((each) => ({
    name: each.name, type: each.type, value: each.value, options: [...(each.options ?? [])].map((option) => option.value).filter(Boolean),
  })),
}))"""  # noqa: E501 - a function of the page's
# What nobody should type, and some will.
WILD = "\0'\"<script>" + "长" * 3000
PLAUSIBLE = {"number": "1", "date": "2024-12-31", "datetime-local": "2025-01-06T08:30", "month": "2024-12", "password": "Yanshi-2025-x"}


@dataclass(frozen=True)
class Seen:
    """How an address was answered."""

    path: str
    status: int
    text: str

    @property
    def words(self) -> str:
        """What is to be read of it."""
        return " ".join(re.sub(r"<[^>]*>", " ", self.text).split())


def followed(page: Page) -> Iterator[Seen]:
    """From the first page on, a few addresses of each kind."""
    waiting, seen, kinds = deque(["/"]), set[str](), Counter[str]()
    while waiting:
        path = waiting.popleft()
        kind = VARIES.sub("", path)
        if path in seen or kinds[kind] == OF_A_KIND or NOT_FOLLOWED.match(path):
            continue
        seen.add(path)
        kinds[kind] += 1
        answer = page.request.get(path)
        is_page = "text/html" in answer.headers["content-type"]
        yield Seen(path, answer.status, answer.text() if is_page else "")
        if is_page:
            waiting.extend(unescape(link).partition("#")[0] for link in LINK.findall(answer.text()))


def sent(page: Page, pages: list[Seen]) -> Iterator[Seen]:
    """The forms of these pages, one of each kind, each left empty, filled wildly, and filled in earnest."""
    kinds = set[str]()
    for shown in pages:
        for form in page.evaluate(FORMS, shown.text):
            for action in filter(None, form["actions"]):
                kind = VARIES.sub("", action)
                if kind in kinds or NOT_FOLLOWED.match(action):
                    continue
                kinds.add(kind)
                yield from (_sent(page, action, form["fields"], how) for how in (_empty, _wild, _plausible))


def _sent(page: Page, action: str, fields: list[dict[str, Any]], how: Any) -> Seen:
    typed = [(each["name"], each["value"] if each["type"] == "hidden" else how(each)) for each in fields]
    headers = {"Content-Type": "application/x-www-form-urlencoded", "HX-Request": "true"}
    answer = page.request.post(action, data=urlencode(typed), headers=headers)
    return Seen(action, answer.status, answer.text())


def _empty(_field: dict[str, Any]) -> str:
    return ""


def _wild(field: dict[str, Any]) -> str:
    return WILD if field["type"] in ("text", "textarea") else "NO_SUCH"


def _plausible(field: dict[str, Any]) -> str:
    chosen = next(iter(field["options"]), "")
    return field["value"] or chosen or PLAUSIBLE.get(field["type"], "演示填写")
