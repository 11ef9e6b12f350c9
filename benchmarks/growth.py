"""Growth: what a step, a jump, a start, a quiz and an answer cost as history, lessons and answers grow.

Each line gives the exponent of the power of n that fits the costs best, in processor time, and the costs at both ends.
An exponent of 1 is as much more as there is more of; 0 is no more at all, which is what is promised where ≤ 0.1 stands.
"""

import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.lessons import write_lessons
from benchmarks.record import OPEN, attempts
from benchmarks.side_by_side import Part
from benchmarks.table import Row, processor_time
from tutor.content.course import Course, open_course
from tutor.progress.record.store import Store
from tutor.progress.review.cards import reschedule
from tutor.progress.tables.attempt import INSERT_ATTEMPT, Attempt
from tutor.progress.tables.connections import larger_cache
from tutor.progress.tables.schema import without_indices
from tutor.questions.base import Question
from tutor.quiz.quiz import open_quiz
from tutor.quiz.selection import QuizOptions, Scope
from tutor.quiz.session import Session
from tutor.sims.engine.player import Player
from tutor.sims.table import find_simulation

STEPS = (100, 1_000, 10_000, 100_000, 1_000_000)
ANSWERS = (100, 1_000, 10_000, 100_000, 1_000_000)
LESSONS = (10, 100, 1_000)
MANY_STEPS = 10_000
CONSTANT, LINEAR = 0.1, 1.0
"""The largest exponent of what is promised to be constant, and of everything else."""


def exponent(costs: dict[int, float]) -> float:
    """The power of n that fits the costs best."""
    return float(np.polyfit(np.log10(list(costs)), np.log10(list(costs.values())), 1)[0])


class Costs:
    """Milliseconds of each piece of work at each size."""

    def __init__(self, of: str) -> None:
        self._counted, self._costs, self._goals = of, dict[str, dict[int, float]](), dict[str, float]()

    def add(self, name: str, size: int, milliseconds: float, goal: float) -> None:
        """What `name` costs at that size, and the largest exponent that it may have."""
        self._costs.setdefault(name, {})[size] = milliseconds
        self._goals[name] = goal

    def rows(self) -> Iterator[Row]:
        """One row for each piece of work: its exponent, and what it costs at the smallest and the largest size."""
        for name, costs in self._costs.items():
            first, last = min(costs), max(costs)
            title = f"{name}: {costs[first]:.3g} ms at {first:,} {self._counted}, {costs[last]:.3g} ms at {last:,}"
            yield Row(title, exponent(costs), "", goal=self._goals[name])


def history() -> list[Row]:
    """A step and a jump in a run that has so many steps already."""
    costs, rng = Costs("steps"), random.Random(1)
    player: Player[Any] = Player(find_simulation("backprop").build())

    def jump() -> None:
        player.jump(rng.randrange(player.furthest_step + 1))
        _ = player.state

    for size in STEPS:
        player.jump(size)
        player.jump(player.furthest_step)
        costs.add("a step", size, processor_time(player.step, 20), CONSTANT)
        costs.add("a step back", size, processor_time(player.back, 20), CONSTANT)
        if size >= MANY_STEPS:  # in a shorter run every state is at hand still
            costs.add("a jump", size, processor_time(jump, 100), CONSTANT)
        player.jump(size)
        costs.add("the view with its charts", size, processor_time(player.view, 20), LINEAR)
    return list(costs.rows())


def grow(store: Store, course: Course, first: int, last: int) -> None:
    """Give a record the answers from that number on: new ones, then copies of those there are."""
    with store.transaction() as database, larger_cache(database):
        newly_made = min(last, max(first, ANSWERS[-2]))
        with without_indices(database):
            database.executemany(INSERT_ATTEMPT, (each.row() for each in attempts(course, newly_made - first, first)))
            columns = [name for (name,) in database.execute("SELECT name FROM pragma_table_info('attempts')")]
            own = [name for name in columns if name not in {"number", "key"}]
            for _ in range(newly_made, last, ANSWERS[-2]):
                database.execute(
                    f"INSERT INTO attempts (key, {', '.join(own)}) SELECT lower(hex(randomblob(16))), {', '.join(own)} "
                    f"FROM attempts LIMIT {ANSWERS[-2]}"
                )
        reschedule(database, known_questions(course), store.clock())


def known_questions(course: Course) -> list[str]:
    """The few questions whose cards are worked out; answers that are timed are to these."""
    return [question.id for question in islice(course.questions(), 5)]


def answers() -> list[Row]:
    """A start, a quiz and an answer with so many answers on record."""
    costs, course, rng = Costs("answers"), open_course(), random.Random(1)
    with TemporaryDirectory() as folder:
        home = Path(folder) / "record"
        before = 0
        for size in ANSWERS:
            store = Store.open(home)
            grow(store, course, before, size)
            store.checkpoint()
            before = size
            session = Session(course, store)
            known = known_questions(course)
            coming = [replace(each, question=rng.choice(known)) for each in attempts(course, 61, 2 * size)]
            given = coming[::-1]  # the earliest is taken first: only then a card goes on from where it stands
            store.add(given.pop())  # the first of the day makes the daily copy
            costs.add("an answer to disk", size, processor_time(partial(add_answer, store, given), 20, 3), CONSTANT)
            costs.add(
                "the next question", size, processor_time(partial(draw_next_question, store, course), 20), CONSTANT
            )
            costs.add("a quiz", size, quiz_time(session, Scope()), CONSTANT)
            costs.add("a quiz of what is due", size, quiz_time(session, Scope(due=True)), LINEAR)
            costs.add("a quiz of what is weak", size, quiz_time(session, Scope(weak=True)), LINEAR)
            store.close()
            costs.add("a process that opens the record", size, process_time(OPEN, str(home)), CONSTANT)
        return list(costs.rows())


def add_answer(store: Store, given: list[Attempt]) -> None:
    """Put the next answer on record."""
    store.add(given.pop())


def draw_next_question(store: Store, course: Course) -> None:
    """Draw the next question with fresh numbers."""
    question: Question = next(iter(course.questions()))
    question.draw_instance(store.count_tries(question.id))


def quiz_time(session: Session, scope: Scope) -> float:
    """Milliseconds until a quiz of that scope has its questions."""
    return processor_time(lambda: open_quiz(session, QuizOptions(scope=scope, seed=1)), 1, 4)


def process_time(code: str, *arguments: str) -> float:
    """Milliseconds of processor time of a whole process."""
    return processor_time(lambda: subprocess.run([sys.executable, "-c", code, *arguments], check=True), 1, 5)


def lessons() -> list[Row]:
    """A start, and a quiz of one lesson, with so many lessons beside those of the course."""
    costs = Costs("more lessons")
    with TemporaryDirectory() as folder:
        for size in LESSONS:
            extra = write_lessons(Path(folder) / str(size), size)
            code = "import sys, pathlib; from tutor.content.course import open_course; "
            opens = code + "_ = open_course((pathlib.Path(sys.argv[1]),)).headings"
            costs.add("a process that lists the lessons", size, process_time(opens, str(extra)), LINEAR)
            session = Session(open_course((extra,)), Store.open(Path(folder) / f"record-{size}"))
            one = Scope(lesson="adam")
            costs.add("a quiz of one lesson", size, quiz_time(session, one), LINEAR)
            session.store.close()
    return list(costs.rows())


def parts() -> list[Part]:
    """What grows: answers, history, lessons."""
    return [Part(answers, seconds=60), Part(history, seconds=60), Part(lessons, seconds=20)]
