import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError, ProgrammingError

from chassis.caller import Caller
from chassis.errors import Denied
from chassis.store import Store, Tx
from hotline.sla.v1.events_pb2 import UrgingVoided
from tests.chassis.probe import OPERATOR, STRANGER, count_notes, every_note, note_ids, notes, on_postgres, papers, shelf

REFUSED = (Denied, ProgrammingError)
SUPERVISOR = Caller("person", "p-3", "zibo", "hub", frozenset(), ("zibo", "zhangdian"))


def test_a_row_belongs_to_the_caller_and_no_other_tenant_sees_or_changes_it(probe: Store) -> None:
    probe.write(OPERATOR, lambda tx: tx.insert(notes, note_id="n-1", text="他的"))
    assert probe.read(STRANGER, note_ids) == []
    assert probe.write(STRANGER, lambda tx: tx.run(tx.update(notes).values(text="我的"))) == 0
    assert probe.write(STRANGER, lambda tx: tx.run(tx.delete(notes))) == 0
    row = probe.read(OPERATOR, lambda tx: tx.one(tx.select(notes)))
    assert row is not None
    assert (row["tenant_id"], row["text"]) == ("zibo", "他的")


@on_postgres
def test_row_security_holds_even_where_the_predicate_is_forgotten(probe: Store) -> None:
    probe.write(OPERATOR, lambda tx: tx.insert(notes, note_id="n-1", text="他的"))
    assert probe.read(STRANGER, lambda tx: tx.all(select(notes))) == []
    assert probe.write(STRANGER, lambda tx: tx.run(notes.update().values(text="我的"))) == 0
    assert probe.write(STRANGER, lambda tx: tx.run(notes.delete())) == 0
    with pytest.raises(ProgrammingError, match="row-level security"):
        probe.write(STRANGER, lambda tx: tx.run(notes.insert().values(note_id="n-2", tenant_id="zibo")))
    with pytest.raises(ProgrammingError, match="row-level security"):
        probe.write(OPERATOR, lambda tx: tx.run(notes.update().values(tenant_id="zhangdian")))


@pytest.mark.parametrize("handling", [None, "linzi"])
def test_a_row_of_another_tenant_is_not_inserted(probe: Store, handling: str | None) -> None:
    with pytest.raises(REFUSED):
        probe.write(STRANGER, lambda tx: tx.insert(notes, note_id="n-1", tenant_id="zibo", handling_tenant_id=handling))
    with pytest.raises(REFUSED):
        probe.write(STRANGER, lambda tx: tx.put(notes, ("note_id",), {"note_id": "n-1", "tenant_id": "zibo"}))
    assert every_note(probe) == []


def test_a_row_of_nobody_is_not_inserted(probe: Store) -> None:
    with pytest.raises(ValueError, match="without an owner"):
        probe.write(Caller.nobody(), lambda tx: tx.insert(notes, note_id="n-1"))
    with pytest.raises(ValueError, match="without an owner"):
        probe.across(lambda tx: tx.insert(notes, note_id="n-1"))
    assert every_note(probe) == []


def test_put_never_takes_another_tenants_row(probe: Store) -> None:
    probe.write(OPERATOR, lambda tx: tx.insert(notes, note_id="n-1", text="他的", version=1))
    values = {"note_id": "n-1", "text": "我的", "version": 9}
    with pytest.raises(REFUSED):
        probe.write(STRANGER, lambda tx: tx.put(notes, ("note_id",), values))
    with pytest.raises(REFUSED):
        probe.write(STRANGER, lambda tx: tx.put(notes, ("note_id",), values, newer="version"))
    assert not probe.write(STRANGER, lambda tx: tx.insert_new(notes, ("note_id",), values))
    row = probe.read(OPERATOR, lambda tx: tx.one(tx.select(notes)))
    assert row is not None
    assert (row["tenant_id"], row["text"]) == ("zibo", "他的")


