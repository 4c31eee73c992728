"""Registering (Art. 2, 10): seven channels by one door, everything masked but to whoever asks with a reason."""

from datetime import datetime, timedelta

import pytest

from chassis.clock import SetClock
from hotline.ticket.v1 import ticket_pb2 as shared
from tests.services.intake.desk import APP, CALLER, OPERATOR, PROVINCE, SAID, WATER, Desk, content
from tests.services.refused import Refused

CHANNELS = [value for value in shared.Channel.values() if value]


@pytest.mark.parametrize("channel", CHANNELS, ids=shared.Channel.Name)
def test_every_channel_enters_by_the_same_door(desk: Desk, channel: int) -> None:
    provincial = channel == shared.CHANNEL_PROVINCIAL
    ticket = desk.register(channel=channel, provincial_number="SD-2025-1" if provincial else "")
    assert ticket.channel == channel
    assert ticket.source == (shared.SOURCE_PROVINCIAL if provincial else shared.SOURCE_ORDINARY)
    hours = 1 if channel == shared.CHANNEL_PHONE else 24
    assert ticket.settle_by.seconds - ticket.received_at.seconds == hours * 3600


def test_a_registered_ticket_is_masked(desk: Desk) -> None:
    ticket = desk.register()
    assert ticket.text == ("我是〔诉求人姓名〕，住在〔诉求人地址〕，家里停水三天了。请打〔诉求人电话〕或者〔座机号〕找我，车牌〔车牌号〕。")
    assert ticket.title.startswith("我是〔诉求人姓名〕")
    assert ticket.caller.name == "张**"
    assert ticket.caller.phone == "138****1234"
    assert ticket.category_path == "公用事业/供水/停水与爆管抢修"
    assert ticket.edition == "zibo-2021"
    assert ticket.number == "T250106-00001"
    assert ticket.version == 1


def test_nothing_but_sealed_columns_knows_the_caller(desk: Desk) -> None:
    ticket = desk.register(title="张三丰家停水", place={"address": CALLER["address"], "town": "张三丰家"}, mask_words=["武当山茶馆"])
    desk.ask("TicketService/SupplementTicket", ticket_id=ticket.ticket_id, text="张三丰再说一遍：１３８０５３３１２３４，武当山茶馆对面")
    desk.form(desk.get(ticket))
    desk.ask("DraftService/SaveDraft", content=content())
    stored = desk.everything()
    planted_ones = [
        "张三丰",
        "13805331234",
        "138 0533 1234",
        "１３８０５３３",
        "柳泉路100号3号楼",
        "zsf_wudang",
        "370303198001011234",
        "武当山茶馆",
    ]
    for planted in planted_ones:
        assert planted not in stored, planted
    assert "2770001" not in stored
    assert "停水三天" in stored


def test_a_short_number_is_no_identity(desk: Desk) -> None:
    desk.register(caller={"phone": "12345"})
    assert not desk.ask("TicketService/FindTicketsOfCaller", phone="12345").tickets


@pytest.mark.parametrize("spelling", ["13805331234", "+86 138-0533-1234", "１３８０５３３１２３４", "008613805331234"])
def test_a_caller_is_found_however_the_number_is_written(desk: Desk, spelling: str) -> None:
    ticket = desk.register()
    found = desk.ask("TicketService/FindTicketsOfCaller", phone=spelling).tickets
    assert [each.ticket_id for each in found] == [ticket.ticket_id]


def test_a_bare_local_number_is_the_citys_landline(desk: Desk) -> None:
    ticket = desk.register(caller={"phone": "2770001"})
    found = desk.ask("TicketService/FindTicketsOfCaller", phone="0533-2770001").tickets
    assert [each.ticket_id for each in found] == [ticket.ticket_id]


def test_a_person_confirms_the_masking_and_a_system_need_not(desk: Desk) -> None:
    with pytest.raises(Refused) as refused:
        desk.ask("TicketService/RegisterTicket", content=content())
    assert (refused.value.code, refused.value.field) == ("INVALID_ARGUMENT", "masking_confirmed")
    answer = desk.ask("TicketService/RegisterTicket", APP, content=content(channel=shared.CHANNEL_APP, nature=0, category=""))
    assert not answer.ticket.masking_confirmed
    assert "张三丰" not in answer.ticket.text
    confirmed = desk.do("TicketService/AmendTicket", answer.ticket, masking_confirmed=True, nature=shared.NATURE_HELP, category=WATER)
    assert confirmed.masking_confirmed


