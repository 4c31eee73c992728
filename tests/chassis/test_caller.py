from chassis.caller import Caller


def test_whoever_calls_reads_its_own_tenant() -> None:
    assert Caller("person", "p-1", "zibo").reads == ("zibo",)
    assert Caller("person", "p-1", "zibo", reads=("zhangdian", "linzi")).reads == ("zibo", "zhangdian", "linzi")
    assert Caller("person", "p-1", "zibo", reads=("zhangdian", "zibo")).reads == ("zhangdian", "zibo")


def test_a_service_by_itself_or_by_its_clock_has_no_role() -> None:
    for caller, kind in ((Caller.peer("sla", "zibo"), "peer"), (Caller.timer("sla", "zibo"), "timer")):
        assert (caller.kind, caller.id, caller.tenant_id, caller.roles) == (kind, "sla", "zibo", frozenset())


def test_nobody_is_of_no_tenant() -> None:
    assert (Caller.nobody().kind, Caller.nobody().reads) == ("nobody", ("",))