def test_the_handling_tenant_works_on_a_row_and_does_not_own_it(probe: Store) -> None:
    probe.write(OPERATOR, lambda tx: tx.insert(notes, note_id="n-1", handling_tenant_id="zhangdian"))
    assert probe.read(STRANGER, note_ids) == ["n-1"]
    assert probe.write(STRANGER, lambda tx: tx.run(tx.update(notes).values(text="办结"))) == 1
    values = {"note_id": "n-1", "tenant_id": "zibo", "handling_tenant_id": "zhangdian", "text": "再办", "version": 1}
    assert probe.write(STRANGER, lambda tx: tx.put(notes, ("note_id",), values, newer="version"))
    assert probe.read(OPERATOR, lambda tx: tx.all(tx.select(notes)))[0]["text"] == "再办"
    third = Caller("person", "p-4", "linzi")
    assert probe.read(third, note_ids) == []


def test_who_may_read_a_district_may_not_write_there(probe: Store) -> None:
    probe.write(STRANGER, lambda tx: tx.insert(notes, note_id="n-1", text="区里的"))
    assert probe.read(SUPERVISOR, note_ids) == ["n-1"]
    assert probe.write(SUPERVISOR, lambda tx: tx.run(tx.update(notes).values(text="市里的"))) == 0
    with pytest.raises(REFUSED):
        probe.write(SUPERVISOR, lambda tx: tx.put(notes, ("note_id",), {"note_id": "n-1", "text": "市里的"}))


def test_nobody_sees_nothing(probe: Store) -> None:
    probe.write(OPERATOR, lambda tx: tx.insert(notes, note_id="n-1"))
    assert probe.read(Caller.nobody(), note_ids) == []


def test_a_table_without_a_handling_tenant_is_its_owners_alone(probe: Store) -> None:
    probe.write(OPERATOR, lambda tx: tx.insert(papers, paper_id="a"))
    assert probe.read(STRANGER, lambda tx: tx.all(tx.select(papers))) == []
    assert len(probe.read(OPERATOR, lambda tx: tx.all(tx.select(papers)))) == 1


def test_a_shared_table_is_everybodys(probe: Store) -> None:
    probe.write(OPERATOR, lambda tx: tx.insert(shelf, name="a", place=1))
    assert probe.write(STRANGER, lambda tx: tx.put(shelf, ("name",), {"name": "a", "place": 2}, newer="place"))
    assert probe.read(STRANGER, lambda tx: tx.all(tx.select(shelf, shelf.c.place)))[0]["place"] == 2


def test_put_inserts_then_updates_only_with_what_is_newer(probe: Store) -> None:
    def put(version: int, text: str) -> bool:
        values = {"note_id": "n-1", "text": text, "version": version}
        return probe.write(OPERATOR, lambda tx: tx.put(notes, ("note_id",), values, newer="version"))

    assert [put(2, "b"), put(1, "a"), put(2, "b again"), put(3, "c")] == [True, False, False, True]
    assert probe.read(OPERATOR, lambda tx: tx.all(tx.select(notes)))[0]["text"] == "c"


def test_put_newer_writes_of_many_rows_what_is_new_or_newer(probe: Store) -> None:
    def put(*told: tuple[str, int, str]) -> list[str]:
        rows = [{"note_id": note_id, "version": version, "text": text} for note_id, version, text in told]
        return probe.write(OPERATOR, lambda tx: tx.put_newer(notes, "note_id", rows, "version"))

    assert put(("n-2", 2, "b"), ("n-1", 1, "a")) == ["n-1", "n-2"]
    assert put(("n-2", 1, "older"), ("n-1", 2, "newer"), ("n-3", 1, "fresh"), ("n-3", 0, "its past")) == ["n-1", "n-3"]
    assert put() == put(("n-1", 2, "again")) == []
    found = probe.read(OPERATOR, lambda tx: tx.all(tx.select(notes).order_by(notes.c.note_id)))
    assert [row["text"] for row in found] == ["newer", "b", "fresh"]
    with pytest.raises(IntegrityError):
        probe.write(STRANGER, lambda tx: tx.put_newer(notes, "note_id", [{"note_id": "n-1", "version": 9, "text": "mine"}], "version"))


def test_put_without_a_version_always_writes(probe: Store) -> None:
    def put(text: str) -> bool:
        return probe.write(OPERATOR, lambda tx: tx.put(notes, ("note_id",), {"note_id": "n-1", "text": text}))

    assert [put("a"), put("b")] == [True, True]
    assert probe.read(OPERATOR, lambda tx: tx.all(tx.select(notes)))[0]["text"] == "b"


