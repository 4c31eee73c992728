"""Keys are rotated by command, in batches, through any kill -9, while the doors are open (Art. 17)."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import Table

from chassis.caller import Caller
from chassis.settings import Settings, process_environment
from chassis.store import Store
from services.intake.jobs import rotate_keys
from services.intake.keyring import FILE, keyring_of
from services.intake.rules.masking import Caller as CallerFacts
from services.intake.rules.ticket import Ticket
from services.intake.store import callers
from services.intake.store.rotation import outstanding
from services.intake.store.tables import SEALED
from services.intake.store.tickets import load
from tests.services.intake.desk import CALLER, SAID, Desk, content, upload
from tests.services.refused import Refused

MANY = 3_000
KILLS = 3
BY = Caller.timer("intake", "zibo")


def left(store: Store) -> int:
    """How many rows are still to do; a read, which waits for no writer."""
    active = keyring_of(store.settings).active
    return store.read(BY, lambda tx: sum(outstanding(tx, table, active) for table in SEALED))


def seals(desk: Desk, table: Table) -> set[bytes]:
    return {value for row in desk.rows(table, sealed=True) for value in row.values() if value is not None}


def test_everything_sealed_is_sealed_again_and_still_opens(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    ticket = desk.register()
    desk.ask("TicketService/SupplementTicket", ticket_id=ticket.ticket_id, text="张三丰补充")
    attachment = desk.ask("AttachmentService/UploadAttachment", ticket_id=ticket.ticket_id, **upload(b"%PDF-1.7 x")).attachment
    draft = desk.ask("DraftService/SaveDraft", content=content()).draft
    before = {table.name: seals(desk, table) for table in SEALED}
    assert rotate_keys(desk.store, desk.store.settings, ["--new-key"]) == 0
    assert "密钥 1 不再使用" in capsys.readouterr().out
    for table in SEALED:
        now = seals(desk, table)
        assert len(now) == len(before[table.name]) > 0
        assert now.isdisjoint(before[table.name])
    _forget_old_keys(desk.store.settings)
    caller = desk.ask("CallerService/RevealCaller", ticket_id=ticket.ticket_id, reason="核实").caller
    assert {name: getattr(caller, name) for name in CALLER} == CALLER
    said = desk.ask("CallerService/RevealText", ticket_id=ticket.ticket_id, reason="核实")
    assert (said.text, said.supplements[0].text) == (SAID, "张三丰补充")
    assert desk.ask("AttachmentService/DownloadAttachment", attachment_id=attachment.attachment_id).content == b"%PDF-1.7 x"
    assert desk.ask("DraftService/LoadDraft", draft_id=draft.draft_id).content == content()
    assert [each.ticket_id for each in desk.ask("TicketService/FindTicketsOfCaller", phone=CALLER["phone"]).tickets] == [ticket.ticket_id]


def test_a_row_of_two_keys_is_found_too(desk: Desk) -> None:
    ticket = desk.register()
    rotate_keys(desk.store, desk.store.settings, ["--new-key"])
    keys = keyring_of(desk.store.settings)
    desk.store.write(BY, lambda tx: tx.run(tx.update(SEALED[0]).values(key_id="1")))
    desk.do("TicketService/AmendTicket", ticket, mask_words=["茶馆"])
    assert left(desk.store) == 1
    assert rotate_keys(desk.store, desk.store.settings, []) == 0
    assert (left(desk.store), keyring_of(desk.store.settings).active) == (0, keys.active)


def test_rows_whose_key_is_lost_are_told_of_and_left(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    ticket = desk.register()
    file = desk.store.settings.keys_folder / FILE
    kept = file.read_text()
    rotate_keys(desk.store, desk.store.settings, ["--new-key"])
    second = file.read_text()
    file.write_text(kept)
    assert rotate_keys(desk.store, desk.store.settings, []) == 1
    assert "还有 1 行" in capsys.readouterr().out
    with pytest.raises(Refused) as refused:
        desk.get(ticket)
    assert refused.value.code == "INTERNAL"
    file.write_text(second)
    assert desk.get(ticket).caller.name == "张**"


def test_a_rotation_killed_again_and_again_loses_nothing(desk: Desk) -> None:
    store, settings = desk.store, desk.store.settings
    ticket = _many(desk)
    assert rotate_keys_killed(store, settings) == KILLS
    assert _job(settings).wait(60) == 0
    assert left(store) == 0
    _forget_old_keys(settings)
    for number in range(0, MANY, 97):
        caller, _ = store.read(BY, partial(callers.open_caller, ticket=replace(ticket, ticket_id=_id(number))))
        assert caller.name == f"张{number}"


def rotate_keys_killed(store: Store, settings: Settings) -> int:
    """Start the job and kill it in the midst, again and again; answers how often it was in the midst."""
    caught, flags = 0, ["--new-key"]
    while caught < KILLS:
        job = _job(settings, *flags)
        begun = left(store) if not flags else MANY + 1
        while job.poll() is None and not 0 < left(store) < begun:
            time.sleep(0.002)
        job.kill()
        job.wait()
        flags = []
        if not 0 < left(store) < begun:
            break
        caught += 1
    return caught


def _job(settings: Settings, *flags: str) -> subprocess.Popen[bytes]:
    environment = process_environment(DATA=str(settings.data), DATABASE_URL=settings.database_url)
    arguments = [sys.executable, "-m", "chassis.job", "intake", "rotate_keys", *flags]
    return subprocess.Popen(arguments, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _many(desk: Desk) -> Ticket:
    """So many callers; answers the one ticket they hang on."""
    first = desk.register()
    ticket = desk.store.read(BY, lambda tx: load(tx, first.ticket_id))

    def insert(tx: object) -> None:
        for number in range(MANY):
            confidence = callers.Confidence(CallerFacts(name=f"张{number}"), original=callers.Original(text=SAID))
            callers.insert(tx, replace(ticket, ticket_id=_id(number)), confidence)  # type: ignore[arg-type]  # a Tx

    desk.store.write(BY, insert)
    return ticket


def _id(number: int) -> str:
    return f"caller-{number:05d}"


def _forget_old_keys(settings: Settings) -> None:
    """Leave the active key and the one that finds."""
    file = settings.keys_folder / FILE
    lines = file.read_text().splitlines()
    file.write_text("\n".join([lines[0], *(line for line in lines if line.startswith("hash:"))]))
