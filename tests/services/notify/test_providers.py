"""Only settings decide which channels are on."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from chassis.errors import Unusable
from chassis.settings import Settings
from services.notify import jobs
from services.notify.lifecycle import Channel
from services.notify.providers import setup_of
from tests.harness import OpenStore

GOOD = """
inapp = true
[[provider]]
name = "a"
plugin = "log"
kinds = ["sms", "voice"]
rate = 50
price = "0.045"
[provider.settings]
host = "h"
[[provider]]
name = "b"
plugin = "log"
kinds = ["sms"]
rate = 10
price = "0.05"
"""


def told(tmp_path: Path, text: str) -> Settings:
    file = tmp_path / "providers.toml"
    file.write_text(text, encoding="utf-8")
    return Settings("notify", providers=file)


def test_without_a_file_sms_go_to_the_log_but_in_production_to_nobody() -> None:
    setup = setup_of(Settings("notify"))
    assert (setup.inapp, setup.webhook, [each.name for each in setup.of(Channel.SMS)], setup.of(Channel.VOICE)) == (True, True, ["log"], ())
    assert setup_of(replace(Settings("notify"), profile="production")).of(Channel.SMS) == ()


def test_what_the_file_does_not_name_is_off_and_its_order_is_that_of_the_tries(tmp_path: Path) -> None:
    setup = setup_of(told(tmp_path, GOOD))
    assert (setup.inapp, setup.webhook, setup.of(Channel.WEBHOOK)) == (True, False, ())
    assert [each.name for each in setup.of(Channel.SMS)] == ["a", "b"]
    (line,) = setup.of(Channel.VOICE)
    assert (line.rate, line.price, line.settings) == (50, Decimal("0.045"), {"host": "h"})
    assert "host" not in repr(setup)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('price = "0.045"', 'price = "much"'),
        ('price = "0.045"', 'price = "-1"'),
        ("rate = 50", "rate = 0"),
        ('kinds = ["sms"]', "kinds = []"),
        ('kinds = ["sms"]', 'kinds = ["inapp"]'),
        ('kinds = ["sms"]', 'kinds = ["pigeon"]'),
        ('name = "b"', 'name = "a"'),
        ('name = "b"', 'name = "webhook"'),
        ('plugin = "log"', ""),
        ("inapp = true", "inapp = "),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_name(tmp_path: Path, before: str, after: str) -> None:
    with pytest.raises(Unusable, match="PROVIDERS="):
        setup_of(told(tmp_path, GOOD.replace(before, after, 1)))


def test_a_start_with_a_plug_in_there_is_not_is_refused(store_for: OpenStore, tmp_path: Path) -> None:
    store = store_for("notify")
    assert jobs.first_start(store, told(tmp_path, GOOD), []) == 0
    wrong = tmp_path / "wrong"
    wrong.mkdir()
    with pytest.raises(Unusable, match="pigeon"):
        jobs.first_start(store, told(wrong, GOOD.replace('plugin = "log"', 'plugin = "pigeon"')), [])
