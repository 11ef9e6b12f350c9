"""The record: an answer to disk beside a bare synchronised write, and everything else with 100,000 answers."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.table import Row, middle, milliseconds, worst_of_100
from tutor.content.course import Course, open_course
from tutor.progress.record.store import Store
from tutor.progress.record.transfer import export_record, import_record
from tutor.progress.review.cards import reschedule
from tutor.progress.tables.attempt import COLUMNS, INSERT_ATTEMPT, Attempt
from tutor.progress.tables.connections import larger_cache
from tutor.questions.base import Question

MANY = 100_000
START = datetime(2023, 1, 1, tzinfo=UTC)
OPEN = "import sys, pathlib; from tutor.progress.record.store import Store; Store.open(pathlib.Path(sys.argv[1]))"


def attempt(number: int, question: Question, lesson: str, rng: random.Random) -> Attempt:
    """The answer with this number, right four times of five."""
    right = rng.random() < 0.8
    return Attempt(
        question=question.id,
        lesson=lesson,
        kind=question.kind,
        concepts=question.concepts,
        seed=rng.randrange(10**6),
        answer="0.5",
        score=float(right),
        verdict="right" if right else "wrong",
        hints=0,
        seconds=rng.lognormvariate(3, 0.6),
        at=START + timedelta(minutes=10 * number),
        program="0.1.0",
        confidence=rng.choice(("", "sure", "think", "guess")),
        mode="practice",
        revision="0123456789ab",
    )


def attempts(course: Course, count: int, first: int = 0) -> Iterator[Attempt]:
    """Answers to all the course's questions, mixed, ten minutes apart."""
    rng = random.Random(first)
    questions = [(question, lesson.id) for lesson in course.lessons() for question in lesson.questions]
    for number in range(first, first + count):
        yield attempt(number, *rng.choice(questions), rng)


def fill(home: Path, course: Course, count: int) -> Store:
    """A record of `count` answers, its daily copy made."""
    store = Store.open(home)
    with store.transaction() as database:
        database.executemany(INSERT_ATTEMPT, (each.row() for each in attempts(course, count)))
        reschedule(database, [question.id for question in course.questions()], store.clock())
    for each in attempts(course, 1, count):
        store.add(each)
    store.checkpoint()
    return store


def rows() -> Iterator[Row]:
    """The rows of this family."""
    course = open_course()
    with TemporaryDirectory() as folder:
        few, many = Path(folder) / "few", Path(folder) / "many"
        yield from _answer_rows("an answer to disk", Store.open(few), course)
        store = fill(many, course, MANY)
        yield from _answer_rows("an answer to disk, 100,000 there", store, course)
        yield from _opening_rows(Path(folder))
        yield from _reading_rows(store, course)
        yield from _transfer_rows(store, Path(folder))
        store.close()


def _answer_rows(name: str, store: Store, course: Course) -> Iterator[Row]:
    """The time that the learner waits between her answer and its verdict."""
    given = list(attempts(course, 301, 2 * MANY))[::-1]  # in the order of time, as answers are given
    store.add(given.pop())  # the first of the day makes the daily copy
    taken = milliseconds(lambda: store.add(given.pop()), 300)
    with (store.folder / "floor").open("wb", buffering=0) as file:

        def synced() -> None:
            file.write(b"x" * 300)
            os.fsync(file.fileno())

        floor = middle(milliseconds(synced, 200))
    yield Row(name, middle(taken), "ms", "write + fsync", floor, 5)
    yield Row(f"{name}, 99 of 100 within", worst_of_100(taken), "ms")


def _opening_rows(folder: Path) -> Iterator[Row]:
    """Whole processes, which take turns, so that a busy moment hits both alike."""
    found: dict[str, list[float]] = {"none": [], "many": []}
    for _ in range(9):
        for name, times in found.items():
            started = perf_counter()
            subprocess.run([sys.executable, "-c", OPEN, str(folder / name)], check=True)
            times.append(1000 * (perf_counter() - started))
    floor = middle(found["none"])
    yield Row("a process that opens 100,000", middle(found["many"]), "ms", "opens none", floor, 1.1, goal_is_ratio=True)


def _reading_rows(store: Store, course: Course) -> Iterator[Row]:
    questions = iter(list(course.questions()) * 3)

    def following() -> None:
        question = next(questions)
        question.draw_instance(store.count_tries(question.id))

    yield Row("next question, 100,000 there", middle(milliseconds(following, 200)), "ms", goal=20)
    yield Row("what is due, 100,000 there", middle(milliseconds(store.due, 9)), "ms")
    yield Row("summary for the progress screen", middle(milliseconds(store.summary, 5)), "ms", goal=300)


def _transfer_rows(store: Store, folder: Path) -> Iterator[Row]:
    """Export and import by the clock, each beside its floor, which takes its turn right before or after it."""
    file = folder / "out.jsonl"
    taken = milliseconds(lambda: export_record(store, file, force=True), 1)[0] / 1000
    lines = list(map(json.loads, file.read_text("utf-8").splitlines()))
    floor = milliseconds(lambda: [json.dumps(line) for line in lines], 1)[0] / 1000
    yield Row("export of 100,000", taken, "s", "json.dumps", floor, 3)
    with closing(Store.open(folder / "floor")) as other:
        floor = milliseconds(lambda: _insert_lines(other, file), 1)[0] / 1000
    with closing(Store.open(folder / "other")) as other:
        taken = milliseconds(lambda: import_record(other, file), 1)[0] / 1000
    yield Row("import of 100,000", taken, "s", "json.loads + INSERT", floor, 2)


def _insert_lines(store: Store, file: Path) -> None:
    """The answers of an export read and put into the table: nothing is checked, and no card made."""
    with store.transaction("the floor") as database, larger_cache(database):
        lines = (json.loads(line) for line in file.read_text("utf-8").splitlines())
        answers = (line | {"concepts": json.dumps(line["concepts"])} for line in lines if line.get("type") == "attempt")
        database.executemany(INSERT_ATTEMPT, ([answer[name] for name in COLUMNS] for answer in answers))