def test_insert_new_inserts_once(probe: Store) -> None:
    def insert(text: str) -> bool:
        return probe.write(OPERATOR, lambda tx: tx.insert_new(notes, ("note_id",), {"note_id": "n-1", "text": text}))

    assert [insert("a"), insert("b")] == [True, False]
    assert probe.read(OPERATOR, lambda tx: tx.all(tx.select(notes)))[0]["text"] == "a"


def test_insert_missing_leaves_what_is_there_as_it_is(probe: Store) -> None:
    def insert(tx: Tx, *rows: tuple[str, str]) -> None:
        tx.insert_missing(notes, ("note_id",), [{"note_id": note_id, "text": text} for note_id, text in rows])

    probe.write(OPERATOR, lambda tx: insert(tx, ("n-1", "first")))
    probe.write(OPERATOR, lambda tx: insert(tx, ("n-1", "second"), ("n-2", "third"), ("n-2", "fourth")))
    probe.write(OPERATOR, insert)
    kept = probe.read(OPERATOR, lambda tx: {row["note_id"]: row["text"] for row in tx.rows(notes)})
    assert kept == {"n-1": "first", "n-2": "third"}


def test_values_come_back_as_they_went(probe: Store) -> None:
    facts = {"单位": ["市水务局"], "n": 3, "nothing": None}
    probe.write(OPERATOR, lambda tx: tx.insert(notes, note_id="n-1", at=tx.now, facts=facts))
    row = probe.read(OPERATOR, lambda tx: tx.one(tx.select(notes)))
    assert row is not None
    assert (row["at"], row["facts"]) == (probe.clock.now(), facts)
    assert row["at"].utcoffset().total_seconds() == 0


def test_insert_many_inserts_all_or_none(probe: Store) -> None:
    probe.write(OPERATOR, lambda tx: tx.insert_many(notes, []))
    probe.write(OPERATOR, lambda tx: tx.insert_many(notes, [{"note_id": "a"}, {"note_id": "b"}]))
    with pytest.raises(REFUSED):
        probe.write(
            OPERATOR, lambda tx: tx.insert_many(notes, [{"note_id": "c", "tenant_id": "zibo"}, {"note_id": "d", "tenant_id": "linzi"}])
        )
    assert every_note(probe) == ["a", "b"]


def test_acting_for_works_on_the_other_tenants_rows_in_the_same_transaction(probe: Store) -> None:
    def hand_on(tx: Tx) -> None:
        tx.insert(notes, note_id="outer", handling_tenant_id="zhangdian")
        with tx.acting_for("zhangdian") as inner:
            inner.insert(notes, note_id="inner")
            assert note_ids(inner) == ["inner", "outer"]
            with inner.acting_for("linzi") as third:
                assert note_ids(third) == []
            assert note_ids(inner) == ["inner", "outer"]
        assert note_ids(tx) == ["outer"]
        tx.insert(notes, note_id="after")

    probe.write(OPERATOR, hand_on)
    assert probe.read(OPERATOR, note_ids) == ["after", "outer"]
    assert probe.read(STRANGER, note_ids) == ["inner", "outer"]


def test_a_refusal_inside_acting_for_leaves_the_caller_its_own_rows(probe: Store) -> None:
    def hand_on(tx: Tx) -> None:
        with tx.acting_for("zhangdian") as inner:
            inner.insert(notes, note_id="theirs")
            raise Denied("不行")

    def try_it(tx: Tx) -> None:
        tx.insert(notes, note_id="mine")
        with pytest.raises(Denied):
            hand_on(tx)
        assert note_ids(tx) == ["mine"]

    probe.write(OPERATOR, try_it)


def test_a_database_error_inside_acting_for_is_told_as_it_is(probe: Store) -> None:
    def twice(tx: Tx) -> None:
        with tx.acting_for("zhangdian") as inner:
            inner.insert(notes, note_id="same")
            inner.insert(notes, note_id="same")

    with pytest.raises(Exception, match=r"(?i)unique"):
        probe.write(OPERATOR, twice)
    assert every_note(probe) == []


