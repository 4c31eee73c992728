"""The desks (岗位): who sees which in the menu. What each may do there its services say."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Desk:
    """A line of the menu: where it leads, and the roles of whom it is for."""

    name: str
    path: str
    roles: frozenset[str]


@dataclass(frozen=True)
class Queue(Desk):
    """A desk that has orders before it: the method that lists them, what its list may be filtered by, what is done to several at once."""

    method: str
    filters: tuple[str, ...] = ()
    empty: str = "没有待办的工单。"
    several: str = ""


def roles(*names: str) -> frozenset[str]:
    """Roles by the names that the protos have for them, without ROLE_."""
    return frozenset(f"ROLE_{name}" for name in names)


_LISTS = "dispatch.v1.DeskService"
QUEUES = (
    Queue(
        "派单台", "/dispatch", roles("DISPATCHER", "SUPERVISOR"), f"{_LISTS}/ListDispatchQueue", ("light", "urgency", "source"),
        several="dispatch.v1.AssignmentService/Dispatch",
    ),
    Queue(
        "待决定", "/decisions", roles("DISPATCHER", "REVIEWER", "SUPERVISOR"), f"{_LISTS}/ListDecisions", ("facet", "escalated"),
        "没有等待决定的申请。",
    ),
    Queue("承办台", "/unit", roles("HANDLER", "UNIT_LEAD"), f"{_LISTS}/ListUnitInbox", ("states", "light", "urgency")),
    Queue("协办", "/assists", roles("HANDLER", "UNIT_LEAD"), f"{_LISTS}/ListAssists", (), "没有待反馈的协办。"),
    Queue("审核台", "/review", roles("REVIEWER", "SUPERVISOR"), f"{_LISTS}/ListReviewQueue", ("light", "source"), "没有待审核的答复。"),
    Queue(
        "回访台", "/callback", roles("CALL_BACK", "REVIEWER", "SUPERVISOR"), f"{_LISTS}/ListCallBackQueue", ("source",),
        "没有待回访的工单。",
    ),
)  # fmt: skip
DESKS: tuple[Desk, ...] = (
    Desk("受理台", "/operator", roles("OPERATOR")),
    Desk("工单查询", "/tickets", roles("OPERATOR", "DISPATCHER", "REVIEWER", "CALL_BACK", "SUPERVISOR", "ASSESSOR")),
    *QUEUES,
    Desk("协调", "/coordinations", roles("DISPATCHER", "SUPERVISOR", "HANDLER", "UNIT_LEAD")),
    Desk(
        "知识库",
        "/knowledge",
        roles(
            "OPERATOR",
            "DISPATCHER",
            "REVIEWER",
            "CALL_BACK",
            "SUPERVISOR",
            "HANDLER",
            "UNIT_LEAD",
            "KB_EDITOR",
            "KB_REVIEWER",
        ),
    ),
    Desk("督办台", "/supervision", roles("SUPERVISOR", "ASSESSOR")),
    Desk("全景", "/board", roles("SUPERVISOR", "ASSESSOR")),
    Desk("督办答复", "/supervisions", roles("HANDLER", "UNIT_LEAD")),
    Desk("抽测", "/survey", roles("THIRD_PARTY")),
    Desk("查看审计", "/reveals", roles("TENANT_ADMIN", "SUPERVISOR")),
    Desk("专题与分析", "/insight", roles("DISPATCHER", "SUPERVISOR", "ASSESSOR")),
    Desk("专题研究", "/studies", roles("HANDLER", "UNIT_LEAD")),
    Desk("考核", "/assessment", roles("ASSESSOR", "SUPERVISOR", "UNIT_LEAD", "HANDLER")),
)
