"""Finds answers that two files of one learner tell differently: an answer, once on record, is never changed."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from tutor.classroom.hand_in import HandIn
from tutor.errors import clip
from tutor.progress.tables.attempt import ATTEMPT_COLUMNS, Attempt
from tutor.progress.tables.history import AttemptHistory, Regrade
from tutor.questions.base import Grade
from tutor.text.moments import local_moment
from tutor.text.numbers import counted
from tutor.text.sentences import join_words

COMPARED_COLUMNS = tuple(column for column in ATTEMPT_COLUMNS if column.name not in {"key", "at"})
"""The columns in which two versions of an answer are compared.

Left out are `key`, by which the versions are matched, and `at`, which `times.py` compares between the files.
"""


Recompute = Callable[[Attempt], Grade | None]
"""Grades an answer again; returns `None` where that is not possible."""


def find_different_versions(hand_ins: Sequence[HandIn], recompute: Recompute = lambda attempt: None) -> list[str]:
    """One sentence for each pair of files of one learner that give the same answers differently.

    `hand_ins` come with the newest first. `recompute` grades an answer again: a sentence also says how many of the
    differing grades agree with the recomputed ones in either file, unless both files have as many.
    """
    files = []
    for hand_in in hand_ins:
        files.append(_FileAnswers(hand_in, {history.attempt.key: history for history in hand_in.histories}))
    sentences = []
    for newer, older in combinations(files, 2):
        differing = [(history, words) for history, words in _compare_common_answers(older, newer) if words]
        if differing:
            history, words = differing[0]
            attempt, others = history.attempt, len(differing) - 1
            also = f" (and {counted(others, 'more answer')} too)" if others else ""
            keys = [history.attempt.key for history, _ in differing]
            sentences.append(
                f"the answer to {clip(attempt.question, 40)} of {local_moment(attempt.at)} differs between "
                f"{older.hand_in.file} and {newer.hand_in.file}: {words}{also}"
                f"{_recomputed_words(older, newer, keys, recompute)}"
            )
    return sentences


class _FileAnswers(NamedTuple):
    """A file, and its answers by key."""

    hand_in: HandIn
    answers: Mapping[str, AttemptHistory]


def _recomputed_words(older: _FileAnswers, newer: _FileAnswers, keys: Sequence[str], recompute: Recompute) -> str:
    """Say how many of these answers have the recomputed grade in each file; "" if both files have as many."""
    deserved_in_older = sum(_has_deserved_grade(older.answers[key], recompute) for key in keys)
    deserved_in_newer = sum(_has_deserved_grade(newer.answers[key], recompute) for key in keys)
    if deserved_in_older == deserved_in_newer:
        return ""
    grades = counted(len(keys), "grade")
    return (
        f"; recomputed, {deserved_in_older:,} of {grades} in {older.hand_in.file} "
        f"and {deserved_in_newer:,} of {grades} in {newer.hand_in.file} are what the answer deserves"
    )


def _has_deserved_grade(history: AttemptHistory, recompute: Recompute) -> bool:
    """Whether the grade on record is the recomputed one; False if the answer cannot be graded again."""
    grade = recompute(history.attempt)
    return grade is not None and (grade.score, grade.verdict) == (history.score, history.verdict)


def _compare_common_answers(older: _FileAnswers, newer: _FileAnswers) -> Iterator[tuple[AttemptHistory, str]]:
    """Yield (answer in the older file, how the newer one differs) for each answer in both; "" if they agree."""
    for key, old in older.answers.items():
        if key in newer.answers:
            yield old, _difference_words(newer.answers[key], old)


def _difference_words(new: AttemptHistory, old: AttemptHistory) -> str:
    """Say how two versions of an answer differ; "" if they agree.

    An undo or a later grade that only the newer file has is no difference: it came after the older file was written.
    """
    columns = [
        f"{name} {_quote(old_value)} against {_quote(new_value)}"
        for name, old_value, new_value in _find_differing_columns(new, old)
    ]
    if columns:
        return join_words(columns)
    if old.undone is not None and new.undone is None:
        return "taken back only in the first"
    lost = {_grade_key(regrade) for regrade in old.regrades} - {_grade_key(regrade) for regrade in new.regrades}
    return f"{counted(len(lost), 'later grade')} only in the first" if lost else ""


def _grade_key(regrade: Regrade) -> tuple[float, str, str]:
    """The key by which two later grades count as the same; the time at which they were given does not matter."""
    return regrade.score, regrade.verdict, regrade.revision


def _find_differing_columns(new: AttemptHistory, old: AttemptHistory) -> Iterable[tuple[str, object, object]]:
    """Yield (name, old value, new value) of each column that differs.

    A column that older exports do not have is left out if it has its default in either version.
    """
    for column in COMPARED_COLUMNS:
        old_value, new_value = _column_value(old.attempt, column.name), _column_value(new.attempt, column.name)
        may_be_missing = column.since > 1 and column.default in {old_value, new_value}
        if old_value != new_value and not may_be_missing:
            yield column.name, old_value, new_value


def _column_value(attempt: Attempt, name: str) -> object:
    return getattr(attempt, name)


def _quote(value: object) -> str:
    return f"'{clip(' '.join(value.split()), 40)}'" if isinstance(value, str) else clip(str(value), 40)
