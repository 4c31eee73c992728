"""A process that built an index is as large as what it keeps."""

import subprocess
import sys

BUILDING = """
import random
from pathlib import Path
from services.kb.index import EntryIndex, Indexed
from services.kb.rules.entries import Content

def resident():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) // 1024

chance = random.Random(1)
index, before = EntryIndex(), resident()
words = ("".join(map(chr, chance.choices(range(0x4E00, 0x5200), k=300))) for _ in range(6_000))
texts = (Indexed(str(number), "zibo", Content("停水", "water", "2026-01-01", public_words=text)) for number, text in enumerate(words))
index.fill(texts, 6_000)
print(before, resident() - before, len(index))
"""


def test_what_building_took_is_not_kept() -> None:
    said = subprocess.run([sys.executable, "-c", BUILDING], capture_output=True, text=True, check=True)
    before, more, count = map(int, said.stdout.split())
    assert count == 6_000
    assert before < 100
    assert more < 60