def test_preview_mask_shows_what_registering_makes_of_it(desk: Desk) -> None:
    preview = desk.ask("MaskService/PreviewMask", content=content())
    ticket = desk.register()
    assert (preview.title, preview.text, preview.place_address) == (ticket.title, ticket.text, ticket.place.address)


def test_the_date_to_settle_is_shown_when_exceeded(desk: Desk, clock: SetClock) -> None:
    ticket = desk.register()
    clock.set(clock.now() + timedelta(hours=1))
    assert not desk.get(ticket).settle_overdue
    clock.set(clock.now() + timedelta(microseconds=1))
    assert desk.get(ticket).settle_overdue
    assert desk.form(ticket).settle_overdue


def test_it_counts_from_when_the_caller_sent_it(desk: Desk, clock: SetClock) -> None:
    sent = clock.now() - timedelta(hours=30)
    ticket = desk.register(APP, channel=shared.CHANNEL_APP, received_at=sent)
    assert ticket.settle_overdue
    assert ticket.received_at.ToDatetime() == sent.replace(tzinfo=None)


def test_a_ticket_keeps_the_edition_it_was_received_under(desk: Desk, clock: SetClock) -> None:
    clock.set(datetime.fromisoformat("2021-02-03T12:00:00+08:00"))
    with pytest.raises(Refused) as refused:
        desk.register()
    assert (refused.value.code, refused.value.article) == ("FAILED_PRECONDITION", "23")
    clock.set(datetime.fromisoformat("2021-02-04T00:00:00+08:00"))
    assert desk.register().edition == "zibo-2021"


def test_the_province_s_own_date_is_kept_with_its_order_and_nobody_else_names_one(desk: Desk, clock: SetClock) -> None:
    due_at = clock.now() + timedelta(days=3)
    ticket = desk.register(PROVINCE, channel=shared.CHANNEL_PROVINCIAL, provincial_number="SD-2025-8", provincial_due_at=due_at)
    assert ticket.provincial_due_at.ToDatetime(due_at.tzinfo) == due_at
    with pytest.raises(Refused) as refused:
        desk.register(provincial_due_at=due_at)
    assert (refused.value.field, refused.value.article) == ("content.provincial_due_at", "11-3")


def test_the_province_registers_provincial_orders_alone_and_each_once(desk: Desk) -> None:
    with pytest.raises(Refused) as refused:
        desk.register(PROVINCE)
    assert refused.value.code == "PERMISSION_DENIED"
    ticket = desk.register(PROVINCE, channel=shared.CHANNEL_PROVINCIAL, provincial_number="SD-2025-7")
    with pytest.raises(Refused) as refused:
        desk.register(PROVINCE, channel=shared.CHANNEL_PROVINCIAL, provincial_number="SD-2025-7")
    assert refused.value.field == "content.provincial_number"
    assert ticket.number in refused.value.message
    mine = desk.register(OPERATOR)
    with pytest.raises(Refused) as refused:
        desk.do("TicketService/FormTicket", mine, PROVINCE)
    assert refused.value.code == "NOT_FOUND"


def test_a_text_of_20000_characters_is_taken_and_one_more_is_not(desk: Desk) -> None:
    assert len(desk.register(text="水" * 20_000).text) == 20_000
    with pytest.raises(Refused) as refused:
        desk.register(text="水" * 20_001)
    assert refused.value.field == "content.text"


def test_registering_twice_with_one_request_id_is_one_ticket(desk: Desk) -> None:
    first = desk.ask("TicketService/RegisterTicket", request_id="once", content=content(), masking_confirmed=True)
    again = desk.ask("TicketService/RegisterTicket", request_id="once", content=content(), masking_confirmed=True)
    assert first == again
    with pytest.raises(Refused) as refused:
        desk.ask("TicketService/RegisterTicket", request_id="once", content=content(text=SAID + "又及"), masking_confirmed=True)
    assert refused.value.code == "ALREADY_EXISTS"


def test_numbers_are_of_the_day_and_never_twice(desk: Desk, clock: SetClock) -> None:
    numbers = [desk.register().number for _ in range(52)]
    assert numbers == [f"T250106-{number:05d}" for number in range(1, 53)]
    clock.set(clock.now() + timedelta(days=1))
    assert desk.register().number == "T250107-00001"


def test_a_name_with_a_star_does_not_pass_for_a_masked_one(desk: Desk) -> None:
    assert desk.register(caller={"name": "张三*丰"}).caller.name == "张**"
