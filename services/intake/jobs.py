"""intake's jobs: `python -m chassis.job intake first_start|rotate_keys [--new-key]|train_categories`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from functools import partial

from sqlalchemy import Table
from tqdm import tqdm

from chassis.settings import Settings
from chassis.store import Store
from services.intake.keyring import Keyring, add_key, keyring_of
from services.intake.store import models
from services.intake.store.rotation import outstanding, reseal
from services.intake.store.tables import SEALED


def first_start(store: Store, settings: Settings, argv: list[str]) -> int:  # noqa: ARG001 - a job's signature
    """Make the keys where they are made, and say at once where they lack. Raises Unusable."""
    keyring_of(settings)
    return 0


def rotate_keys(store: Store, settings: Settings, argv: list[str]) -> int:
    """Seal with the first key whatever others sealed. Broken off at any instant, it goes on where it was when run again.

    `--new-key` first puts a fresh key into the file of keys. Exit code 1 while rows remain that no key opens.
    """
    parser = argparse.ArgumentParser(prog="python -m chassis.job intake rotate_keys")
    parser.add_argument("--new-key", action="store_true", help="先在密钥文件最前面加入一把新密钥")
    if parser.parse_args(argv).new_key:
        add_key(settings)
    keys = keyring_of(settings)
    left = sum(_rotate(store, table, keys) for table in SEALED)
    if left:
        sys.stdout.write(f"还有 {left} 行未能换用密钥 {keys.active}：请确认旧密钥都在后再运行一次\n")
        return 1
    unused = "、".join(name for name in keys.keys if name != keys.active)
    sys.stdout.write(f"全部数据已用密钥 {keys.active} 加密" + (f"，密钥 {unused} 不再使用，可以移除\n" if unused else "\n"))
    return 0


def train_categories(store: Store, settings: Settings, argv: list[str]) -> int:  # noqa: ARG001 - a job's signature
    """Train every tenant's model of the categories anew on its closed tickets; one that is worse is kept, and does not serve."""
    from services.intake.learning.retraining import FEWEST_ROWS, retrain  # noqa: PLC0415 - slow to import, needed by this job alone

    for tenant_id in store.read_across(models.tenants_of):
        trained = retrain(store, tenant_id, lambda line: sys.stdout.write(f"{line}\n"))
        if trained is None:
            sys.stdout.write(f"{tenant_id}：已办结工单不足 {FEWEST_ROWS} 件，暂不训练\n")
            continue
        figures, against = (f"{each.accuracy:.1%}（宏平均 F1 {each.macro_f1:.3f}）" for each in (trained.figures, trained.against))
        outcome = "启用" if trained.serves else "不启用"
        sys.stdout.write(f"{tenant_id}：第 {trained.version} 版准确率 {figures}，现用 {against}，{outcome}\n")
    return 0


def _rotate(store: Store, table: Table, keys: Keyring) -> int:
    count = partial(outstanding, table=table, active=keys.active)
    left = store.across(count)
    while left:
        with tqdm(total=left, desc=table.name, unit="行") as bar:
            _pass(store, table, keys, bar.update)
        before, left = left, store.across(count)
        if left >= before:
            break
    return left


def _pass(store: Store, table: Table, keys: Keyring, progress: Callable[[int], object]) -> None:
    found, after = store.across(partial(reseal, table=table, keys=keys, after=""))
    while found:
        progress(found)
        found, after = store.across(partial(reseal, table=table, keys=keys, after=after))
