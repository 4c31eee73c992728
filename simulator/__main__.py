"""`make demo`: plays citizens' messages through a hotline, and holds it against the law.

The last line of standard output is JSON. Exit code 0 when nothing was lost and nothing raised, 1 when something was or there is
no hotline to play into, 2 for bad input.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc

from chassis.errors import Unusable
from chassis.settings import Settings
from simulator.instance import CREDENTIALS, Instance, NotStarted, elsewhere, running
from simulator.messages import SAMPLE, Unreadable, read
from simulator.playing import Result, play

MOST_SHOWN = 20
FOLDER = "demo"
INTERRUPTED = 130
_TARGET = re.compile(r"[^:\s]+:[0-9]{1,5}")


def main(arguments: list[str] | None = None) -> int:
    """Play, print, tell by the exit code."""
    options = _parser().parse_args(arguments)
    try:
        rows = read(options.file, options.count)
        with _hotline(options) as instance:
            result = play(instance.door, instance.credentials, rows)
    except Unreadable as error:
        return _say(str(error), 2)
    except (NotStarted, Unusable) as error:
        return _say(str(error), 1)
    except (grpc.RpcError, LookupError) as error:
        return _say(f"无法在该实例中演示：{_reason(error)}", 1)
    except KeyboardInterrupt:
        return _say("已中断", INTERRUPTED)
    _tell(result)
    if options.keep and not options.target:
        print(f"实例仍在运行：{instance.page}  gRPC {instance.door}  停止：kill {instance.process_id}")
    print(json.dumps(result.summary.line(), ensure_ascii=False))
    return 0 if result.summary.is_clean else 1


@contextmanager
def _hotline(options: argparse.Namespace) -> Iterator[Instance]:
    data = Settings.from_env("simulator").data
    if options.target:
        yield elsewhere(options.target, options.credentials or data / CREDENTIALS)
        return
    with running(data / FOLDER, keep=options.keep) as instance:
        yield instance


def _tell(result: Result) -> None:
    for error in result.errors[:MOST_SHOWN]:
        print(error, file=sys.stderr)
    for lost in result.lost[:MOST_SHOWN]:
        print(f"不符：{lost}", file=sys.stderr)
    more = max(len(result.errors) - MOST_SHOWN, 0) + max(len(result.lost) - MOST_SHOWN, 0)
    if more:
        print(f"另有 {more} 处未列出", file=sys.stderr)


def _say(line: str, code: int) -> int:
    print(line, file=sys.stderr)
    return code


def _reason(error: Exception) -> str:
    if isinstance(error, grpc.RpcError):
        return f"{error.code().name} {error.details()}"
    return str(error)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulator", description="让一批市民来电走完热线全流程，并与账本核对")
    parser.add_argument("--file", type=Path, default=SAMPLE, help="消息文件：每行一个 JSON 对象，可为 .gz；缺省为自带样例")
    parser.add_argument("--count", type=_count, help="只用前若干条")
    parser.add_argument("--keep", action="store_true", help="结束后保留实例并打印地址")
    parser.add_argument("--target", type=_target, help="不另启实例，而向正在运行的实例（虚拟时钟）演示：主机:端口")
    parser.add_argument("--credentials", type=Path, help=f"该实例的演示账号文件，缺省为 DATA/{CREDENTIALS}")
    return parser


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:9]) > 0):
        raise argparse.ArgumentTypeError(f"应为正整数，收到的是 {text[:20]!r}")
    return int(text[:9])


def _target(text: str) -> str:
    if not _TARGET.fullmatch(text):
        raise argparse.ArgumentTypeError(f"应形如 主机:端口，收到的是 {text[:60]!r}")
    return text


if __name__ == "__main__":
    sys.exit(main())
