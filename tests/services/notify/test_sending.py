"""A message's way out, step by step, on both databases: claimed, begun, ended, told of; each step may be the last before a crash."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from chassis.caller import Caller
from services.notify.actions import sending
from services.notify.actions.sending import Claimed, Ended
from services.notify.lifecycle import Channel, State
from services.notify.providers import Provider
from services.notify.rules.delivery import CLAIM, FIRST_PAUSE, Outcome
from services.notify.store import messages, paces
from tests.services.notify.office import CITY, Office, changed

SMS = frozenset({Channel.SMS})
ONE = Provider("one", "log", SMS, 100, Decimal("0.05"))
TWO = Provider("two", "log", SMS, 100, Decimal("0.03"))
BOTH = (ONE, TWO)
BY = Caller.timer("notify", CITY)
TAKEN, AWAY = Ended(Outcome.TAKEN, reference="ref-1"), Ended(Outcome.UNREACHABLE, "连接不上")
Pass = Callable[[timedelta], None]


@pytest.fixture(autouse=True)
def later(monkeypatch: pytest.MonkeyPatch) -> Pass:
    """Moves real time, by which sending waits."""
    now = [datetime(2030, 1, 1, tzinfo=UTC)]
    for module in (messages, paces):
        monkeypatch.setattr(module, "real_now", lambda: now[0])

    def move(by: timedelta) -> None:
        now[0] += by

    return move


def begin(office: Office, providers: tuple[Provider, ...] = BOTH, room: int = 100) -> list[Claimed]:
    """What a link would claim now."""
    found = office.store.read_across(lambda tx: messages.waiting(tx, Channel.SMS, 100))
    ids = [message_id for _, message_id in found]
    places = {each.name: room for each in providers}
    return office.store.write(BY, lambda tx: sending.begin(tx, ids, providers, places))


def end(office: Office, claimed: Claimed, ended: Ended, providers: tuple[Provider, ...] = BOTH) -> None:
    office.store.write(BY, lambda tx: sending.end(tx, claimed, ended, providers))


def hear(office: Office, claimed: Claimed, state: State, reason: str = "") -> None:
    office.store.write(BY, lambda tx: sending.hear(tx, claimed.message_id, state, reason, None))


def message(office: Office) -> dict[str, Any]:
    (row,) = office.rows("messages")
    return row


def outcomes(office: Office) -> list[tuple[str, str | None]]:
    return [(row["provider"], row["outcome"]) for row in office.rows("attempts")]


def spent(office: Office) -> list[Decimal]:
    return [row["spent"] for row in office.rows("spending")]


def test_a_message_is_taken_and_then_delivered(office: Office) -> None:
    office.form()
    (claimed,) = begin(office)
    assert begin(office) == []
    end(office, claimed, TAKEN)
    assert (message(office)["state"], message(office)["sent_at"]) == ("sent", office.clock.now())
    hear(office, claimed, State.DELIVERED)
    hear(office, claimed, State.FAILED, "DELETED")
    assert (message(office)["state"], outcomes(office), spent(office)) == ("delivered", [("one", "taken")], [Decimal("0.05")])
    assert office.store.read_across(lambda tx: messages.referred(tx, "one", "ref-1")) == claimed.message_id
    assert office.store.read_across(lambda tx: messages.referred(tx, "two", "ref-1")) == ""


def test_a_receipt_may_overtake_the_answer_to_its_own_send(office: Office) -> None:
    office.form()
    (claimed,) = begin(office)
    hear(office, claimed, State.DELIVERED)
    end(office, claimed, TAKEN)
    assert (message(office)["state"], begin(office)) == ("delivered", [])


def test_what_a_receipt_told_is_not_sent_again_after_a_crash(office: Office, later: Pass) -> None:
    office.form()
    (claimed,) = begin(office)
    hear(office, claimed, State.DELIVERED)
    later(CLAIM * 2)
    assert begin(office) == []


def test_what_a_crash_cut_off_is_asked_of_the_same_provider_again_once_the_claim_is_over(office: Office, later: Pass) -> None:
    office.form()
    (first,) = begin(office)
    later(CLAIM - timedelta(seconds=1))
    assert begin(office) == []
    later(timedelta(seconds=1))
    assert begin(office, (TWO, ONE), room=0) == []
    (second,) = begin(office, (TWO, ONE))
    assert (second.message_id, second.number, second.provider) == (first.message_id, 2, "one")
    # The first one's answer comes after all: it changes nothing while the second is under way.
    end(office, first, AWAY)
    assert begin(office) == []
    end(office, second, TAKEN)
    assert message(office)["state"] == "sent"


def test_the_next_provider_takes_over_and_the_first_is_tried_again_later(office: Office, later: Pass) -> None:
    office.form()
    for provider in ("one", "two"):
        (claimed,) = begin(office)
        assert claimed.provider == provider
        end(office, claimed, AWAY)
    assert begin(office) == []
    later(FIRST_PAUSE)
    (claimed,) = begin(office)
    end(office, claimed, TAKEN)
    assert outcomes(office) == [("one", "unreachable"), ("two", "unreachable"), ("one", "taken")]
    assert (message(office)["state"], spent(office)) == ("sent", [Decimal("0.05")])


def test_what_every_provider_refuses_has_failed(office: Office) -> None:
    office.form()
    for number in range(2):
        (claimed,) = begin(office)
        end(office, claimed, Ended(Outcome.REFUSED, f"拒绝{number}"))
    assert (message(office)["state"], message(office)["reason"], begin(office)) == ("failed", "拒绝1", [])
    assert spent(office) == [Decimal(0)]


def test_a_caller_on_the_stop_list_is_sent_nothing_by_anybody(office: Office) -> None:
    office.form()
    (claimed,) = begin(office)
    end(office, claimed, Ended(Outcome.STOPPED, "诉求人谢绝联系"))
    assert (message(office)["state"], begin(office), spent(office)) == ("failed", [], [Decimal(0)])


def test_what_may_have_been_taken_waits_for_its_receipt_and_is_paid_for(office: Office, later: Pass) -> None:
    office.form()
    (claimed,) = begin(office)
    end(office, claimed, Ended(Outcome.UNANSWERED, "未应答"))
    assert (begin(office), spent(office)) == ([], [Decimal("0.05")])
    later(timedelta(seconds=60))
    (again,) = begin(office)
    assert (again.provider, again.number) == ("one", 2)


def test_at_night_ordinary_messages_wait_for_the_morning(office: Office) -> None:
    office.clock.set(datetime.fromisoformat("2025-01-06T23:00+08:00"))
    office.form()
    assert (begin(office), message(office)["reason"]) == ([], "夜间不发送普通通知")
    office.clock.set(datetime.fromisoformat("2025-01-07T07:59+08:00"))
    assert begin(office) == []
    office.clock.set(datetime.fromisoformat("2025-01-07T08:00+08:00"))
    assert len(begin(office)) == 1


def test_what_a_day_may_cost_is_a_policy_and_what_is_beyond_waits_for_the_next(office: Office) -> None:
    office.policies(message_cost_ceiling="0.10")
    for number in range(3):
        office.form(f"t-{number}")
    assert len(begin(office)) == 2
    assert [row["reason"] for row in office.rows("messages")] == ["", "", "当日费用已达上限，次日再发"]
    office.clock.set(datetime.fromisoformat("2025-01-07T08:00+08:00"))
    assert len(begin(office)) == 1
    assert [(row["day"], row["spent"]) for row in office.rows("spending")] == [
        ("2025-01-06", Decimal("0.10")),
        ("2025-01-07", Decimal("0.05")),
    ]


def test_the_urgent_go_first_and_no_provider_is_given_more_than_it_has_room_for(office: Office) -> None:
    for number in range(4):
        office.form(f"t-{number}")
    office.store.write(BY, lambda tx: tx.change(tx.store.tables["messages"], {"ticket_id": "t-3"}, {"rank": 0}))
    claimed = begin(office, room=1)
    assert [(each.row["ticket_id"], each.provider) for each in claimed] == [("t-3", "one"), ("t-0", "two")]


def test_however_many_links_claim_a_provider_is_given_its_rate(office: Office, later: Pass) -> None:
    slow = Provider("slow", "log", SMS, 8, Decimal("0.05"))
    for number in range(12):
        office.form(f"t-{number}")
    given = []
    for _ in range(9):
        # Two links, one right behind the other.
        given += [len(begin(office, (slow,))) for _ in (1, 2)]
        later(timedelta(seconds=0.125))
    assert given == [2, 0, *[1, 0] * 8]


def test_what_nobody_took_in_time_has_expired_and_is_sent_no_more(office: Office) -> None:
    office.form()
    office.clock.set(office.clock.now() + timedelta(days=3))
    assert sending.expire_messages(office.store) == 1
    assert sending.expire_messages(office.store) == 0
    assert (message(office)["state"], message(office)["reason"], begin(office)) == ("expired", "在有效期内未能发出", [])


def test_what_expired_before_the_clock_was_looked_at_is_not_begun(office: Office) -> None:
    office.tell(changed(office.clock.now(), "send_rating_link", link_until=office.clock.now() + timedelta(hours=1)))
    office.clock.set(office.clock.now() + timedelta(hours=2))
    assert (begin(office), message(office)["state"]) == ([], "expired")


def test_a_message_of_another_tenant_is_not_touched(office: Office) -> None:
    office.form()
    (claimed,) = begin(office)
    stranger = Caller.timer("notify", "boshan")
    office.store.write(stranger, lambda tx: sending.end(tx, claimed, TAKEN, BOTH))
    office.store.write(stranger, lambda tx: sending.hear(tx, claimed.message_id, State.DELIVERED, "", None))
    assert (message(office)["state"], outcomes(office)) == ("queued", [("one", None)])
