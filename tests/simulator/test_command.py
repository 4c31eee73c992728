"""`python -m simulator`: bad input is one line and an exit code, before anything is started."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from simulator.__main__ import main


def said(capsys: pytest.CaptureFixture[str]) -> str:
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


@pytest.fixture
def somebody() -> object:
    """Somebody listens, but is no hotline."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"127.0.0.1:{listening.getsockname()[1]}"


@pytest.mark.parametrize("count", ["0", "-1", "many", "1.5", "１"])
def test_a_count_must_be_a_positive_number(count: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        main(["--count", count])
    assert leaving.value.code == 2
    assert "应为正整数" in said(capsys)


@pytest.mark.parametrize("target", ["localhost", "localhost:", ":50051", "localhost:door", "a b:1"])
def test_a_target_is_a_host_and_a_port(target: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        main(["--target", target])
    assert leaving.value.code == 2
    assert "主机:端口" in said(capsys)


def test_a_file_that_is_missing_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--file", str(tmp_path / "none.jsonl")]) == 2
    assert said(capsys).count("\n") == 1


def test_a_file_that_holds_no_messages_names_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "wrong.jsonl"
    file.write_text('{"text": "好"}\nno\n', encoding="utf-8")
    assert main(["--file", str(file)]) == 2
    assert "第 2 行" in said(capsys)


def test_a_target_where_nobody_listens_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--target", "127.0.0.1:1"]) == 1
    assert "无法连接" in said(capsys)


def test_a_target_without_credentials_is_one_line(somebody: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--target", somebody, "--credentials", str(tmp_path / "none.json")]) == 1
    assert said(capsys).count("\n") == 1


@pytest.mark.parametrize("content", ["", "[]", "{}", '["x"]', '[{"login": "x"}]'])
def test_a_file_that_holds_no_credentials_is_one_line(
    content: str, somebody: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "credentials.json"
    file.write_text(content, encoding="utf-8")
    assert main(["--target", somebody, "--credentials", str(file)]) == 1
    assert "不是演示账号文件" in said(capsys)


def test_credentials_without_a_citys_people_are_one_line(somebody: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "credentials.json"
    file.write_text(json.dumps([{"tenant_id": "zibo", "unit_id": "zibo-hub", "roles": ["ROLE_OPERATOR"]}]), encoding="utf-8")
    assert main(["--target", somebody, "--credentials", str(file)]) == 1
    assert "无法在该实例中演示" in said(capsys)
