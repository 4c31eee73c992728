"""notify's jobs: `python -m chassis.job notify first_start`."""

from __future__ import annotations

from chassis.settings import Settings
from chassis.store import Store
from services.notify.plugins import make
from services.notify.providers import setup_of


def first_start(store: Store, settings: Settings, argv: list[str]) -> int:  # noqa: ARG001 - a job's signature
    """Refuse to start with channels that cannot be used; safe to run at every start. Raises Unusable."""
    for provider in setup_of(settings).providers:
        make(provider.plugin, provider.settings)
    return 0
