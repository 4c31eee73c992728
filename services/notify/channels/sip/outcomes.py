"""What a SIP answer means for a call that was never answered (RFC 3261, 21)."""

from __future__ import annotations

import re

from services.notify.channels import Outcome, Refused, Unreachable

BUSY = {486, 600}
NOBODY = {408, 480, 487}
DECLINED = {603}
# There is no such number, or it cannot be reached by this trunk.
NO_SUCH = {404, 410, 416, 484, 485, 488, 604}
NOT_LET_IN = {401, 403, 407}
_CODE = re.compile(r"[3-6][0-9]{2}\b")


def outcome_of(word: str) -> Outcome:
    """What became of a call that ended so ("486 Busy Here"). Raises Refused and Unreachable where nobody was called."""
    found = _CODE.match(word)
    code = int(found.group()) if found else 0
    if code in BUSY:
        return "busy"
    if code in NOBODY:
        return "no_answer"
    if code in DECLINED:
        return "failed"
    if code in NO_SUCH:
        raise Refused(f"线路不能呼叫该号码（SIP {code}）")
    if code in NOT_LET_IN:
        raise Unreachable(f"线路拒绝我方呼叫（SIP {code}）：请核对线路账号与密码")
    raise Unreachable(f"线路不可用（SIP {code}）" if code else "线路没有应答")