def test_across_sees_and_changes_every_tenants_rows(probe: Store) -> None:
    probe.write(OPERATOR, lambda tx: tx.insert(notes, note_id="a"))
    probe.write(STRANGER, lambda tx: tx.insert(notes, note_id="b"))
    assert probe.across(note_ids) == ["a", "b"]
    assert probe.across(lambda tx: tx.run(tx.update(notes).values(text="ticked"))) == 2
    probe.across(lambda tx: tx.insert(notes, note_id="c", tenant_id="linzi"))
    assert probe.read_across(note_ids) == ["a", "b", "c"]
    assert probe.across(lambda tx: tx.run(tx.delete(notes))) == 3


def test_an_event_is_told_when_and_only_when_the_transaction_commits(probe: Store) -> None:
    def tell(tx: Tx) -> None:
        tx.tell(UrgingVoided(urging_id="u-1", reason="理由"), "u-1", 1)

    def tell_and_fail(tx: Tx) -> None:
        tell(tx)
        raise Denied("不行")

    probe.write(OPERATOR, tell)
    with pytest.raises(Denied):
        probe.write(OPERATOR, tell_and_fail)
    outbox = probe.tables["outbox"]
    rows = probe.across(lambda tx: tx.all(tx.select(outbox)))
    assert [(row["tenant_id"], row["type"], row["aggregate"], row["version"]) for row in rows] == [
        ("zibo", "hotline.sla.v1.UrgingVoided", "u-1", 1)
    ]
    assert "理由" in rows[0]["payload"]
    assert rows[0]["told_at"] == probe.clock.now()


def test_an_event_of_no_tenant_is_a_mistake(probe: Store) -> None:
    with pytest.raises(ValueError, match="no tenant"):
        probe.across(lambda tx: tx.tell(UrgingVoided(), "u-1", 1))
    probe.across(lambda tx: tx.tell(UrgingVoided(), "u-1", 1, "zibo"))
    assert probe.across(lambda tx: tx.connection.execute(select(func.count()).select_from(probe.tables["outbox"])).scalar_one()) == 1


def test_a_query_cannot_write(probe: Store) -> None:
    with pytest.raises(Exception, match=r"(?i)read.?only"):
        probe.read(OPERATOR, lambda tx: tx.insert(notes, note_id="a"))
    with pytest.raises(Exception, match=r"(?i)read.?only"):
        probe.read_across(lambda tx: tx.insert(notes, note_id="a", tenant_id="zibo"))
    probe.write(OPERATOR, lambda tx: tx.insert(notes, note_id="b"))
    assert every_note(probe) == ["b"]


@pytest.mark.parametrize("across", [False, True])
def test_a_query_locks_nothing_whatever_the_database(probe: Store, *, across: bool) -> None:
    def look(tx: Tx) -> object:
        return tx.row(notes, note_id="n-1", lock=True)

    with pytest.raises(ValueError, match="only looks"):
        probe.read_across(look) if across else probe.read(OPERATOR, look)
    with pytest.raises(ValueError, match="only looks"):
        probe.read(OPERATOR, lambda tx: tx.rows_among(notes, "note_id", ["n-1"], lock=True))
    assert probe.write(OPERATOR, look) is None


def test_a_query_sees_one_snapshot(probe: Store) -> None:
    def count_twice(tx: Tx) -> tuple[int, int]:
        first = count_notes(tx)
        probe.write(OPERATOR, lambda other: other.insert(notes, note_id="meanwhile"))
        return first, count_notes(tx)

    assert probe.read(OPERATOR, count_twice) == (0, 0)
    assert probe.read(OPERATOR, count_notes) == 1


def test_new_ids_are_unique_and_in_the_order_of_time(probe: Store) -> None:
    ids = probe.read(OPERATOR, lambda tx: [tx.new_id() for _ in range(1000)])
    assert len(set(ids)) == 1000
    assert ids == sorted(ids)


def test_what_somebody_asked_for_earlier_is_done_in_their_name_and_never_in_another_tenants(probe: Store) -> None:
    asker = Caller("person", "p-1", "zibo", "zibo-hub")

    def act(tx: Tx) -> tuple[str, str]:
        with pytest.raises(ValueError, match="another tenant"):
            tx.in_name_of(Caller("person", "p-2", "linzi"))
        named = tx.in_name_of(asker)
        return named.by.id, tx.by.id

    assert probe.write(Caller.timer("probe", "zibo"), act) == ("p-1", "probe")
