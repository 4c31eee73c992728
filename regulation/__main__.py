"""`python -m regulation deadline …`: explains a deadline of the law day by day."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Iterable, Sequence
from typing import NoReturn

from regulation.articles import Edition, NotAllowed
from regulation.calendar import Calendar, NoCalendar, national
from regulation.policy import Policy
from regulation.questions import Question, QuestionError, answer, as_json, editions_from, parse_whole
from regulation.readout import readout
from regulation.table import Source

BAD_INPUT = 2


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        raise QuestionError(f"命令行有误（{message}），用法见 python -m regulation deadline --help")


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0, or 2 for bad input with one line on standard error."""
    _speak_utf8()
    try:
        _run(_parser().parse_args(arguments))
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (ValueError, NotAllowed, NoCalendar) as error:
        print(_one_line(error), file=sys.stderr)
        return BAD_INPUT
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m regulation", description="淄博12345热线办法：推算并逐日解释期限", allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True, metavar="deadline")
    deadline = commands.add_parser("deadline", help="推算一个期限", allow_abbrev=False)
    deadline.add_argument("--article", help="条款：11-2、11-3、11-4、11-6、13-report、13-result")
    deadline.add_argument("--source", help="来源：ordinary（默认）或 provincial")
    deadline.add_argument("--urgent", action="store_true", help="紧急工单（13-* 即是）")
    deadline.add_argument("--at", help="起算时刻，例如 2021-02-04T10:00+08:00；11-4 为原期限")
    deadline.add_argument("--days", help="11-4 的延期天数；13-result 的天数 1 至 3，默认 3")
    deadline.add_argument("--json", action="store_true", help="输出 JSON")
    deadline.add_argument("--batch", action="store_true", help="从标准输入逐行读 JSON，逐行输出 JSON")
    deadline.add_argument("--edition-from", metavar="DATE", help="仅供检验日历：办法自该日起视为施行")
    return parser


def _run(options: argparse.Namespace) -> None:
    editions = editions_from(options.edition_from)
    asked = {name: getattr(options, name) for name in ("article", "source", "at", "days")}
    if options.batch:
        if options.urgent or any(value is not None for value in asked.values()):
            raise QuestionError("--batch 从标准输入读取问题，不能同时使用 --article、--source、--urgent、--at、--days")
        _batch(sys.stdin.buffer, national(), editions)
        return
    if options.days is not None:
        asked["days"] = parse_whole(options.days)
    for name in ("article", "at"):
        if asked[name] is None:
            raise QuestionError(f"缺少 --{name}，用法见 python -m regulation deadline --help")
    asked["source"] = Source.ORDINARY.value if asked["source"] is None else asked["source"]
    calendar = national()
    given = answer(Question.of(asked | {"urgent": options.urgent}), calendar, Policy(), editions)
    print(_dump(as_json(given, calendar)) if options.json else readout(given, calendar))


def _batch(lines: Iterable[bytes], calendar: Calendar, editions: tuple[Edition, ...]) -> None:
    policy = Policy()
    for line in lines:
        try:
            fields = _object(line)
            reply = as_json(answer(Question.of(fields), calendar, policy, editions), calendar)
        except (ValueError, NotAllowed, NoCalendar) as error:
            reply = {"error": _one_line(error)}
        print(_dump(reply), flush=True)


def _object(line: bytes) -> dict[str, object]:
    try:
        value = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise QuestionError("这一行不是合法的 JSON，请逐行检查") from None
    if not isinstance(value, dict):
        raise QuestionError('这一行应为 JSON 对象，例如 {"article": "11-3", "at": "2021-02-04T10:00+08:00"}')
    return value


def _dump(reply: dict[str, object]) -> str:
    return json.dumps(reply, ensure_ascii=False)


def _one_line(error: Exception) -> str:
    return "".join(each if each.isprintable() else " " for each in str(error))


def _speak_utf8() -> None:
    """Chinese comes out whatever the locale of the machine."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
