"""The trunk calls go by, and how long each of their stages may last."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class SipSettings:
    """All spans are seconds.

    `uri` is what is dialled, with `{to}` for the number. `account` is baresip's line for us, with auth_user, auth_pass and
    outbound where the trunk wants them. `scratch` belongs to this channel alone and should be in memory (/dev/shm): what is
    spoken and heard lies there in the open while a call lasts. `key` seals the recordings kept under `recordings`, a folder
    that all link processes of this provider share.
    """

    uri: str
    scratch: Path
    recordings: Path
    key: bytes = field(repr=False)
    account: str = field(default="<sip:hotline@127.0.0.1>;regint=0", repr=False)
    listen: str = "127.0.0.1"  # the address of our side, for signalling and sound
    rtp_ports: str = "26000-26999"
    lines: int = 8  # calls at once
    voice: str = "cmn"
    times: int = 2  # the prompt is spoken
    digits: int = 2  # keys after which we hang up: process and result
    setup_within: float = 10.0  # the trunk's first word
    ring_for: float = 40.0
    listen_for: float = 90.0
    busy_rest: float = 15.0  # when all lines are taken
