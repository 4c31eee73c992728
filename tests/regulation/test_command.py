"""`python -m regulation deadline`, as a person and a script run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.regulation.instants import NATIONAL

ROOT = Path(__file__).parents[2]
THE_FOURTH = "2021-02-04T10:00+08:00"


def run(*arguments: str, given: bytes = b"", locale: str = "C.UTF-8") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "regulation", *arguments]
    return subprocess.run(
        command, input=given, capture_output=True, check=False, cwd=ROOT, env={"LC_ALL": locale, "PATH": os.defpath}, timeout=60
    )


def ask(*arguments: str) -> dict[str, Any]:
    done = run("deadline", *arguments, "--json")
    assert (done.returncode, done.stderr) == (0, b"")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def batch(*questions: object, extra: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    lines = [each if isinstance(each, bytes) else json.dumps(each).encode() for each in questions]
    done = run("deadline", "--batch", *extra, given=b"\n".join(lines) + b"\n")
    assert (done.returncode, done.stderr) == (0, b"")
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def dates(answer: dict[str, Any]) -> tuple[str | None, ...]:
    return answer["deadline_at"], answer["yellow_at"], answer["red_at"]


def test_json_is_word_for_word_what_is_promised() -> None:
    done = run("deadline", "--article", "11-3", "--source", "ordinary", "--at", THE_FOURTH, "--json")
    assert json.loads(done.stdout) == {
        "article": "11-3",
        "trigger_at": "2021-02-04T10:00:00+08:00",
        "deadline_at": "2021-02-11T00:00:00+08:00",
        "yellow_at": "2021-02-10T00:00:00+08:00",
        "red_at": "2021-02-19T00:00:00+08:00",
        "provisional": False,
        "calendar_revision": NATIONAL.revision,
        "edition": "zibo-2021",
        "days": [
            {"date": "2021-02-04", "working": True, "counted": False, "why": "工作日，起算当日，不计入"},
            {"date": "2021-02-05", "working": True, "counted": True, "why": "工作日，第1个工作日"},
            {"date": "2021-02-06", "working": False, "counted": False, "why": "周末，不计入"},
            {"date": "2021-02-07", "working": True, "counted": True, "why": "春节调休上班，第2个工作日"},
            {"date": "2021-02-08", "working": True, "counted": True, "why": "工作日，第3个工作日"},
            {"date": "2021-02-09", "working": True, "counted": True, "why": "工作日，第4个工作日"},
            {"date": "2021-02-10", "working": True, "counted": True, "why": "工作日，第5个工作日"},
        ],
        "return_by": "2021-02-08T00:00:00+08:00",
        "extension_ask_by": "2021-02-11T00:00:00+08:00",
    }


def test_instants_are_told_in_beijing_time_whatever_the_zone_asked_in() -> None:
    assert ask("--article", "11-2", "--at", "2021-02-04T16:00:00Z")["trigger_at"] == "2021-02-05T00:00:00+08:00"


def test_provincial_has_shorter_limits_to_ask() -> None:
    answer = ask("--article", "11-3", "--source", "provincial", "--at", THE_FOURTH)
    assert (answer["return_by"], answer["extension_ask_by"]) == ("2021-02-06T00:00:00+08:00", "2021-02-10T00:00:00+08:00")


def test_urgent_handling_is_answered_with_the_result() -> None:
    answer = ask("--article", "11-3", "--urgent", "--days", "1", "--at", THE_FOURTH)
    result = ask("--article", "13-result", "--days", "1", "--at", THE_FOURTH)
    assert {key: answer[key] for key in result} == result
    assert (answer["return_by"], answer["extension_ask_by"]) == (result["deadline_at"], None)


def test_extension_is_counted_from_the_old_deadline() -> None:
    answer = ask("--article", "11-4", "--days", "1", "--at", "2021-02-11T00:00+08:00")
    assert dates(answer) == ("2021-02-19T00:00:00+08:00", "2021-02-11T00:00:00+08:00", "2021-02-20T00:00:00+08:00")
    assert (answer["days"][0]["date"], answer["days"][-1]["date"]) == ("2021-02-10", "2021-02-18")


def test_edition_from_lifts_the_dates_of_the_edition() -> None:
    answer = ask("--article", "11-3", "--at", "2004-01-16T10:00+08:00", "--edition-from", "2004-01-01")
    assert answer["deadline_at"] == "2004-01-22T00:00:00+08:00", "over a make-up Saturday and Sunday"


def test_batch_answers_each_line_in_order_and_a_bad_one_as_an_error() -> None:
    answers = batch(
        {"article": "11-2", "source": "ordinary", "at": THE_FOURTH},
        {"article": "11-2", "source": "ordinary", "urgent": True, "at": THE_FOURTH},
        b"no json",
        {"article": "11-4", "source": "provincial", "at": "2021-02-11T00:00+08:00", "days": 5},
        {"article": "11-6", "source": "provincial", "urgent": True, "at": THE_FOURTH, "days": 1},
        {"article": "13-report", "source": "ordinary", "urgent": False, "at": THE_FOURTH},
        {"article": "13-result", "source": "ordinary", "at": THE_FOURTH, "days": None},
    )
    assert [dates(each) if "error" not in each else None for each in answers] == [
        ("2021-02-06T00:00:00+08:00", None, None),
        ("2021-02-04T10:15:00+08:00", None, None),
        None,
        ("2021-02-24T00:00:00+08:00", "2021-02-23T00:00:00+08:00", "2021-02-25T00:00:00+08:00"),
        ("2021-02-06T00:00:00+08:00", None, None),
        ("2021-02-04T12:00:00+08:00", None, "2021-02-04T12:00:00+08:00"),
        ("2021-02-09T00:00:00+08:00", "2021-02-08T00:00:00+08:00", "2021-02-09T00:00:00+08:00"),
    ]
    assert answers[2] == {"error": "这一行不是合法的 JSON，请逐行检查"}


GOOD = {"article": "11-3", "source": "ordinary", "at": THE_FOURTH}
BAD_LINES: list[object] = [
    b"",
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"article": ' + b"9" * 5000 + b"}",
    [],
    None,
    {},
    {**GOOD, "article": "11-9"},
    {**GOOD, "article": 11},
    {**GOOD, "article": "\ud800\n"},
    {**GOOD, "article": "x" * 100_000},
    {**GOOD, "source": None},
    {"article": "11-3", "at": THE_FOURTH},
    {**GOOD, "source": "PROVINCIAL"},
    {**GOOD, "urgent": 1},
    {**GOOD, "urgent": "true"},
    {**GOOD, "at": "2021-02-04T10:00"},
    {**GOOD, "at": "2021-02-30T10:00+08:00"},
    {**GOOD, "at": 1612404000},
    {**GOOD, "at": "0001-01-01T00:00+08:00"},
    {**GOOD, "at": "9999-12-31T23:59:59-12:00"},
    {**GOOD, "at": "2021-02-03T23:59+08:00"},
    {**GOOD, "at": "2028-01-01T00:00+08:00"},
    {**GOOD, "days": 3},
    {**GOOD, "day": 3},
    {**GOOD, "urgent": True, "days": 4},
    {**GOOD, "article": "11-4"},
    {**GOOD, "article": "11-4", "days": 0},
    {**GOOD, "article": "11-4", "days": 10**30},
    {**GOOD, "article": "11-4", "days": 1.0},
    {**GOOD, "article": "11-4", "days": True},
    {**GOOD, "article": "11-4", "days": "1"},
    {**GOOD, "article": "11-4", "days": 1, "urgent": True},
    {**GOOD, "article": "13-result", "days": 4},
    {**GOOD, "article": "13-report", "days": 1},
]


def test_batch_survives_every_bad_line() -> None:
    answers = batch(*BAD_LINES, GOOD)
    assert len(answers) == len(BAD_LINES) + 1
    for question, answer in zip(BAD_LINES, answers, strict=False):
        assert list(answer) == ["error"], question
        assert answer["error"].isprintable()
        assert len(answer["error"]) < 200
    assert answers[-1]["deadline_at"] == "2021-02-11T00:00:00+08:00"


def test_batch_takes_the_edition_s_date_too() -> None:
    old = {**GOOD, "at": "2010-06-01T10:00+08:00"}
    assert "error" in batch(old)[0]
    assert batch(old, extra=("--edition-from", "2004-01-01"))[0]["deadline_at"] == "2010-06-09T00:00:00+08:00"


@pytest.mark.parametrize(
    "arguments",
    [
        "",
        "deadlines",
        "deadline",
        "deadline --article 11-3",
        f"deadline --at {THE_FOURTH}",
        f"deadline --article 11-5 --at {THE_FOURTH}",
        f"deadline --article 11-3 --source city --at {THE_FOURTH}",
        "deadline --article 11-3 --at 2021-02-04",
        "deadline --article 11-3 --at yesterday",
        "deadline --article 11-3 --at 2021-01-01T10:00+08:00",
        "deadline --article 11-3 --at 2030-01-01T10:00+08:00",
        f"deadline --article 11-4 --at {THE_FOURTH}",
        f"deadline --article 11-4 --days -1 --at {THE_FOURTH}",
        f"deadline --article 11-4 --days one --at {THE_FOURTH}",
        f"deadline --article 11-4 --days 99999 --at {THE_FOURTH}",
        f"deadline --article 13-result --days 4 --at {THE_FOURTH}",
        f"deadline --article 11-3 --at {THE_FOURTH} --edition-from tomorrow",
        f"deadline --article 11-3 --at {THE_FOURTH} --colour",
        f"deadline --batch --article 11-3 --at {THE_FOURTH}",
    ],
)
def test_bad_input_is_one_line_and_exit_2(arguments: str) -> None:
    done = run(*arguments.split())
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().count("\n") == 1
    assert any("\u4e00" <= character <= "\u9fff" for character in done.stderr.decode())


def test_bad_input_with_line_breaks_is_still_one_line() -> None:
    done = run("deadline", "--article", "11-3\r\n\x1b[31m\u2028", "--at", THE_FOURTH)
    assert done.returncode == 2
    assert len(done.stderr.decode().splitlines()) == 1


PROVINCIAL_READOUT = f"""\
第十一条第(三)项 办理期限（省级工单）
条文：办理。承办单位自接到转办工单之日起,按照12345政务服务便民热线工作要求在5个工作日内办理完毕;\
来电人提出的诉求不符合法律、法规及政策规定的,应向来电人做好解释说明工作。
起算：2026-12-28 10:00
时限：5个工作日
  2026-12-28 星期一 　 工作日，起算当日，不计入
  2026-12-29 星期二 计 工作日，第1个工作日
  2026-12-30 星期三 计 工作日，第2个工作日
  2026-12-31 星期四 计 工作日，第3个工作日
  2027-01-01 星期五 　 元旦（暂定），不计入
  2027-01-02 星期六 　 周末（暂定），不计入
  2027-01-03 星期日 　 周末（暂定），不计入
  2027-01-04 星期一 计 工作日（暂定），第4个工作日
  2027-01-05 星期二 计 工作日（暂定），第5个工作日
