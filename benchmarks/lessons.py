"""Lessons: the course with 200 of them opened against 19, and pages turned.

`python -m benchmarks.lessons` turns every page of the course.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.starting import TIMES, first_paint
from benchmarks.table import Row, middle, worst_of_100
from tests.end_to_end.terminal import Terminal
from tutor.content.course import open_course
from tutor.content.find import lesson_files, lessons_folder

READING = 0.5
"""Seconds that a reader stays on a page at least: the next one is made ready meanwhile."""


def write_lessons(folder: Path, count: int) -> Path:
    """A folder with `count` lessons like those of the course, each with names of its own."""
    folder.mkdir()
    sources = lesson_files(lessons_folder())
    for number in range(count):
        source = sources[number % len(sources)]
        id, new = source.stem.split("-", 1)[1], f"l{number}"
        text = source.read_text("utf-8").replace(f"id: {id}\n", f"id: {new}\n", 1)
        text = text.replace("\nneeds: [", f"\nneeds: [{id}, ", 1).replace("\nid: ", f"\nid: {new}-")
        (folder / f"{20 + number}-{new}.md").write_text(text.replace(f"id: {new}-{new}\n", f"id: {new}\n", 1), "utf-8")
    return folder


def time_openings() -> tuple[float, float]:
    """Milliseconds to the first paint of the course with 19 added lessons, and with 200; they take turns."""
    with TemporaryDirectory() as home:
        folders = [write_lessons(Path(home) / str(count), count) for count in (19, 200)]
        found: list[list[float]] = [[], []]
        for turn in range(TIMES + 1):
            for index, folder in enumerate(folders):
                taken = first_paint("Help", sys.executable, "-m", "tutor", "--lessons", str(folder))
                if turn:  # the first turn fills the file cache
                    found[index].append(taken)
    return middle(found[0]), middle(found[1])


EVERY_LESSON = 11
"""Of each so many lessons one is read, from its first page to its last."""


def time_page_turns(home: Path, every: int) -> list[float]:
    """Milliseconds from the key until a real terminal shows the page, for every page but the first of each lesson."""
    course = open_course()
    found = []
    for heading in course.headings[::every]:
        sections = course.lesson(heading.front_matter.id).sections
        command = (sys.executable, "-m", "tutor", "learn", heading.front_matter.id, "--section", "1")
        with Terminal(home, command=command) as terminal:
            terminal.until(f"1 of {len(sections)}")
            for number, section in enumerate(sections[1:], 2):
                let_read(terminal)
                started = perf_counter()
                terminal.keys("n")
                wait_for_page(terminal, f"{number} of {len(sections)}", section.title[:40])
                found.append(1000 * (perf_counter() - started))
    return found


def let_read(terminal: Terminal) -> None:
    """Let the reader read."""
    end = perf_counter() + READING
    terminal.until(lambda _: perf_counter() > end)


def wait_for_page(terminal: Terminal, place: str, title: str) -> None:
    """Wait until the page is on the screen: its place in the first line, its title below."""
    terminal.until(lambda text: place in text[:100] and title in text[:500])


def rows(every: int = EVERY_LESSON) -> Iterator[Row]:
    """The rows of this family."""
    few, many = time_openings()
    yield Row("the course with 200 lessons opened", many, "ms", "with 19", few, 1.5, goal_is_ratio=True)
    with TemporaryDirectory() as home:
        pages = time_page_turns(Path(home), every)
    yield Row(f"a page turned, median of {len(pages)}", middle(pages), "ms", goal=150)
    yield Row("a page turned, 99 of 100", worst_of_100(pages), "ms", goal=150)


if __name__ == "__main__":
    from benchmarks.table import table

    print(table(rows(every=1)))
