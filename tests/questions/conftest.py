import sys
from collections.abc import Iterator
from types import ModuleType

import pytest

from tests.questions.toy import Walk
from tutor.questions.templates.runs import cached_state_after
from tutor.sims.table import SIMULATIONS


@pytest.fixture
def walk(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Walk]]:
    """The toy simulation, registered as `walk` for one test."""
    module = ModuleType("tutor.sims.toy_walk")
    module.Walk = Walk  # type: ignore[attr-defined]  # a module made here has what it is given
    monkeypatch.setitem(sys.modules, "tutor.sims.toy_walk", module)
    monkeypatch.setitem(SIMULATIONS, "walk", "toy_walk.Walk")
    yield Walk
    cached_state_after.cache_clear()
