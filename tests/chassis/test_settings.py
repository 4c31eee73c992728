from pathlib import Path

import pytest

from chassis.errors import Unusable
from chassis.settings import Settings, service_names

NAMES = ("PROFILE", "CLOCK", "CLOCK_START", "AMQP_URI", "DATABASE_URL", "DOOR_PORT", "HTTP_PORT", "METRICS_PORT", "LOG_LEVEL", "KEYS")


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def _read(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Settings:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return Settings.from_env("dispatch")


def test_without_variables_everything_is_embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = _read(monkeypatch)
    assert (settings.embedded, settings.profile, settings.clock, settings.host) == (True, "evaluation", "real", "127.0.0.1")
    assert settings.clock_file == Path("var/clock")
    assert settings.keys_folder == Path("var/keys")


def test_an_empty_variable_is_one_that_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _read(monkeypatch, **dict.fromkeys(NAMES, " ")) == _read(monkeypatch)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PROFILE", "prod"),
        ("CLOCK", "fast"),
        ("CLOCK_START", "yesterday"),
        ("CLOCK_START", "2025-01-06T08:00"),
        ("DOOR_PORT", "0"),
        ("DOOR_PORT", "65536"),
        ("HTTP_PORT", "http"),
        ("HTTP_PORT", "8" * 5000),
        ("METRICS_PORT", "²"),
        ("METRICS_PORT", "-1"),
        ("LOG_LEVEL", "LOUD"),
        ("PROFILE", "two\nlines"),
        ("DATABASE_URL", "sqlite:///x.db"),
        ("DATABASE_URL", "postgresql://user:hunter2@host:99999/hotline"),
        ("AMQP_URI", "user:hunter2@host"),
        ("AMQP_URI", "amqp://user:hunter2@[host/"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318"),
        ("OTEL_TRACES_SAMPLER_ARG", "5"),
        ("OTEL_TRACES_SAMPLER_ARG", "-0.1"),
        ("OTEL_TRACES_SAMPLER_ARG", "half"),
    ],
)
def test_a_bad_value_is_told_in_one_line_that_names_it_and_holds_no_password(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    with pytest.raises(Unusable) as refused:
        _read(monkeypatch, **{name: value})
    said = str(refused.value)
    assert said.startswith(name)
    assert len(said.splitlines()) == 1
    assert len(said) < 200
    assert "hunter2" not in said


def test_production_refuses_a_virtual_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unusable, match="CLOCK"):
        _read(monkeypatch, PROFILE="production", CLOCK="virtual")


def test_an_address_may_be_set_for_each_service(monkeypatch: pytest.MonkeyPatch) -> None:
    first, *rest = service_names()
    settings = _read(monkeypatch, **{f"{first.upper()}_ADDRESS": "far.example:443"})
    assert settings.address_of(first) == "far.example:443"
    assert [settings.address_of(name) for name in rest] == [f"127.0.0.1:{50053 + place}" for place in range(len(rest))]


def test_passwords_are_not_printed() -> None:
    secrets = Settings(
        "dispatch",
        amqp_uri="amqp://user:hunter2@host",
        database_url="postgresql://user:hunter2@host/db",
        database_password="hunter2",
        identity_keys="hunter2",
    )
    assert "hunter2" not in repr(secrets)


def test_where_the_public_looks_and_who_carries_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (_read(monkeypatch).public_url, _read(monkeypatch).providers) == ("", None)
    settings = _read(
        monkeypatch, PUBLIC_URL="https://12345.example/", PROVIDERS="/etc/hotline/providers.toml", IDENTITY_PROVIDER="/etc/provider.toml"
    )
    assert settings.identity_provider == Path("/etc/provider.toml")
    assert (settings.public_url, settings.providers) == ("https://12345.example", Path("/etc/hotline/providers.toml"))
    with pytest.raises(Unusable, match="PUBLIC_URL"):
        _read(monkeypatch, PUBLIC_URL="ftp://12345.example")


def test_all_traces_are_followed_unless_a_share_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _read(monkeypatch).traced == 1.0
    assert _read(monkeypatch, OTEL_TRACES_SAMPLER_ARG="0.05").traced == 0.05
