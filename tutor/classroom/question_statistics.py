"""How each question did over a class: who fails it, what is answered instead, and whether it tells learners apart.

Discrimination is the corrected point-biserial correlation: Pearson's correlation, over the learners, of whether the
first answer to the question was right (0 or 1) with the share of their other questions whose first answer was right.
The question itself is left out of that share, since it would correlate with itself (S. Henrysson, "Correction of
item-total correlations in item analysis", Psychometrika 28, 1963).

Below 0.2 a question says little about what a learner knows otherwise; below 0 those who know more fail it more often,
and it is worth a look (R. L. Ebel, Essentials of Educational Measurement, 1972).
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

from tutor.budget import ANSWER_BUDGET, Budget
from tutor.classroom.graded import GradedAnswer, GradedLearner
from tutor.classroom.report import QuestionRow, WrongAnswer
from tutor.content.plain import plain_inline
from tutor.errors import ChainruleError, clip
from tutor.progress.tables.attempt import CODE
from tutor.text.sentences import join_words

if TYPE_CHECKING:
    from tutor.content.course import Course

MIN_LEARNERS = 5
"""Of fewer learners no correlation is computed."""
MIN_OTHER_QUESTIONS = 3
"""How many other questions a learner must have answered to take part in it."""
MAX_WRONG_ANSWERS = 5
MAX_SHOWN_ANSWER = 80
"""Characters of a wrong answer."""


@dataclass
class _ClassAnswers:
    """What a class answered to one question."""

    lesson: str
    kind: str
    first: dict[int, bool]
    """Learner → whether the first answer was right."""
    solved: set[int]
    wrong: dict[tuple[str, str], set[int]]
    """An answer that was not right, as (as typed, what it picked), the first "" where it picked → who gave it."""
    typed: dict[tuple[str, str], Counter[str]]
    """The same → how it was typed."""


def make_question_rows(
    graded: Sequence[GradedLearner], course: "Course", copied: Collection[str] = ()
) -> list[QuestionRow]:
    """Each question that anybody answered, those that most learners fail first.

    Learners with a `copied` file are left out of the discrimination, in which each learner must be another.
    """
    questions: dict[str, _ClassAnswers] = {}
    for number, learner in enumerate(graded):
        for each in learner.answers:
            if each.is_checked and not each.is_left_out and each.lesson:
                _add_answer(questions, number, each, course)
    copies = {number for number, each in enumerate(graded) if {*copied} & {*each.learner.files}}
    first = {
        question: {number: is_right for number, is_right in found.first.items() if number not in copies}
        for question, found in questions.items()
    }
    totals = _count_totals(first)
    rows = [
        _make_question_row(question, found, compute_discrimination(first[question], totals))
        for question, found in questions.items()
    ]
    return sorted(rows, key=lambda row: (-row.failed, row.first_right, row.question))


def _add_answer(questions: dict[str, _ClassAnswers], number: int, each: GradedAnswer, course: "Course") -> None:
    """Count an answer of the learner `number` for its question."""
    attempt = each.attempt
    id = attempt.question
    answers = questions.setdefault(
        id, _ClassAnswers(each.lesson, attempt.kind, {}, set(), defaultdict(set), defaultdict(Counter))
    )
    if each.counts or attempt.kind == CODE:
        answers.first.setdefault(number, each.is_right)
    if each.is_right:
        answers.solved.add(number)
    elif attempt.kind != CODE:
        shown = clip(" ".join(attempt.answer.split()), MAX_SHOWN_ANSWER)
        means = picked_words(course, id, attempt.seed, attempt.answer)
        same = ("" if means else shown, means)
        answers.wrong[same].add(number)
        answers.typed[same][shown] += 1


def _make_question_row(question_id: str, answers: _ClassAnswers, value: float | None) -> QuestionRow:
    """What the class answered to a question, as a row of the report."""
    commonest = sorted(answers.wrong.items(), key=lambda each: (-len(each[1]), each[0]))[:MAX_WRONG_ANSWERS]
    learners = {*answers.first, *answers.solved, *(one for who in answers.wrong.values() for one in who)}
    return QuestionRow(
        question=question_id,
        lesson=answers.lesson,
        kind=answers.kind,
        learners=len(learners),
        failed=len(learners - answers.solved),
        first_right=round(sum(answers.first.values()) / len(answers.first), 4) if answers.first else 0.0,
        discrimination=None if value is None else round(value, 3),
        wrong=[WrongAnswer(answers.typed[same].most_common(1)[0][0], same[1], len(who)) for same, who in commonest],
    )


def picked_words(course: "Course", question_id: str, seed: int, answer: str) -> str:
    """The texts of the options that an answer in letters picked; "" where none are picked.

    The options are shuffled by seed, so a letter alone says nothing across a class.
    """
    try:
        with Budget(ANSWER_BUDGET, "this question").activate():
            instance = course.question(question_id)[0].draw_instance(seed)
    except ChainruleError:
        return ""
    if not instance.options or instance.places:
        return ""
    texts = {option.label.casefold(): plain_inline(option.text) for option in instance.options}
    letters = answer.casefold().replace(",", " ").split()
    if len(letters) == 1 and letters[0] not in texts:
        letters = list(letters[0])
    if not letters or not all(letter in texts for letter in letters):
        return ""
    words = [texts[letter] for letter in letters]
    return clip(
        join_words(words, "then") if instance.answer_format == "order" else " + ".join(sorted(words)), MAX_SHOWN_ANSWER
    )


def _count_totals(first: Mapping[str, Mapping[int, bool]]) -> dict[int, tuple[int, int]]:
    """Learner → how many questions were answered, and how many of them right at once."""
    totals: dict[int, tuple[int, int]] = {}
    for found in first.values():
        for number, is_right in found.items():
            count, right = totals.get(number, (0, 0))
            totals[number] = (count + 1, right + is_right)
    return totals


def compute_discrimination(first: Mapping[int, bool], totals: Mapping[int, tuple[int, int]]) -> float | None:
    """The corrected point-biserial correlation of one question; `None` where too few answered or all did the same."""
    pairs = []
    for number, is_right in first.items():
        count, right = totals[number]
        if count - 1 >= MIN_OTHER_QUESTIONS:
            pairs.append((float(is_right), (right - is_right) / (count - 1)))
    return compute_correlation(pairs) if len(pairs) >= MIN_LEARNERS else None


def compute_correlation(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Pearson's correlation; `None` where one side does not vary."""
    mean_x = sum(x for x, _ in pairs) / len(pairs)
    mean_y = sum(y for _, y in pairs) / len(pairs)
    xx = sum((x - mean_x) ** 2 for x, _ in pairs)
    yy = sum((y - mean_y) ** 2 for _, y in pairs)
    xy = sum((x - mean_x) * (y - mean_y) for x, y in pairs)
    return None if min(xx, yy) <= 1e-12 else max(-1.0, min(1.0, xy / sqrt(xx * yy)))
