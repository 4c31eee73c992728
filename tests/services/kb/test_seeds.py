"""The seeds are of categories and units that there are, cite what was read or nothing, and say something of their own."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from chassis.caller import Caller
from services.kb.actions.seeding import seed_entries, seeds
from services.kb.rules.entries import Content, Source
from tests.services.kb.shelves import Library

ROOT = Path(__file__).parents[3]
SEEDS = dict(seeds())


OWN = Source("热线自编，未附法规依据，待维护单位复核", issuer="淄博12345政务服务便民热线")
CONGRESS, COMMITTEE, COUNCIL = "全国人民代表大会", "全国人民代表大会常务委员会", "国务院"
# What a seed may rest on: documents whose published text was read beside it. Number and day are of their first publication.
READ = {
    ("淄博12345政务服务便民热线运行管理办法（试行）", "", "淄博市人民政府办公室", "2021-02-04"),
    ("中华人民共和国户口登记条例", "", COMMITTEE, "1958-01-09"),
    ("中华人民共和国义务教育法", "", CONGRESS, "1986-04-12"),
    ("中华人民共和国劳动法", "", COMMITTEE, "1994-07-05"),
    ("中华人民共和国护照法", "", COMMITTEE, "2006-04-29"),
    ("中华人民共和国劳动合同法", "", COMMITTEE, "2007-06-29"),
    ("中华人民共和国社会保险法", "", COMMITTEE, "2010-10-28"),
    ("中华人民共和国噪声污染防治法", "", COMMITTEE, "2021-12-24"),
    ("城市供水条例", "国务院令第158号", COUNCIL, "1994-07-19"),
    ("电力供应与使用条例", "国务院令第196号", COUNCIL, "1996-04-17"),
    ("城市道路管理条例", "国务院令第198号", COUNCIL, "1996-06-04"),
    ("住房公积金管理条例", "国务院令第262号", COUNCIL, "1999-04-03"),
    ("工伤保险条例", "国务院令第375号", COUNCIL, "2003-04-27"),
    ("职工带薪年休假条例", "国务院令第514号", COUNCIL, "2007-12-14"),
    ("女职工劳动保护特别规定", "国务院令第619号", COUNCIL, "2012-04-28"),
    ("社会救助暂行办法", "国务院令第649号", COUNCIL, "2014-02-21"),
    ("不动产登记暂行条例", "国务院令第656号", COUNCIL, "2014-11-24"),
    ("居住证暂行条例", "国务院令第663号", COUNCIL, "2015-11-26"),
}
CITATION = re.compile(r"《|第\d+号|〔\d{4}〕|民法典")


def _toml(path: Path) -> dict[str, object]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


CATEGORIES = _toml(ROOT / "services/intake/seed/categories.toml")["category"]
UNITS = {
    unit["id"]
    for file in (ROOT / "services/directory/seed").rglob("units*/*.toml")
    for unit in _toml(file)["unit"]  # type: ignore[attr-defined]  # tables
} | {unit["id"] for unit in _toml(ROOT / "services/directory/seed/units.toml")["unit"]}  # type: ignore[attr-defined]  # tables


def test_there_are_about_a_hundred_of_different_names() -> None:
    assert 100 <= len(SEEDS) <= 130
    assert [title for title, count in Counter(content.title for content in SEEDS.values()).items() if count > 1] == []


@pytest.mark.parametrize("content", SEEDS.values(), ids=SEEDS)
def test_a_seed_is_of_what_there_is(content: Content) -> None:
    assert content.categories
    assert all(code in CATEGORIES and code.count(".") == 2 for code in content.categories)  # type: ignore[operator]  # a table
    assert content.unit_id in UNITS
    assert content.source.name
    assert len(content.public_words) >= 40
    assert content.citywide


@pytest.mark.parametrize("content", SEEDS.values(), ids=SEEDS)
def test_a_seed_cites_a_document_that_was_read_or_says_that_it_cites_none(content: Content) -> None:
    source = content.source
    if source == OWN:
        assert not CITATION.search(content.public_words + content.internal_words)
    else:
        assert (source.name, source.number, source.issuer, source.issued_on) in READ


def test_what_rests_on_no_document_becomes_work_after_ninety_days(library: Library) -> None:
    library.store.write(Caller.timer("kb", "zibo"), seed_entries)
    library.clock.set(library.clock.now() + timedelta(days=90))
    library.tick()
    assert library.told("UpkeepAsked") == []
    library.clock.set(library.clock.now() + timedelta(days=1))
    library.tick()
    assert {event.entry_id for event in library.told("UpkeepAsked")} == {name for name, content in SEEDS.items() if content.source == OWN}
