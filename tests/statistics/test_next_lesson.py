"""Which lesson comes next: the same on the map and in plain lines."""

from pathlib import Path

import pytest

from tests.screens.story import record
from tutor.content.course import open_course
from tutor.placement.results import PlacementOutcome, save_outcome
from tutor.plain.home import next_lesson_number
from tutor.screens.course.map_lines import find_next_entry, list_map_entries
from tutor.statistics.next_lesson import LessonState, choose_next_lesson


@pytest.mark.parametrize(
    ("states", "last", "chosen"),
    [
        ("new new new", None, "a"),
        ("done new new", "a", "b"),
        ("begun new new", "a", "a"),
        ("new begun new", None, "a"),
        ("new done new", "b", "c"),
        ("new done done", "b", "a"),
        ("known known new", None, "c"),
        ("done known known", "a", "b"),
        ("done done done", "c", "a"),
        ("coming coming coming", None, None),
        ("new coming coming", "gone", "a"),
    ],
)
def test_the_lesson_left_then_those_after_it_then_known_ones(states: str, last: str | None, chosen: str | None) -> None:
    names: dict[str, LessonState] = dict(zip("abc", states.split(), strict=True))  # type: ignore[arg-type]
    assert choose_next_lesson([*names.items()], last) == chosen


@pytest.mark.parametrize("read", ["", "adam"])
def test_the_map_and_the_plain_course_choose_the_same(tmp_path: Path, read: str) -> None:
    course, store = open_course(), record(tmp_path)
    ids = [heading.front_matter.id for heading in course.headings]
    save_outcome(store, PlacementOutcome(tuple(ids[:3]), (ids[3],), tuple(ids[4:])))
    if read:
        store.save_reading_position(read, 1)
    entry = find_next_entry(list_map_entries(course, store, {}), store)
    assert entry is not None
    assert ids[next_lesson_number(course, store) - 1] == entry.id == (read or ids[4])
