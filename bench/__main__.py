"""`python -m bench NAME [ARGUMENT …]`: a benchmark is a module here with a `main(arguments)`."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec


def main(arguments: list[str]) -> int:
    """Run the benchmark named first. Exit code 2 for one there is none of."""
    name = arguments[0] if arguments else ""
    if not (name.isidentifier() and find_spec(f"bench.{name}")):
        print("用法：python -m bench 名称 [参数 …]，例如 python -m bench kb --data 数据目录", file=sys.stderr)
        return 2
    return int(import_module(f"bench.{name}").main(arguments[1:]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
