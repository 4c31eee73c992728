"""Files that forms bring: taken whole, held to a size, refused in words; one is one request however often it is sent."""

from __future__ import annotations

import asyncio

import pytest
from fastapi import Request

from services.gateway.console.files import MOST_FILE, File, kept, sent_of
from services.gateway.problems import Problem

SAID = (
    '--B\r\nContent-Disposition: form-data; name="title"\r\n\r\n停水\r\n'
    '--B\r\nContent-Disposition: form-data; name="file"; filename="{}"\r\n\r\n'
)
PIECE = 65_536


def asked(name: str, content: bytes) -> Request:
    return request_of(SAID.format(name).encode() + content + b"\r\n--B--\r\n")


def request_of(body: bytes) -> Request:
    pieces = [body[at : at + PIECE] for at in range(0, len(body), PIECE)]

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    told = [(b"content-type", b"multipart/form-data; boundary=B")]
    return Request({"type": "http", "method": "POST", "path": "/", "query_string": b"page=2", "headers": told}, receive)


@pytest.mark.parametrize("content", [b"", b"\x00\r\n--A\r\n\xff", bytes(MOST_FILE)])
def test_a_file_comes_as_it_is_beside_what_was_typed(content: bytes) -> None:
    fields, file = asyncio.run(sent_of(asked("表（1）.pdf", content)))
    assert (fields, file) == ([("page", "2"), ("title", "停水")], File("表（1）.pdf", content))


def test_no_file_was_chosen() -> None:
    assert asyncio.run(sent_of(asked("", b""))) == ([("page", "2"), ("title", "停水")], None)


def test_what_is_too_long_or_no_form_is_refused_in_words() -> None:
    for request, reason in ((asked("a.pdf", bytes(MOST_FILE * 2)), "TOO_LONG"), (request_of(b"no form"), "INVALID")):
        with pytest.raises(Problem, match="已填写的内容仍在") as refused:
            asyncio.run(sent_of(request))
        assert refused.value.reason == reason


def test_another_file_in_the_same_form_is_another_request() -> None:
    one, again, other = File("a", b"1"), File("b", b"1"), File("a", b"2")
    assert one.request_id("r") == again.request_id("r") != other.request_id("r")
    assert one.request_id("r") != one.request_id("s")


def test_an_answer_is_kept_under_its_name_whatever_is_in_it() -> None:
    said = kept('附件"\r\n;/a.pdf', b"1", "application/pdf").headers["content-disposition"]
    assert said == "attachment; filename*=UTF-8''%E9%99%84%E4%BB%B6%22%0D%0A%3B%2Fa.pdf"
