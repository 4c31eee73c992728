"""What a caller of the probe gets, over a real connection."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from chassis.auth import PEER_TOKEN_LIFE, peer_key, sign_token
from chassis.caller import Caller
from chassis.settings import Settings
from chassis.store import Store, Tx
from tests.chassis.probe import OPERATOR, STRANGER, ServedProbe, every_note, notes, on_sqlite, pb

DOOR = "hotline.probe.v1.ProbeService"


def _refused(call: Any) -> tuple[str, str, error_details_pb2.ErrorInfo]:
    """The code, the sentence and the details of a call that is refused."""
    with pytest.raises(grpc.RpcError) as raised:
        call()
    status: Any = rpc_status.from_call(raised.value)  # type: ignore[arg-type]  # an error of a call is that call
    info, localized = error_details_pb2.ErrorInfo(), error_details_pb2.LocalizedMessage()
    assert status.details[0].Unpack(info)
    assert status.details[1].Unpack(localized)
    assert (localized.locale, localized.message) == ("zh-CN", status.message)
    assert info.domain == "hotline"
    return raised.value.code().name, status.message, info


def _keep(server: ServedProbe, note_id: str, by: Caller | None = OPERATOR, **fields: str) -> Any:
    return server.ask("Keep", pb.KeepRequest(request_id=f"r-{note_id}", note_id=note_id, **fields), by)


def test_an_answer_comes_back_masked(probe_server: ServedProbe) -> None:
    answer = _keep(probe_server, "n-1")
    assert (answer.note_id, answer.count, answer.name) == ("n-1", 1, "王**")
    echo = probe_server.ask("Echo", pb.EchoRequest(everything={"name": "王小明", "line": "电话13812345678", "raw": "13812345678"}))
    assert (echo.everything.name, echo.everything.line, echo.everything.raw) == ("王**", "电话〔手机号〕", "13812345678")


def test_a_method_that_reveals_shows_what_it_reveals(probe_server: ServedProbe) -> None:
    assert probe_server.ask("Reveal", pb.RevealRequest(request_id="r-1")).name == "王小明"


@on_sqlite
@pytest.mark.parametrize(
    ("by", "code"),
    [
        (None, "UNAUTHENTICATED"),
        (Caller("person", "p-9", "zibo"), "PERMISSION_DENIED"),
        (Caller("person", "p-9", "zibo", "", frozenset({"ROLE_REVIEWER"})), "PERMISSION_DENIED"),
        (Caller("person", "p-9", "zibo", "", frozenset({"OPERATOR", "role_operator"})), "PERMISSION_DENIED"),
        (Caller("person", "friend", "zibo"), "PERMISSION_DENIED"),
        (Caller("peer", "stranger", "zibo"), "PERMISSION_DENIED"),
        (Caller("peer", "stranger", "zibo", "", frozenset({"ROLE_OPERATOR"})), "PERMISSION_DENIED"),
        (Caller("peer", "friend", "zibo"), "OK"),
        (Caller("person", "p-9", "zibo", "", frozenset({"ROLE_REVIEWER", "ROLE_OPERATOR"})), "OK"),
        (Caller("system", "s-1", "zibo", "", frozenset({"ROLE_OPERATOR"})), "OK"),
    ],
)
def test_who_may_call_is_what_the_proto_declares(probe_server: ServedProbe, by: Caller | None, code: str) -> None:
    if code == "OK":
        assert _keep(probe_server, "n-1", by).note_id == "n-1"
        return
    assert _refused(lambda: _keep(probe_server, "n-1", by))[0] == code
    assert every_note(probe_server.store) == []


@on_sqlite
def test_what_is_open_to_all_is_open_to_each(probe_server: ServedProbe) -> None:
    stumble = pb.StumbleRequest()
    for by, kind in ((None, "nobody"), (OPERATOR, "person"), (Caller.peer("stranger", "zibo"), "peer")):
        assert probe_server.ask("Stumble", stumble, by).line == kind
    over = probe_server.token(OPERATOR, timedelta(seconds=-1))
    for token in (over, "forged"):
        assert probe_server.ask("Stumble", stumble, token=token).line == "nobody"


@on_sqlite
def test_a_service_speaks_with_its_own_key(probe_server: ServedProbe) -> None:
    friend = peer_key(Settings("friend", data=probe_server.store.settings.data))
    token = sign_token(friend, Caller.peer("friend", "zibo"), PEER_TOKEN_LIFE)
    request = pb.KeepRequest(request_id="r-1", note_id="n-1")
    assert probe_server.ask("Keep", request, token=token).note_id == "n-1"
    posing = sign_token(friend, OPERATOR, PEER_TOKEN_LIFE)
    assert _refused(lambda: probe_server.ask("Keep", request, token=posing))[0] == "UNAUTHENTICATED"


@on_sqlite
def test_a_refused_call_is_not_looked_into(probe_server: ServedProbe) -> None:
    """Who may not call learns nothing of what the method would have said of the request."""
    bad = pb.KeepRequest(request_id="不是")
    assert _refused(lambda: probe_server.ask("Keep", bad, None))[0] == "UNAUTHENTICATED"
    assert _refused(lambda: probe_server.ask("Keep", bad))[0] == "INVALID_ARGUMENT"


@pytest.mark.parametrize(
    ("over", "code", "reason", "sentence", "metadata"),
    [
        ("missing", "NOT_FOUND", "MISSING", "没有这张工单", {}),
        ("stale", "ABORTED", "STALE", "已被他人修改：承办单位改为 市水务局", {}),
        ("denied", "PERMISSION_DENIED", "DENIED", "这张工单不归您办理", {}),
        ("nothing", "FAILED_PRECONDITION", "REFUSAL", "没有可说的", {}),
        (
            "law",
            "FAILED_PRECONDITION",
            "NOT_ALLOWED",
            "回退须在收到转办单两个工作日内提出（依据第十一条第(六)项）",
            {"article": "11-6"},
        ),
    ],
)
@on_sqlite
def test_a_refusal_says_in_chinese_what_was_wrong_and_by_which_article(
    probe_server: ServedProbe, over: str, code: str, reason: str, sentence: str, metadata: dict[str, str]
) -> None:
    got_code, message, info = _refused(lambda: probe_server.ask("Stumble", pb.StumbleRequest(over=over)))
    assert (got_code, message, info.reason, dict(info.metadata)) == (code, sentence, reason, metadata)


@on_sqlite
def test_an_invalid_field_is_named(probe_server: ServedProbe) -> None:
    request = pb.EchoRequest(everything={"list": [{}, {"colour": 77}]})
    code, message, info = _refused(lambda: probe_server.ask("Echo", request))
    assert (code, info.reason) == ("INVALID_ARGUMENT", "INVALID")
    assert dict(info.metadata) == {"field": "everything.list[1].colour"}
    assert message == "everything.list[1].colour：没有编号为 77 的取值"


@on_sqlite
def test_a_failure_tells_its_trace_and_nothing_else(probe_server: ServedProbe, caplog: pytest.LogCaptureFixture) -> None:
    code, message, info = _refused(lambda: probe_server.ask("Stumble", pb.StumbleRequest(over="bug")))
    assert (code, info.reason, dict(info.metadata)) == ("INTERNAL", "INTERNAL", {})
    assert message.startswith("系统内部错误，未作任何改动，已记录（编号 ")
    assert not any(word in message for word in ("KeyError", "王小明", "138"))
    assert [record.levelname for record in caplog.records if record.name == "chassis.grpc.refusals"] == ["ERROR"]


@on_sqlite
def test_a_query_that_writes_is_our_failure(probe_server: ServedProbe) -> None:
    code, _, _ = _refused(lambda: probe_server.ask("Stumble", pb.StumbleRequest(over="writing"), OPERATOR))
    assert code in {"INTERNAL", "UNAVAILABLE"}
    assert every_note(probe_server.store) == []


@on_sqlite
@pytest.mark.parametrize("data", [b"\x0a\x02\xff\xfe", b"\xff\xff\xff", b"\x0a\x05ab"])
def test_bytes_that_are_no_request_are_refused(probe_server: ServedProbe, data: bytes) -> None:
    channel = grpc.insecure_channel(probe_server.address)
    call: Any = channel.unary_unary(f"/{DOOR}/Keep")
    metadata = (("authorization", f"Bearer {probe_server.token(OPERATOR)}"),)
    code, message, info = _refused(lambda: call(data, metadata=metadata, timeout=30))
    assert (code, info.metadata["field"]) == ("INVALID_ARGUMENT", "request")
    assert "UTF-8" in message
    channel.close()


@on_sqlite
def test_the_longest_refusal_fits_into_what_carries_it(probe_server: ServedProbe) -> None:
    code, message, _ = _refused(lambda: probe_server.ask("Stumble", pb.StumbleRequest(over="long")))
    assert code == "ABORTED"
    assert message.endswith("改…")
    deep = pb.Everything(id="!")
    for _ in range(40):
        deep = pb.Everything(inner=deep)
    code, _, info = _refused(lambda: probe_server.ask("Echo", pb.EchoRequest(everything=deep)))
    assert code == "INVALID_ARGUMENT"
    assert info.metadata["field"].startswith("everything.inner.inner")


@on_sqlite
def test_a_message_that_is_too_large_is_refused(probe_server: ServedProbe) -> None:
    with pytest.raises(grpc.RpcError) as raised:
        probe_server.ask("Echo", pb.EchoRequest(everything={"raw": "x" * 13_000_000}))
    assert raised.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert len(probe_server.ask("Echo", pb.EchoRequest(everything={"raw": "长" * 20_000})).everything.raw) == 20_000


def test_another_tenants_rows_are_not_there(probe_server: ServedProbe) -> None:
    _keep(probe_server, "n-1")
    assert list(probe_server.ask("ListNotes", pb.ListNotesRequest(), STRANGER).note_ids) == []
    assert list(probe_server.ask("ListNotes", pb.ListNotesRequest()).note_ids) == ["n-1"]


@on_sqlite
def test_a_list_is_walked_by_its_tokens(probe_server: ServedProbe) -> None:
    store = probe_server.store
    store.write(OPERATOR, lambda tx: tx.insert_many(notes, [{"note_id": f"n-{n}"} for n in range(5)]))
    seen, token = [], ""
    while True:
        answer = probe_server.ask("ListNotes", pb.ListNotesRequest(page={"size": 2, "token": token}))
        seen += list(answer.note_ids)
        if not (token := answer.next_page_token):
            break
    assert seen == [f"n-{n}" for n in range(5)]
    code, _, info = _refused(lambda: probe_server.ask("ListNotes", pb.ListNotesRequest(page={"token": "forged"})))
    assert (code, info.metadata["field"]) == ("INVALID_ARGUMENT", "page.token")


def test_many_callers_at_the_same_time_all_get_their_own_answer(probe_server: ServedProbe) -> None:
    with ThreadPoolExecutor(64) as threads:
        answers = list(threads.map(lambda n: _keep(probe_server, f"n-{n:03}"), range(256)))
    assert [answer.note_id for answer in answers] == [f"n-{n:03}" for n in range(256)]
    assert len(every_note(probe_server.store)) == 256
    assert min(answer.count for answer in answers) == 1


@on_sqlite
def test_a_call_whose_caller_left_while_it_waited_is_not_done(probe_server: ServedProbe) -> None:
    """All threads are held, so that the call waits until nobody waits for it."""
    store = probe_server.store

    def hold(_tx: Tx) -> None:
        with ThreadPoolExecutor(40) as threads:
            late = [threads.submit(_late, probe_server, f"late-{n}") for n in range(40)]
            codes = [each.result() for each in late]
        assert set(codes) == {grpc.StatusCode.DEADLINE_EXCEEDED}

    store.write(OPERATOR, hold)
    assert probe_server.ask("Stumble", pb.StumbleRequest()).line == "person"
    assert len(every_note(store)) <= 32


def _late(server: ServedProbe, note_id: str) -> grpc.StatusCode:
    with pytest.raises(grpc.RpcError) as raised:
        server.ask("Keep", pb.KeepRequest(request_id=note_id, note_id=note_id), seconds=0.5)
    return raised.value.code()


@on_sqlite
def test_when_the_store_is_closed_the_caller_may_come_again(probe: Store) -> None:
    server = ServedProbe(probe)
    token = server.token(OPERATOR)
    server.ask("Keep", pb.KeepRequest(request_id="r-1", note_id="n-1"), token=token)
    probe.close()
    code, message, _ = _refused(lambda: server.ask("Keep", pb.KeepRequest(request_id="r-2", note_id="n-2"), token=token))
    assert (code, message) == ("UNAVAILABLE", "数据暂时无法读写，请稍后用同一请求号重试")
    server.stop()
