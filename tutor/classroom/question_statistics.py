"""How a class did on each question: who fails it, with which wrong answers, and whether it tells learners apart.

Discrimination is the corrected point-biserial correlation: Pearson's correlation over the learners between two numbers.
One is 1 if the learner's first answer to the question was right, otherwise 0; the other is the share of right first
answers to all other questions. The question is left out of that share, since it would correlate with itself
(S. Henrysson, "Correction of item-total correlations in item analysis", Psychometrika 28, 1963).

Below 0.2 a question says little about what a learner knows otherwise; below 0 those who know more fail it more often,
and it is worth a look (R. L. Ebel, Essentials of Educational Measurement, 1972).
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
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
"""With fewer learners than this, no correlation is computed."""
MIN_OTHER_QUESTIONS = 3
"""How many other questions a learner must have answered to be included in the correlation."""
ROUNDING_VARIANCE = 1e-12
"""Sums of squared deviations up to this count as 0: rounding may give constant values such a variance."""
MAX_WRONG_ANSWERS = 5
"""How many wrong answers to a question a report lists."""
MAX_SHOWN_ANSWER = 80
"""The most characters that are shown of a wrong answer."""


@dataclass
class _ClassAnswers:
    """What a class answered to one question."""

    lesson: str
    kind: str
    first: dict[int, bool] = field(default_factory=dict)
    """Index of a learner → whether the learner's first answer was right."""
    solved: set[int] = field(default_factory=set)
    """Learners who answered it right at any time."""
    wrong: dict[tuple[str, str], set[int]] = field(default_factory=lambda: defaultdict(set))
    """An answer that was not right → the learners who gave it.

    The answer is (text as typed, ""), or ("", texts of the options that it picked): options are shuffled, so different
    letters may stand for the same option.
    """
    typed: dict[tuple[str, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """An answer as in `wrong` → each way in which it was typed → how often."""


def make_question_rows(
    graded: Sequence[GradedLearner], course: "Course", copied: Collection[str] = ()
) -> list[QuestionRow]:
    """A row for each question that anybody answered; the questions that most learners fail come first.

    Learners with a `copied` file are left out of the discrimination, since the same answers would count twice.
    """
    answers_of: dict[str, _ClassAnswers] = {}  # by question
    for index, learner in enumerate(graded):
        for answer in learner.answers:
            if answer.is_checked and not answer.is_left_out and answer.lesson:
                _add_answer(answers_of, index, answer, course)
    copiers = {index for index, learner in enumerate(graded) if {*copied} & {*learner.learner.files}}
    first_right = {
        question: {index: is_right for index, is_right in answers.first.items() if index not in copiers}
        for question, answers in answers_of.items()
    }
    totals = _count_totals(first_right)
    rows = [
        _make_question_row(question, answers, compute_discrimination(first_right[question], totals))
        for question, answers in answers_of.items()
    ]
    return sorted(rows, key=lambda row: (-row.failed, row.first_right, row.question))


def _add_answer(
    answers_of: dict[str, _ClassAnswers], learner_index: int, answer: GradedAnswer, course: "Course"
) -> None:
    """Add an answer of the learner at `learner_index` to the class's answers to its question in `answers_of`."""
    attempt = answer.attempt
    answers = answers_of.setdefault(attempt.question, _ClassAnswers(answer.lesson, attempt.kind))
    if answer.is_first or attempt.kind == CODE:  # a draft of code counts too, although it is recorded as a second try
        answers.first.setdefault(learner_index, answer.is_right)
    if answer.is_right:
        answers.solved.add(learner_index)
    elif attempt.kind != CODE:
        typed = clip(" ".join(attempt.answer.split()), MAX_SHOWN_ANSWER)
        picked = picked_words(course, attempt.question, attempt.seed, attempt.answer)
        answer_key = ("" if picked else typed, picked)  # a key of `answers.wrong`
        answers.wrong[answer_key].add(learner_index)
        answers.typed[answer_key][typed] += 1


def _make_question_row(question_id: str, answers: _ClassAnswers, discrimination: float | None) -> QuestionRow:
    """What the class answered to a question, as a row of the report."""
    wrong_rows = []
    # Each item is (answer, learners who gave it). The commonest come first; equally common ones are sorted by text.
    commonest_first = sorted(answers.wrong.items(), key=lambda item: (-len(item[1]), item[0]))
    for answer_key, givers in commonest_first[:MAX_WRONG_ANSWERS]:
        _, picked = answer_key
        ((commonest_typing, _count),) = answers.typed[answer_key].most_common(1)
        wrong_rows.append(WrongAnswer(commonest_typing, picked, len(givers)))
    learners = {*answers.first, *answers.solved}.union(*answers.wrong.values())
    return QuestionRow(
        question=question_id,
        lesson=answers.lesson,
        kind=answers.kind,
        learners=len(learners),
        failed=len(learners - answers.solved),
        first_right=round(sum(answers.first.values()) / len(answers.first), 4) if answers.first else 0.0,
        discrimination=None if discrimination is None else round(discrimination, 3),
        wrong=wrong_rows,
    )


def picked_words(course: "Course", question_id: str, seed: int, answer: str) -> str:
    """The texts of the options that an answer in letters picked; "" if the question has no options to pick.

    The options are shuffled by the seed, so that the same letter means different options for different learners.
    """
    try:
        with Budget(ANSWER_BUDGET, "this question").activate():
            question, _lesson_id = course.question(question_id)
            instance = question.draw_instance(seed)
    except ChainruleError:
        return ""
    if not instance.options or instance.places:  # with two columns, the answer pairs options with places
        return ""
    texts = {option.label.casefold(): plain_inline(option.text) for option in instance.options}
    letters = answer.casefold().replace(",", " ").split()
    if len(letters) == 1 and letters[0] not in texts:  # several letters without blanks, such as `ac`
        letters = list(letters[0])
    if not letters or not all(letter in texts for letter in letters):
        return ""
    picked_texts = [texts[letter] for letter in letters]
    is_order = instance.answer_format == "order"
    words = join_words(picked_texts, "then") if is_order else " + ".join(sorted(picked_texts))
    return clip(words, MAX_SHOWN_ANSWER)


def _count_totals(first_right: Mapping[str, Mapping[int, bool]]) -> dict[int, tuple[int, int]]:
    """Learner → (number of questions answered, number of those whose first answer was right).

    `first_right` has for each question a mapping: learner → whether the first answer was right.
    """
    totals: dict[int, tuple[int, int]] = {}
    for is_right_of in first_right.values():
        for learner, is_right in is_right_of.items():
            answered, right = totals.get(learner, (0, 0))
            totals[learner] = (answered + 1, right + is_right)
    return totals


def compute_discrimination(first: Mapping[int, bool], totals: Mapping[int, tuple[int, int]]) -> float | None:
    """The corrected point-biserial correlation of one question; `None` if too few answered it, or all did equally well.

    `first` is learner → whether the first answer to this question was right. `totals` is learner → (number of all
    questions answered, number of those whose first answer was right).
    """
    pairs = []  # for each learner: (1.0 if this question was right, else 0.0; share right of all other questions)
    for learner, is_right in first.items():
        answered, right = totals[learner]
        others_answered, others_right = answered - 1, right - is_right  # without this question
        if others_answered >= MIN_OTHER_QUESTIONS:
            pairs.append((float(is_right), others_right / others_answered))
    return compute_correlation(pairs) if len(pairs) >= MIN_LEARNERS else None


def compute_correlation(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Pearson's correlation of (x, y) pairs, −1 … 1; `None` where all x, or all y, are the same.

    Rounding may push the quotient slightly beyond ±1, so it is clipped.
    """
    mean_x = sum(x for x, _ in pairs) / len(pairs)
    mean_y = sum(y for _, y in pairs) / len(pairs)
    sum_xx = sum((x - mean_x) ** 2 for x, _ in pairs)
    sum_yy = sum((y - mean_y) ** 2 for _, y in pairs)
    sum_xy = sum((x - mean_x) * (y - mean_y) for x, y in pairs)
    if min(sum_xx, sum_yy) <= ROUNDING_VARIANCE:
        return None
    return max(-1.0, min(1.0, sum_xy / sqrt(sum_xx * sum_yy)))
