"""Settings and fixtures that every test shares."""

import gc
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from projects import SMALL, write
from server_client import Client

# Noisy machines make deadlines lie; what is measured is measured in `make bench`.
settings.register_profile("project", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("project")

# Where jobs run in the background interrupts are ignored, and so they are by all that these start.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

collect_ignore = ["guard"]
"""Repositories of others: their tests are not ours."""


def pytest_collection_finish() -> None:
    """Ten thousand tests stay to the end: the collector need not look through them again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def client() -> Iterator[Client]:
    """A server process of its own, which ends with the test; every message of its is accounted for."""
    client = Client()
    yield client
    client.kill()
    client.account()


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The root of a project in which nothing is wrong."""
    return write(tmp_path / "small", SMALL)
