"""The job that trains: versions with their figures, measured on the newest, and a worse one never serves."""

from typing import Any

import pytest

from hotline.directory.v1 import events_pb2 as directory
from hotline.intake.v1 import suggestions_pb2 as pb
from services.intake.jobs import train_categories
from services.intake.learning import retraining, training
from tests.services.intake.closed import close_many
from tests.services.intake.desk import CITY, DISTRICT, OPERATOR, Desk, person

SUGGEST = "SuggestionService/SuggestCategory"


@pytest.fixture
def known(desk: Desk) -> Desk:
    """Tenants are told, so that the job finds them."""
    for tenant in (CITY, DISTRICT):
        desk.tell(directory.TenantChanged(tenant_id=tenant, name=tenant, version=1))
    return desk


def versions(desk: Desk) -> list[Any]:
    return sorted(desk.rows(desk.store.tables["category_models"]), key=lambda row: row["version"])


def train(desk: Desk) -> int:
    return train_categories(desk.store, desk.store.settings, [])


def test_a_first_version_serves_when_it_is_no_worse_than_the_keywords(known: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert known.ask(SUGGEST, text="停水").basis == pb.CATEGORY_BASIS_KEYWORDS
    close_many(known, 240)
    assert train(known) == 0
    (row,) = versions(known)
    assert row["serves"]
    assert (row["trained_on"]["rows"], row["figures"]["rows"], row["trained_on"]["categories"]) == (192, 48, 4)
    assert row["figures"]["accuracy"] >= row["against"]["accuracy"]
    answer = known.ask(SUGGEST, title="停水", text="水管破裂，小区停水没有水")
    assert (answer.basis, answer.model_version) == (pb.CATEGORY_BASIS_MODEL, 1)
    assert answer.suggestions[0].code == "01.01.01"
    assert answer.suggestions[0].path == "公用事业/供水/停水与爆管抢修"
    assert answer.suggestions[0].words
    printed = capsys.readouterr().out
    assert "第 1 版" in printed
    assert f"{DISTRICT}：已办结工单不足" in printed


def test_a_newer_version_serves_at_once_and_another_tenants_never(known: Desk) -> None:
    close_many(known, 240)
    train(known)
    assert known.ask(SUGGEST, text="停水").model_version == 1
    close_many(known, 280, "more")
    train(known)
    assert [row["serves"] for row in versions(known)] == [True, True]
    assert known.ask(SUGGEST, text="停水").model_version == 2
    elsewhere = person("operator-9", "OPERATOR", unit="zhangdian-hub", tenant=DISTRICT)
    assert known.ask(SUGGEST, elsewhere, text="停水").basis == pb.CATEGORY_BASIS_KEYWORDS


def test_a_worse_version_is_kept_and_does_not_serve(known: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    close_many(known, 240)
    train(known)
    monkeypatch.setattr(retraining, "train", lambda features, classes: training.train(features, [*classes[1:], classes[0]]))
    train(known)
    first, second = versions(known)
    assert (first["serves"], second["serves"]) == (True, False)
    assert second["figures"]["accuracy"] < second["against"]["accuracy"]
    assert known.ask(SUGGEST, OPERATOR, text="停水").model_version == 1


def test_what_is_held_out_is_the_newest(known: Desk) -> None:
    close_many(known, 240, wrong_from=192)
    train(known)
    (row,) = versions(known)
    assert row["figures"]["accuracy"] < 0.5
    assert row["trained_on"]["until"] < max(row["received_at"] for row in known.rows(known.store.tables["tickets"])).isoformat()


@pytest.mark.parametrize("count", [0, 199])
def test_too_few_closed_tickets_train_nothing(known: Desk, count: int) -> None:
    close_many(known, count)
    assert train(known) == 0
    assert versions(known) == []


def test_a_category_that_left_the_tree_is_suggested_no_more(known: Desk) -> None:
    close_many(known, 240)
    train(known)
    admin = person("admin-1", "TENANT_ADMIN")
    known.ask("CategoryService/RetireCategory", admin, version=1, code="01.01.01")
    answer = known.ask(SUGGEST, text="水管破裂，小区停水没有水")
    assert answer.basis == pb.CATEGORY_BASIS_MODEL
    assert "01.01.01" not in {each.code for each in answer.suggestions}
