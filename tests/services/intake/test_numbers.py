"""Numbers are never twice, and no registration waits for another's."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from chassis.caller import Caller
from chassis.clock import SetClock
from services.intake.rules.numbering import BLOCK
from services.intake.store.numbers import next_number
from tests.harness import OpenStore

BY = Caller.timer("intake", "zibo")


@pytest.mark.usefixtures("clock")
def test_many_at_once_take_different_numbers(store_for: OpenStore) -> None:
    store = store_for("intake")
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda _: store.write(BY, next_number), range(3 * BLOCK)))
    assert len(set(numbers)) == len(numbers)


@pytest.mark.usefixtures("clock")
def test_one_that_is_rolled_back_is_given_again(store_for: OpenStore) -> None:
    store = store_for("intake")

    def fails(tx: object) -> None:
        next_number(tx)  # type: ignore[arg-type]  # a Tx
        raise RuntimeError

    first = store.write(BY, next_number)
    with pytest.raises(RuntimeError):
        store.write(BY, fails)
    assert (first, store.write(BY, next_number)) == ("T250106-00001", "T250106-00002")


def test_an_open_registration_holds_up_no_other(store_for: OpenStore, clock: SetClock) -> None:
    store = store_for("intake")
    if store.is_sqlite:
        pytest.skip("SQLite writes one after the other")
    assert clock.now()

    def nested(tx: object) -> tuple[str, str]:
        mine = next_number(tx)  # type: ignore[arg-type]  # a Tx
        with ThreadPoolExecutor(1) as pool:
            other = pool.submit(store.write, BY, next_number).result(timeout=30)
        return mine, other

    store.write(BY, next_number)
    mine, other = store.write(BY, nested)
    assert (mine, other) == ("T250106-00002", f"T250106-{BLOCK + 1:05d}")


def test_tenants_count_apart(store_for: OpenStore) -> None:
    store = store_for("intake")
    assert store.write(BY, next_number) == store.write(Caller.timer("intake", "zhangdian"), next_number)
