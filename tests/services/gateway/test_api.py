"""Every verb by JSON: what is asked, what is answered, what is refused and how that is said."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

from tests.services.gateway.conftest import Fronted
from tests.services.gateway.front import Answer

SAID: dict[str, Any] = {
    "content": {
        "channel": "CHANNEL_APP",
        "text": "小区停水两天，联系电话 13805331234",
        "caller": {"name": "张三", "phone": "13805331234"},
    }
}


def problem(answer: Answer) -> tuple[int, str]:
    """The code and reason of a refusal that says in Chinese what was wrong and what to do."""
    said = answer.json
    assert answer.headers["content-type"] == "application/problem+json"
    assert said["status"] == answer.code
    for told in (said["title"], said["detail"], said["next"]):
        assert any("\u4e00" <= letter <= "\u9fff" for letter in told)
    return answer.code, said["type"].partition("#")[2]


def test_a_verb_is_answered_with_every_field_and_no_identity(fronted: Fronted) -> None:
    front = fronted("intake")
    answer = front.do("intake/RegisterTicket", **SAID)
    ticket = answer.json["ticket"]
    assert (answer.code, ticket["state"], ticket["channel"]) == (200, "TICKET_STATE_REGISTERED", "CHANNEL_APP")
    assert ticket["version"] == "1"
    assert ticket["supplements"] == []
    assert ticket["caller"]["phone"] == "138****1234"
    assert "13805331234" not in answer.text
    read = front.do("intake/GetTicket", ticket_id=ticket["ticket_id"]).json["ticket"]
    assert read["number"] == ticket["number"]


def test_one_idempotency_key_is_one_effect(fronted: Fronted) -> None:
    front = fronted("intake")
    first, again = (front.do("intake/RegisterTicket", key="once", **SAID) for _ in range(2))
    assert first.body == again.body
    quoted = front.do("intake/RegisterTicket", key='"once"', **SAID)
    assert quoted.body == first.body
    other = front.do("intake/RegisterTicket", key="once", content={**SAID["content"], "text": "又停电"})
    assert problem(other) == (422, "REUSED")


def test_a_write_without_a_key_and_a_request_id_in_the_body_are_refused(fronted: Fronted) -> None:
    front = fronted("intake")
    without = front.send("POST", "/api/v1/intake/RegisterTicket", json.dumps(SAID).encode())
    assert problem(without) == (400, "INVALID")
    assert without.json["field"] == "Idempotency-Key"
    assert problem(front.do("intake/RegisterTicket", request_id="r", **SAID)) == (400, "MALFORMED")
    assert problem(front.do("intake/RegisterTicket", key="有汉字".encode().decode("latin-1"), **SAID)) == (400, "INVALID")


def test_a_refusal_names_its_field_and_its_article(fronted: Fronted) -> None:
    front = fronted("intake")
    refused = front.do("intake/RegisterTicket", content={"channel": "CHANNEL_APP"})
    assert problem(refused) == (400, "INVALID")
    assert (refused.json["field"], refused.json["article"]) == ("content.text", "10")
    ticket = front.do("intake/RegisterTicket", **SAID).json["ticket"]
    unclassified = front.do("intake/FormTicket", ticket_id=ticket["ticket_id"], version=ticket["version"])
    assert problem(unclassified) == (409, "NOT_ALLOWED")
    assert unclassified.json["article"] == "10"
    stale = front.do("intake/WithdrawTicket", ticket_id=ticket["ticket_id"], version="7", reason="已来水")
    assert problem(stale) == (409, "STALE")
    assert problem(front.do("intake/GetTicket", ticket_id="nothing")) == (404, "MISSING")


BODIES = (
    b"",
    b"[]",
    b"{",
    b'{"content": NaN}',
    b'{"a": 1}',
    b'{"content": {"text": "\\ud800"}}',
    b"\xff",
    b"[" * 100_000,
    b'{"content": 1}',
)


def test_what_is_no_request_is_refused(fronted: Fronted) -> None:
    front = fronted("intake")
    answers = [front.send("POST", "/api/v1/intake/RegisterTicket", body, Idempotency_Key="k") for body in BODIES]
    assert {problem(answer) for answer in answers} == {(400, "MALFORMED")}
    wrongs: tuple[object, ...] = ("", [], "a", 1)
    for wrong in wrongs:
        listed = front.do("intake/ListTickets", page=wrong)
        assert problem(listed) == (400, "MALFORMED"), wrong
        assert listed.json["field"] == "page"
    assert front.do("intake/ListTickets", page=None).code == 200


def test_what_is_too_long_is_refused_before_it_is_read(fronted: Fronted) -> None:
    front = fronted("intake")
    assert problem(front.do("intake/RegisterTicket", content={"text": "长" * 600_000})) == (413, "TOO_LONG")
    ticket = front.do("intake/RegisterTicket", **SAID).json["ticket"]
    content = base64.b64encode(b"%PDF-1.7\n" + b"0" * 1_000_000).decode()
    upload = front.do("intake/UploadAttachment", ticket_id=ticket["ticket_id"], name="a.pdf", content=content, size=1, sha256="0" * 64)
    assert problem(upload) == (400, "INVALID")
    assert upload.json["field"] == "content"


def test_whoever_has_no_key_or_not_the_role_is_refused(fronted: Fronted) -> None:
    front = fronted("intake", "directory")
    nobody = replace(front, bearer="").do("intake/ListTickets")
    assert problem(nobody) == (401, "UNKNOWN")
    assert nobody.headers["www-authenticate"] == "Bearer"
    assert problem(replace(front, bearer="key:zibo:guessed").do("intake/ListTickets")) == (401, "UNKNOWN")
    assert problem(replace(front, bearer="no.such.token").do("intake/ListTickets")) == (401, "UNKNOWN")
    assert problem(front.do("intake/AddCategory", code="99", name="新")) == (403, "DENIED")
    assert problem(front.do("intake/ResolveContact", ticket_id="t")) == (404, "NO_SUCH_PATH")


def test_keys_are_not_guessed_without_end(fronted: Fronted) -> None:
    front = fronted("intake")
    guessing = replace(front, bearer="no.such.token")
    codes = [guessing.do("intake/ListTickets").code for _ in range(70)]
    assert set(codes[:60]) == {401}
    assert codes[-1] == 429
    waiting = guessing.do("intake/ListTickets")
    assert problem(waiting) == (429, "TOO_OFTEN")
    assert 1 <= int(waiting.headers["retry-after"]) <= 60


def test_a_service_that_is_away_is_said_to_be(fronted: Fronted) -> None:
    front = fronted("intake")
    away = front.do("kb/GetEntry", entry_id="e")
    assert problem(away) == (503, "UNAVAILABLE")
    assert away.headers["retry-after"] == "1"
    assert "127.0.0.1" not in away.text


def test_other_paths_and_methods_are_refused(fronted: Fronted) -> None:
    front = fronted("intake")
    wrong = front.send("GET", "/api/v1/intake/ListTickets")
    assert problem(wrong) == (405, "NOT_POST")
    assert wrong.headers["allow"] == "POST"
    assert problem(front.send("POST", "/api/v1/intake/NoSuchVerb", b"{}")) == (404, "NO_SUCH_PATH")
    assert problem(front.send("GET", "/api/v1/nothing/at/all")) == (404, "NO_SUCH_PATH")
    kinds = front.send("GET", "/api/v1/problems").json
    assert kinds["TOO_OFTEN"]["status"] == 429
