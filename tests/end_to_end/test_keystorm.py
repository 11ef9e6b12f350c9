"""Keys at key-repeat pace and faster on every screen, and an end at any moment: a few of the runs of the benchmark.

The seeds are those whose runs failed before the screens were made safe; `python -m benchmarks.storms --runs 2000`
runs many more.
"""

import pytest

from benchmarks import keystorm
from benchmarks.keystorm import Outcome, Pace
from tutor.content.course import Course, open_course
from tutor.screens.table import SCREENS


@pytest.fixture(scope="module")
def course() -> Course:
    return open_course()


RUNS: list[tuple[int, Pace]] = [(44, "fast"), (51, "fast"), (65, "fast"), (71, "fast"), (82, "mixed"), (125, "fast")]


@pytest.mark.parametrize(("seed", "pace"), RUNS)
def test_a_run_of_keys_raises_nothing(course: Course, seed: int, pace: Pace) -> None:
    outcome = keystorm.run_seed(seed, pace, course)
    assert outcome.faults == []
    assert outcome.ended


def test_every_screen_is_a_start(course: Course) -> None:
    names = [start.name for start in keystorm.starts(course)]
    assert len(set(names)) == len(names)
    assert {f"lesson {heading.front_matter.id}" for heading in course.headings} <= set(names)
    assert {f"quiz {question.kind}" for question in course.questions()} <= set(names)
    assert {f"screen {name}" for name in SCREENS} <= set(names)


def test_a_fault_anywhere_is_noticed_and_told_with_its_seed(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    from tutor.screens.course.home import HomeScreen

    def fail(self: HomeScreen) -> None:
        raise ZeroDivisionError("on purpose")

    monkeypatch.setattr(HomeScreen, "on_mount", fail)
    outcome = keystorm.run_seed(1, "fast", course)
    assert outcome.start == "map"
    assert any("on purpose" in fault for fault in outcome.faults)
    assert "--seed 1" in keystorm.failure_report(outcome, "fast")
    assert "1 with a fault; seeds: 1" in keystorm.summary([outcome, Outcome(2)], "fast", 1.0)
