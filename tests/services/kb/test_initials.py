"""The table of initials is what pypinyin reads, and a process that searches does not hold pypinyin."""

import subprocess
import sys

from services.kb.rules.tokens import letters
from tests.services.kb.initials import TABLE, table


def test_the_table_is_what_pypinyin_reads() -> None:
    assert TABLE.read_text(encoding="utf-8") == table()


def test_a_character_is_read_in_its_two_commonest_ways() -> None:
    assert letters("重庆") == ["zq", "cq"]
    assert letters("㐀") == []


def test_what_serves_does_not_import_it() -> None:
    asked = "import sys, services.kb.api; print('pypinyin' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"
