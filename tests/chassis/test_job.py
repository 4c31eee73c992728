from pathlib import Path

import pytest

from chassis import job
from chassis.errors import Unusable
from chassis.settings import service_names


@pytest.mark.parametrize("arguments", [[], ["dispatch"]])
def test_without_a_job_it_says_how_it_is_used(arguments: list[str]) -> None:
    with pytest.raises(Unusable, match=r"^用法"):
        job.main(arguments)


@pytest.mark.parametrize("service", ["nothing", "../x", "gateway", ""])
def test_a_service_there_is_none_of_is_told_with_those_there_are(service: str) -> None:
    with pytest.raises(Unusable, match=r"^没有服务 ") as refused:
        job.run(service, "verify", [])
    assert all(name in str(refused.value) for name in service_names())


@pytest.mark.parametrize("verb", ["nothing", "_private", "Path", "import_module"])
def test_a_verb_there_is_none_of_is_told_with_those_there_are(verb: str) -> None:
    for service in service_names():
        with pytest.raises(Unusable, match=f"^{service} 没有作业 {verb}：可用 ") as refused:
            job.run(service, verb, [])
        assert all(name in str(refused.value) for name in job.jobs_of(service))


def test_every_service_can_prove_its_journal() -> None:
    assert {name for name in service_names() if "verify" not in job.jobs_of(name)} == set()


def test_a_job_on_a_store_that_was_never_migrated_is_told_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA", str(tmp_path))
    with pytest.raises(Unusable, match=r"python -m chassis\.migrate"):
        job.run(service_names()[0], "verify", [])
