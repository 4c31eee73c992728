"""What programs are told when something is refused: RFC 9457 in Chinese, with the article and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import grpc
from fastapi.responses import JSONResponse

from chassis.grpc.door import DETAILS, SENTENCES
from chassis.grpc.refusals import info_of

MEDIA_TYPE = "application/problem+json"
KINDS = "/api/v1/problems"


@dataclass(frozen=True)
class Kind:
    """A kind of problem: its HTTP status code, its title, and what whoever meets it does next."""

    code: int
    title: str
    next: str


AGAIN = "请稍后用同一 Idempotency-Key 重试，重复提交不会办理两次。"
PROBLEMS = {
    "INVALID": Kind(400, "请求有误", "请按 detail 修改 field 所指的内容后重新提交。"),
    "MALFORMED": Kind(400, "请求无法解析", "请对照接口文档 /api/v1/openapi.json 核对字段名和取值后重新提交。"),
    "UNKNOWN": Kind(401, "无法确认身份", "请在请求头 Authorization 中写明 Bearer 系统密钥；密钥由租户管理员签发和轮换。"),
    "DENIED": Kind(403, "无权办理", "请核对系统的角色和所属单位；需要时由租户管理员调整。"),
    "MISSING": Kind(404, "没有找到", "请核对编号；看不到的内容与不存在的内容答复相同。"),
    "NO_SUCH_PATH": Kind(404, "没有这个接口", "接口列表见 /api/v1/openapi.json。"),
    "NOT_POST": Kind(405, "请求方法不对", "请使用 POST，请求内容为 JSON。"),
    "STALE": Kind(409, "内容已有变化", "请重新读取后按新的版本号提交。"),
    "REFUSAL": Kind(409, "现在不能办理", "请按 detail 的说明处理后再提交。"),
    "NOT_ALLOWED": Kind(409, "规定不允许", "请按 article 所指条款和 detail 的说明处理。"),
    "TOO_LONG": Kind(413, "内容过大", "请缩短内容或分次提交；一个附件最大 10 MiB。"),
    "REUSED": Kind(422, "Idempotency-Key 已用于其他内容", "内容不同的操作请换一个新的 Idempotency-Key。"),
    "TOO_OFTEN": Kind(429, "请求过于频繁", "请按响应头 Retry-After 所示的秒数等候后重试。"),
    "INTERNAL": Kind(500, "系统内部错误", AGAIN),
    "UNAVAILABLE": Kind(503, "服务暂时无法访问", AGAIN),
    "LATE": Kind(504, "未能在时限内完成", AGAIN),
}
# What grpc says by itself, without a reason of ours.
BY_CODE = {
    grpc.StatusCode.INVALID_ARGUMENT: "INVALID",
    grpc.StatusCode.UNAUTHENTICATED: "UNKNOWN",
    grpc.StatusCode.PERMISSION_DENIED: "DENIED",
    grpc.StatusCode.NOT_FOUND: "MISSING",
    grpc.StatusCode.FAILED_PRECONDITION: "REFUSAL",
    grpc.StatusCode.ABORTED: "STALE",
    grpc.StatusCode.RESOURCE_EXHAUSTED: "TOO_LONG",
    grpc.StatusCode.DEADLINE_EXCEEDED: "LATE",
    grpc.StatusCode.UNIMPLEMENTED: "NO_SUCH_PATH",
    grpc.StatusCode.INTERNAL: "INTERNAL",
}


class Problem(Exception):
    """A refusal on its way to whoever asked. `headers` go with it."""

    def __init__(self, reason: str, detail: str, *, field: str = "", article: str = "", headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.reason, self.detail, self.field, self.article = reason, detail, field, article
        self.headers = headers or {}

    @property
    def kind(self) -> Kind:
        """What is known of such problems."""
        return PROBLEMS[self.reason]

    def saying(self, detail: str, *, field: str = "", article: str = "") -> Problem:
        """The same in other words; with its own field and article where no others are given."""
        return Problem(self.reason, detail, field=field or self.field, article=article or self.article, headers=self.headers)

    def response(self) -> JSONResponse:
        """As it is answered."""
        said: dict[str, Any] = {
            "type": f"{KINDS}#{self.reason}",
            "title": self.kind.title,
            "status": self.kind.code,
            "detail": self.detail,
            "next": self.kind.next,
            **({"field": self.field} if self.field else {}),
            **({"article": self.article} if self.article else {}),
        }
        return JSONResponse(said, self.kind.code, self.headers, MEDIA_TYPE)


def problem_of(error: grpc.RpcError) -> Problem:
    """What a service refused, in its own words; of what grpc says by itself, ours."""
    info = info_of(error)
    reason = info.reason if info.reason in PROBLEMS else BY_CODE.get(error.code(), "UNAVAILABLE")
    trailing: Any = error.trailing_metadata() or ()
    ours = any(key == DETAILS for key, _ in trailing)
    detail = (error.details() if ours else SENTENCES.get(error.code())) or PROBLEMS[reason].title
    told = {name: info.metadata.get(name, "") for name in ("field", "article")}
    return Problem(reason, detail, **told, headers=_headers_of(reason))


def _headers_of(reason: str) -> dict[str, str]:
    if reason == "UNKNOWN":
        return {"WWW-Authenticate": "Bearer"}
    return {"Retry-After": "1"} if reason in ("UNAVAILABLE", "LATE") else {}
