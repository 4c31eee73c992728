"""For how long the recording of a call is kept (policy): it holds the caller's voice, and is of use only for a while (Art. 11(8))."""

from __future__ import annotations

from datetime import datetime, timedelta

from regulation.policy import Policy


def kept_since(now: datetime, policy: Policy) -> datetime:
    """Recordings made at this instant or before it have been kept for as long as they may be."""
    return now - timedelta(days=policy.recording_days)
