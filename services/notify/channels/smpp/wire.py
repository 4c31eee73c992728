"""SMPP 3.4 as bytes: what frames a PDU, and the few bodies that smpp34's codec does not write."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import IntEnum
from struct import Struct

HEADER = Struct(">4I")
# No PDU of the protocol is longer but for a payload of 64 KiB.
LONGEST = 1 << 17
ANSWER = 0x80000000
LAST_SEQUENCE = 0x7FFFFFFF
VERSION = 0x34
OK = 0


class Command(IntEnum):
    """Command ids (SMPP 3.4, 5.1.2.1). An answer's is that of the request with the highest bit set."""

    SUBMIT_SM = 0x4
    DELIVER_SM = 0x5
    UNBIND = 0x6
    BIND_TRANSCEIVER = 0x9
    ENQUIRE_LINK = 0x15
    GENERIC_NACK = 0x80000000


class Code(IntEnum):
    """Those command_status values (5.1.3) that are handled by name."""

    INVALID_COMMAND = 0x3
    WRONG_BIND_STATE = 0x4
    SYSTEM_ERROR = 0x8
    BIND_FAILED = 0xD
    INVALID_PASSWORD = 0xE
    INVALID_SYSTEM_ID = 0xF
    QUEUE_FULL = 0x14
    THROTTLED = 0x58
    TRY_LATER = 0x64


@dataclass(frozen=True)
class Pdu:
    """A PDU as it came: its header's fields, and all of its bytes."""

    command: int
    code: int
    sequence: int
    raw: bytes

    @property
    def first_text(self) -> str:
        """The C-string with which the body begins; empty where there is no body."""
        return self.raw[HEADER.size :].partition(b"\0")[0].decode("latin-1")


async def read(stream: asyncio.StreamReader) -> Pdu:
    """The next PDU. Raises OSError and EOFError when the connection ends, ValueError for what is no PDU."""
    header = await stream.readexactly(HEADER.size)
    length, command, code, sequence = HEADER.unpack(header)
    if not HEADER.size <= length <= LONGEST:
        raise ValueError("a PDU of an impossible length")
    return Pdu(command, code, sequence, header + await stream.readexactly(length - HEADER.size))


def write(command: int, code: int, sequence: int, body: bytes = b"") -> bytes:
    """A PDU."""
    return HEADER.pack(HEADER.size + len(body), command, code, sequence) + body


def bind_body(system_id: str, password: str, system_type: str) -> bytes:
    """The body of bind_transceiver (4.1.5): type and range of our address are left to the SMSC."""
    names = b"".join(each.encode("latin-1") + b"\0" for each in (system_id, password, system_type))
    return names + bytes((VERSION, 0, 0, 0))


# deliver_sm_resp carries a message id that is not used (4.6.2).
DELIVERED_BODY = b"\0"
