"""What an SMPP provider gives us, and how its binds are kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from chassis.errors import Unusable
from services.notify.channels.smpp.wire import Code

CHINA = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class SmppSettings:
    """Where the SMSC is, who we are to it, and how much it bears. All spans are seconds."""

    host: str
    port: int
    system_id: str
    password: str = field(repr=False)
    source: str  # the number the messages come from
    system_type: str = ""
    binds: int = 2
    window: int = 16  # submits without an answer, each bind
    answer_within: float = 10.0
    enquire_after: float = 30.0
    insist_for: float = 15.0  # on the rest of a message of which a part was taken
    throttled_rest: float = 1.0  # after the first "not so fast"; doubled with each further one
    settle_for: float = 15.0  # waited for a receipt when the answer to an ordinary message is lost
    longest_pause: float = 30.0  # between attempts to connect
    zone: ZoneInfo = CHINA  # of the times in receipts
    throttle_codes: frozenset[int] = frozenset({Code.THROTTLED, Code.QUEUE_FULL})
    passing_codes: frozenset[int] = frozenset({Code.SYSTEM_ERROR, Code.WRONG_BIND_STATE, Code.TRY_LATER})

    def __post_init__(self) -> None:
        """Raises Unusable for what no PDU can carry."""
        for name in ("system_id", "password", "source", "system_type"):
            if not getattr(self, name).isascii():
                raise Unusable(f"sms.smpp 的设置 {name} 只能用 ASCII 字符")
