"""A class for the tests: hand-ins of learners who answer real questions, made without an app and without a record."""

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from tutor import __version__
from tutor.content.course import Course, open_course
from tutor.progress.record.digest import DIGEST_KEY, ExportDigest
from tutor.progress.record.exported_lines import EXPORT_FORMAT
from tutor.progress.tables.attempt import CODE, COLUMNS, Attempt, parse_concepts
from tutor.quiz.coding import exercise_revision

START = datetime(2026, 10, 5, 9, tzinfo=UTC)
LESSONS = ("node", "gradient-descent")
SOLUTION = "code-softmax"


@cache
def course() -> Course:
    return open_course()


@cache
def wrong_answer(question: str, seed: int) -> str:
    """An answer to a question that is not right, as someone would type it."""
    samples = course().question(question)[0].draw_instance(seed).samples()
    return next((sample.text for sample in samples if sample.expect in {"wrong", "partly"}), "")


def answer_to(question: str, seed: int, right: bool, at: datetime, **other: object) -> Attempt:
    template, lesson = course().question(question)
    instance = template.draw_instance(seed)
    raw = instance.solution if right else wrong_answer(question, seed)
    grade = instance.grade_text(raw)
    return replace(
        Attempt(
            question=question,
            lesson=lesson,
            kind=instance.kind,
            concepts=instance.concepts,
            seed=seed,
            answer=raw,
            score=grade.score,  # type: ignore[union-attr]  # a sample can be read
            verdict=grade.verdict,  # type: ignore[union-attr]
            hints=0,
            seconds=30.0,
            at=at,
            program=__version__,
            mode="lesson",
            revision=template.revision(),
        ),
        **other,  # type: ignore[arg-type]
    )


def code_answer(source: str, right: bool, at: datetime) -> Attempt:
    block = course().exercise(SOLUTION)
    return Attempt(
        question=block.id,
        lesson=course().question(block.id)[1],
        kind=CODE,
        concepts=(block.exercise.concept,),
        seed=0,
        answer=source,
        score=float(right),
        verdict="right" if right else "wrong",
        hints=0,
        seconds=300.0,
        at=at,
        program=__version__,
        mode="lesson",
        revision=exercise_revision(block.exercise),
    )


def questions(lessons: Sequence[str] = LESSONS, count: int = 8) -> list[str]:
    """Some questions of each lesson, all of which can be answered wrongly."""
    return [
        id
        for lesson in lessons
        for id in [question.id for question in course().questions(lesson) if wrong_answer(question.id, 0)][:count]
    ]


def pupil(number: int, asked: Sequence[str]) -> list[Attempt]:
    """What one learner of a class answered: the higher the number, the more of it is right."""
    rng, at = random.Random(number), START + timedelta(hours=number)
    return [
        answer_to(
            question,
            number,
            rng.random() < 0.3 + number / 50,
            at + timedelta(minutes=place, microseconds=number + 1),
        )
        for place, question in enumerate(asked)
    ]


def write_hand_in(path: Path, name: str, attempts: Iterable[Attempt], **head: object) -> Path:
    """A file as `hand-in` writes it."""
    lines = []
    for attempt in sorted(attempts, key=lambda each: each.at):
        line = dict(zip(COLUMNS, attempt.row(), strict=True))
        lines.append({"type": "attempt", **line, "concepts": parse_concepts(line["concepts"])})
    first = {"chainrule": "record", "format": EXPORT_FORMAT, "program": __version__, "owner": name, **head}
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_with_digest(path, [first | {"attempts": len(lines)}, *lines])


def write_with_digest(path: Path, lines: Sequence[dict[str, object]]) -> Path:
    """The lines of an export, with the digest that is theirs."""
    digest = ExportDigest(lines[0])
    for line in lines[1:]:
        digest.add(json.dumps(line).encode())
    whole = [lines[0] | {DIGEST_KEY: digest.hexdigest()}, *lines[1:]]
    path.write_text("".join(json.dumps(line) + "\n" for line in whole), "utf-8")
    return path


def make_class(folder: Path, learners: int = 30) -> None:
    """A class in which one edits a score, one hands in another's file as his own, and one file is cut."""
    asked = questions()
    everything = [pupil(number, asked) for number in range(learners)]
    solution = "import numpy as np\n" + course().exercise(SOLUTION).exercise.reference
    everything[0].append(code_answer(solution, True, START + timedelta(days=2)))
    everything[1].append(code_answer("def softmax(logits):\n    return logits\n", False, START + timedelta(days=2)))
    wrong = next(place for place, each in enumerate(everything[2]) if each.verdict == "wrong")
    everything[2][wrong] = replace(everything[2][wrong], score=1.0, verdict="right")
    everything[3] = everything[10]
    for number, attempts in enumerate(everything):
        id = f"s{number:02}@school.example" if number % 2 else f"10{number:02}"
        write_hand_in(
            folder / f"{number:02}.jsonl",
            f"Learner {number:02}",
            attempts,
            student_id=id,
            assignment="week 3",
            handed_in=(START + timedelta(days=7)).isoformat(),
        )
    cut = folder / "04.jsonl"
    cut.write_bytes(cut.read_bytes()[:-200])
