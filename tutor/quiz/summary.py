"""What a quiz showed: how it went by concept, how well the learner knows what she knows, what to read next."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tutor.errors import ChainruleError
from tutor.questions.answers.submission import CONFIDENCE_WORDS, Confidence
from tutor.quiz.quiz import Turn
from tutor.text.numbers import counted

if TYPE_CHECKING:
    from tutor.content.course import Course

FEW = 3
"""Answers of one confidence below which nothing is said about it."""
TO_READ = 3
"""The most pages that are named."""
SHORT = 400
"""Characters; a page with less text than this only asks."""


@dataclass(frozen=True)
class Read:
    """A page that is worth reading again, and why."""

    lesson: str
    section: int
    """Counted from 0."""
    title: str
    """The lesson's title and the page's."""
    concept: str


@dataclass(frozen=True)
class Sureness:
    """How the answers of one confidence turned out."""

    confidence: Confidence
    count: int
    right: int

    @property
    def words(self) -> str:
        """What the confidence is called."""
        return CONFIDENCE_WORDS[self.confidence]

    @property
    def share(self) -> float:
        """The share that was right, 0 … 1."""
        return self.right / self.count


@dataclass(frozen=True)
class Summary:
    """How a quiz went."""

    score: float
    """What the answers earned together: each 0 … 1, less the cost of its hints."""
    right: int
    asked: int
    """What it is counted of: in an exam all questions, in practice those that were answered."""
    answered: int
    hints: int
    """How many were seen."""
    left_out: int
    seconds: float
    """The time of all answers together."""
    concepts: tuple[tuple[str, int, float], ...]
    """Concept, how many of what is counted, mean score; the weakest first."""
    calibration: tuple[Sureness, ...]
    """By confidence, the highest first; only those that were said."""
    surprises: tuple[str, ...]
    """Questions whose answer was sure and wrong."""
    read: tuple[Read, ...]


def summarise(course: "Course", turns: Sequence[Turn], *, exam: bool = False) -> Summary:
    """The summary of the questions of a quiz. In an exam a question that was left out earns nothing."""
    given = [turn for turn in turns if turn.grade is not None and turn.instance is not None]
    counted = [turn for turn in turns if turn.instance is not None] if exam else given
    scores = [(turn.instance.concepts, turn.earned) for turn in counted if turn.instance]
    rows = tally(scores)
    sure = [turn for turn in given if turn.handed and turn.handed.confidence == "sure"]
    return Summary(
        score=sum(score for _, score in scores),
        right=sum(turn.grade is not None and turn.grade.verdict == "right" for turn in given),
        asked=len(counted),
        answered=len(given),
        hints=sum(turn.handed.hints for turn in given if turn.handed),
        left_out=len(turns) - len(given),
        seconds=sum(turn.handed.seconds for turn in given if turn.handed),
        concepts=tuple(rows),
        calibration=calibration(
            (turn.handed.confidence, turn.grade.verdict == "right") for turn in given if turn.handed and turn.grade
        ),
        surprises=tuple(turn.question for turn in sure if turn.grade and turn.grade.verdict == "wrong"),
        read=tuple(to_read(course, [concept for concept, _, mean in rows if mean < 1], _missed(counted))),
    )


def _missed(given: Sequence[Turn]) -> list[str]:
    return [turn.question for turn in given if turn.earned < 1]


def tally(verdicts: Sequence[tuple[Iterable[str], float]]) -> list[tuple[str, int, float]]:
    """For each concept of a sitting: its name, how many answers, the mean score; the weakest first."""
    scores: dict[str, list[float]] = {}
    for concepts, score in verdicts:
        for concept in concepts:
            scores.setdefault(concept, []).append(score)
    rows = [(concept, len(found), sum(found) / len(found)) for concept, found in scores.items()]
    return sorted(rows, key=lambda row: (row[2], row[0]))


def calibration(answers: Iterable[tuple[Confidence, bool]]) -> tuple[Sureness, ...]:
    """How answers turned out by the confidence that was said, given as (confidence, whether it was right)."""
    counts: dict[Confidence, list[bool]] = {}
    for confidence, right in answers:
        counts.setdefault(confidence, []).append(right)
    return tuple(Sureness(said, len(counts[said]), sum(counts[said])) for said in CONFIDENCE_WORDS if said in counts)


def verdict_on_sureness(rows: Sequence[Sureness]) -> str:
    """What the calibration says about the learner, in one sentence; "" when there is too little to say."""
    found = {row.confidence: row for row in rows if row.count >= FEW}
    sure, guess = found.get("sure"), found.get("guess")
    if sure is not None and sure.share < 0.8:
        return f"Sure of {counted(sure.count, 'answer')}, right in {sure.right}: do not rely on being sure yet."
    if guess is not None and guess.share > 0.6:
        return f"Guessed {counted(guess.count, 'answer')}, right in {guess.right}: you know more than you think."
    if sure is not None:
        return f"Sure of {counted(sure.count, 'answer')}, right in {sure.right}: you can rely on being sure."
    return ""


def to_read(course: "Course", concepts: Sequence[str], missed: Sequence[str] = ()) -> list[Read]:
    """The pages on the `concepts`, one a lesson, at most three.

    A concept that several lessons teach is looked up in that of a `missed` question on it.
    """
    lessons = dict(_taught(course, missed))
    found: dict[str, Read] = {}
    for concept in concepts:
        for heading in course.headings:
            front = heading.front
            here = lessons.get(concept, front.id) == front.id and concept in front.concepts
            if here and front.id not in found:
                section, name = _page_on(course, front.id, concept)
                title = f"{front.title}: {name}" if name else front.title
                found[front.id] = Read(front.id, section, title, concept)
                break
    return list(found.values())[:TO_READ]


def _taught(course: "Course", questions: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each concept of the questions, and the lesson that asks about it there."""
    for id in questions:
        try:
            question, lesson = course.question(id)
        except ChainruleError:
            continue
        yield from ((concept, lesson) for concept in question.concepts)


def _page_on(course: "Course", lesson: str, concept: str) -> tuple[int, str]:
    """The page that teaches the concept, and its title: where it is first asked about, or else spoken of most."""
    from tutor.content.model import Prose, QuestionBlock

    try:
        sections = course.lesson(lesson).sections
    except ChainruleError:
        return 0, ""
    word = concept.replace("-", " ").lower()
    counts = []
    for number, section in enumerate(sections):
        asked = any(
            concept in block.question.concepts[:1] for block in section.blocks if isinstance(block, QuestionBlock)
        )
        text = " ".join(block.template.source for block in section.blocks if isinstance(block, Prose)).lower()
        counts.append((asked and len(text) > SHORT, word in section.title.lower(), text.count(word), -number))
    asked, titled, most, number = max(counts)
    return (-number, sections[-number].title) if asked or titled or most else (0, "")