期限：2027-01-05 24:00，含该时刻
黄灯：自2027-01-04 24:00起
红灯：自2027-01-06 24:00起，并自动发送催办单
申请回退：最迟于2026-12-29 24:00
申请延期：最迟于2027-01-04 24:00
说明：涉及的年份尚未公布放假安排，日期为暂定，公布后重新推算
日历版本：{NATIONAL.revision}；办法版本：zibo-2021
"""


@pytest.mark.parametrize("locale", ["C", "POSIX", "C.UTF-8"])
def test_a_person_reads_why_day_by_day(locale: str) -> None:
    done = run("deadline", "--article", "11-3", "--source", "provincial", "--at", "2026-12-28T10:00+08:00", locale=locale)
    assert done.stdout.decode() == PROVINCIAL_READOUT


def test_a_person_reads_what_an_urgent_order_may_not() -> None:
    told = run("deadline", "--article", "11-3", "--urgent", "--at", THE_FOURTH).stdout.decode()
    assert "申请延期：紧急工单不得延期" in told
    assert told.startswith("第十三条 处置结果反馈期限（紧急本市工单）")


def test_a_person_reads_who_grants_a_long_extension() -> None:
    told = run("deadline", "--article", "11-4", "--days", "6", "--at", "2021-02-11T00:00+08:00").stdout.decode()
    assert "原期限：2021-02-10 24:00" in told
    assert "须由具名督办人员批准" in told


def test_a_person_reads_that_there_is_no_light() -> None:
    told = run("deadline", "--article", "11-2", "--urgent", "--at", "2021-02-04T10:00:05+08:00").stdout.decode()
    assert "期限：2021-02-04 10:15:05，含该时刻\n灯：无\n" in told
