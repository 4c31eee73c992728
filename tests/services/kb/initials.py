"""The initials of every Chinese character as pypinyin reads it; `python -m tests.services.kb.initials` writes the table anew.

pypinyin holds 54 MB once imported, of which a process needs these 26 letters; therefore it is a tool and the product reads the table.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from pypinyin import Style, pinyin

TABLE = Path(__file__).parents[3] / "services/kb/words/initials.txt"
FIRST, LAST = "\u3400", "\u9fff"
# A third way to read a character is too rare to be typed.
MOST_WAYS = 2


def table() -> str:
    """A line for those that begin alike: the letters in the order of use, a space, the characters."""
    lines: defaultdict[str, list[str]] = defaultdict(list)
    for character in map(chr, range(ord(FIRST), ord(LAST) + 1)):
        if ways := _ways(character):
            lines[ways].append(character)
    return "".join(f"{ways} {''.join(lines[ways])}\n" for ways in sorted(lines))


def _ways(character: str) -> str:
    read = pinyin(character, style=Style.FIRST_LETTER, heteronym=True, errors="ignore")
    return "".join(list(dict.fromkeys(letter for letter in (read[0] if read else ()) if letter))[:MOST_WAYS])


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
