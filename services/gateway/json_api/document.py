"""The OpenAPI 3.1 document of the JSON API, made of the descriptors, the comments and the declared options of the protos."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from chassis.checking import BOUNDS
from chassis.declared import ROLE_NAMES
from hotline.options.v1 import options_pb2 as options
from services.gateway.json_api.comments import comments
from services.gateway.json_api.schemas import ID, Schemas
from services.gateway.json_api.verbs import Verb, verbs
from services.gateway.problems import MEDIA_TYPE, PROBLEMS

PREFIX = "/api/v1"
IDEMPOTENCY = "Idempotency-Key"
ABOUT = """12345政务服务便民热线的 JSON 接口：每个业务动作一个 POST 路径，与 gRPC 同名同义。

- 身份：请求头 `Authorization: Bearer 系统密钥`（由租户管理员签发、轮换、吊销）。
- 写操作须带请求头 `Idempotency-Key`：同一个值重复提交只办理一次，三十日内答复相同。
- 列表分页：把答复的 `next_page_token` 填入下一次请求的 `page.token`。
- 跟随变化：`/api/v1/notify/ListChanges`，保存每次答复的 `next_page_token`，中断后从该处继续，不漏不重；`wait` 最多等候 20 秒。
- 字段名与 protobuf 定义相同；64 位整数写作字符串，时刻为 RFC 3339，二进制内容为 base64。
- 出错时答复 `application/problem+json`（RFC 9457）：`detail` 说明原因，`article` 为所依据的条款，`next` 说明下一步。"""
PROBLEM = {
    "type": "object",
    "description": "RFC 9457.",
    "required": ["type", "title", "status", "detail", "next"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer", "enum": sorted({kind.code for kind in PROBLEMS.values()})},
        "detail": {"type": "string", "description": "What was wrong, in Chinese."},
        "next": {"type": "string", "description": "What to do about it, in Chinese."},
        "field": {"type": "string", "description": "The field that was wrong, as a path in the request."},
        "article": {"type": "string", "description": "The clause of the regulation it rests on: 11-6 is 第十一条第(六)项."},
    },
}
# What one of these verbs may be answered with beside its answer.
CODES = sorted({kind.code for kind in PROBLEMS.values()} - {405})


@cache
def document() -> bytes:
    """The whole document as JSON."""
    schemas = Schemas()
    paths = {f"{PREFIX}/{verb.service}/{verb.name}": {"post": _operation(verb, schemas)} for verb in verbs().values()}
    refused = {
        "description": "Refused; see `detail` and `next`.",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    said = {
        "openapi": "3.1.0",
        "info": {"title": "12345政务服务便民热线", "version": "1", "description": ABOUT},
        "paths": paths,
        "security": [{"key": []}],
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "A system's key."}},
            "parameters": {IDEMPOTENCY: _idempotency()},
            "responses": {"Problem": refused},
            "schemas": {"Problem": PROBLEM, **schemas.found},
        },
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def _operation(verb: Verb, schemas: Schemas) -> dict[str, Any]:
    said = comments().get(verb.method.full_name, "")
    roles = [ROLE_NAMES[role] for role in verb.access.roles]
    operation: dict[str, Any] = {
        "operationId": f"{verb.service}.{verb.name}",
        "tags": [verb.service],
        "description": f"{said} Roles: {', '.join(roles) or 'any'}.".strip(),
        "requestBody": {"required": True, "content": {"application/json": {"schema": schemas.asked(verb.method.input_type)}}},
        "responses": {
            "200": {"description": "Done.", "content": {"application/json": {"schema": schemas.answered(verb.method.output_type)}}},
            **{str(code): {"$ref": "#/components/responses/Problem"} for code in CODES},
        },
    }
    return {**operation, "parameters": [{"$ref": f"#/components/parameters/{IDEMPOTENCY}"}]} if verb.writes else operation


def _idempotency() -> dict[str, Any]:
    return {
        "name": IDEMPOTENCY,
        "in": "header",
        "required": True,
        "description": "One value for each operation meant; sent again with it, the operation takes effect once and answers the same.",
        "schema": {"type": "string", "pattern": ID.replace("*", "+"), "minLength": 1, "maxLength": BOUNDS[options.KIND_ID]},
    }
