"""Runs one benchmark: `python -m bench NAME [ARGUMENT …]`."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

NAMES = sorted(file.stem for file in Path(__file__).parent.glob("*.py") if not file.stem.startswith("_"))


def main(arguments: list[str]) -> int:
    """The exit code of the benchmark named first; 2 where there is none of that name."""
    if not arguments or arguments[0] not in NAMES:
        print(f"python -m bench {{{'|'.join(NAMES)}}} [argument …]", file=sys.stderr)
        return 2
    code: int = import_module(f"bench.{arguments[0]}").main(arguments[1:])
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
