"""What the province has sent and what it was told: its side of the truth, without any network."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

LOCAL = dt.timezone(dt.timedelta(hours=8))
Key = tuple[str, int]


@dataclass
class Book:
    """Messages by number and version, which of them the city acknowledged, and what the city told, each once."""

    city: str
    sent: dict[Key, dict[str, Any]] = field(default_factory=dict)
    acknowledged: dict[Key, str] = field(default_factory=dict)
    refused: dict[Key, str] = field(default_factory=dict)
    heard: dict[str, dict[str, Any]] = field(default_factory=dict)
    repeats: int = 0

    def send(self, number: str, kind: str, content: dict[str, Any], at: str) -> Key:
        """A message that is to be sent; the next version of its number."""
        version = 1
        while (number, version) in self.sent:
            version += 1
        self.sent[number, version] = {
            "orderNo": number, "version": version, "msgType": kind, "cityCode": self.city, "sendTime": at, "content": content,
        }  # fmt: skip
        return number, version

    def acknowledge(self, key: Key, code: str, city_number: str) -> None:
        """What the city answered; only what it took is done."""
        if code == "0000":
            self.acknowledged[key] = city_number
        elif code.startswith("2"):
            self.refused[key] = code

    def waiting(self) -> list[Key]:
        """What the city neither took nor refused, in the order it was sent."""
        return [key for key in self.sent if key not in self.acknowledged and key not in self.refused]

    def hear(self, told: dict[str, Any]) -> bool:
        """Something that the city tells; answers whether it is new. One message has one effect."""
        known = told["msgId"] in self.heard
        self.repeats += known
        self.heard.setdefault(told["msgId"], told)
        return not known

    def page(self, after: str, limit: int) -> tuple[list[dict[str, Any]], str]:
        """What was sent after a cursor, and where the next page begins."""
        begin = int(after or 0)
        found = list(self.sent.values())[begin : begin + limit]
        return found, str(begin + len(found))

    def ledger(self, day: str) -> dict[str, Any]:
        """What was sent and heard of a local day."""
        sent = [
            {"orderNo": number, "version": version, "msgType": each["msgType"]}
            for (number, version), each in self.sent.items()
            if _day(each["sendTime"]) == day and (number, version) not in self.refused
        ]
        heard = [
            {"msgId": each["msgId"], "orderNo": each["orderNo"], "msgType": each["msgType"]}
            for each in self.heard.values()
            if _day(each["occurTime"]) == day
        ]
        return {"sent": sent, "received": heard, "cursor": ""}


def _day(at: str) -> str:
    return dt.datetime.fromisoformat(at).astimezone(LOCAL).date().isoformat()
