"""What the province sends and what it is told, and where each of them stands."""

from __future__ import annotations

from enum import StrEnum


class MessageKind(StrEnum):
    """What the province sends."""

    ORDER = "order"
    SUPPLEMENT = "supplement"
    URGING = "urging"
    DECISION = "decision"
    WITHDRAWAL = "withdrawal"


class FeedbackKind(StrEnum):
    """What the province is told."""

    RECEIPT = "receipt"
    ACCEPTANCE = "acceptance"
    SETTLEMENT = "settlement"
    TRANSFER = "transfer"
    EXTENSION_REQUEST = "extension_request"
    RETURN_REQUEST = "return_request"
    PROGRESS_REPORT = "progress_report"
    REPLY = "reply"
    CALL_BACK = "call_back"
    CLOSING = "closing"


class FeedbackState(StrEnum):
    """Where something stands that the province is to be told."""

    QUEUED = "queued"
    TAKEN = "taken"
    REFUSED = "refused"

    @property
    def term(self) -> str:
        """As people read it."""
        return {"queued": "待回传", "taken": "已回传", "refused": "省级平台拒收"}[self.value]


class Refusal(StrEnum):
    """Why a message of the province's is not taken."""

    SIGNATURE = "signature"
    STALE = "stale"
    UNKNOWN_TENANT = "unknown_tenant"
    TOO_LARGE = "too_large"
    MALFORMED = "malformed"
    REUSED = "reused"
    NOT_TAKEN = "not_taken"
