"""Finds answers that two files of one learner tell differently: an answer, once on record, is never changed."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from tutor.classroom.hand_in import HandIn
from tutor.errors import clip
from tutor.progress.tables.attempt import ATTEMPT_COLUMNS, Attempt
from tutor.progress.tables.history import AttemptHistory, Regrade
from tutor.questions.base import Grade
from tutor.text.moments import local_moment
from tutor.text.numbers import counted
from tutor.text.sentences import join_words

COMPARED = tuple(column for column in ATTEMPT_COLUMNS if column.name not in {"key", "at"})
"""Of an answer; a key is what it is known by, and moments are compared with all others."""


Recompute = Callable[[Attempt], Grade | None]
"""The grade that an answer deserves, where that can be told."""


def find_different_versions(hand_ins: Sequence[HandIn], recompute: Recompute = lambda attempt: None) -> list[str]:
    """What two files of one learner tell differently of the same answers, in words; the newest file comes first.

    Where the grades in one of them are those that the answers deserve more often than in the other, it is named.
    """
    known = [{each.attempt.key: each for each in hand_in.histories} for hand_in in hand_ins]
    sentences = []
    for (newer, mine), (older, theirs) in combinations(zip(hand_ins, known, strict=True), 2):
        odd = [(each, words) for each, words in _find_differences(mine, theirs) if words]
        if odd:
            (history, words), rest = odd[0], len(odd) - 1
            attempt = history.attempt
            also = f" (and {counted(rest, 'more answer')} too)" if rest else ""
            sentences.append(
                f"the answer to {clip(attempt.question, 40)} of {local_moment(attempt.at)} differs between "
                f"{older.file} and {newer.file}: {words}{also}"
                f"{_recomputed_words((older, theirs), (newer, mine), [each.attempt.key for each, _ in odd], recompute)}"
            )
    return sentences


Version = tuple[HandIn, Mapping[str, AttemptHistory]]
"""A file, and its answers by key."""


def _recomputed_words(older: Version, newer: Version, keys: Sequence[str], recompute: Recompute) -> str:
    """In which file how many grades of these answers are the recomputed ones; "" for as many in both."""
    counts = [sum(_is_deserved(known[key], recompute) for key in keys) for _, known in (older, newer)]
    if counts[0] == counts[1]:
        return ""
    parts = [
        f"{count:,} of {counted(len(keys), 'grade')} in {hand_in.file}"
        for count, (hand_in, _) in zip(counts, (older, newer), strict=True)
    ]
    return f"; recomputed, {parts[0]} and {parts[1]} are what the answer deserves"


def _is_deserved(history: AttemptHistory, recompute: Recompute) -> bool:
    grade = recompute(history.attempt)
    return grade is not None and (grade.score, grade.verdict) == (history.score, history.verdict)


def _find_differences(
    mine: Mapping[str, AttemptHistory], theirs: Mapping[str, AttemptHistory]
) -> Iterator[tuple[AttemptHistory, str]]:
    """Each answer in both files, and what differs; `mine` are of the newer."""
    for key, old in theirs.items():
        if key in mine:
            yield old, _difference_words(mine[key], old)


def _difference_words(new: AttemptHistory, old: AttemptHistory) -> str:
    columns = [
        f"{name} {_quote(before)} against {_quote(now)}" for name, before, now in _find_differing_columns(new, old)
    ]
    if columns:
        return join_words(columns)
    if old.undone is not None and new.undone is None:
        return "taken back only in the first"
    lost = {_grade_key(each) for each in old.regrades} - {_grade_key(each) for each in new.regrades}
    return f"{counted(len(lost), 'later grade')} only in the first" if lost else ""


def _grade_key(regrade: Regrade) -> tuple[float, str, str]:
    return regrade.score, regrade.verdict, regrade.revision


def _find_differing_columns(new: AttemptHistory, old: AttemptHistory) -> Iterable[tuple[str, object, object]]:
    """Name and both values of each column that differs, except those that older exports do not have."""
    for column in COMPARED:
        before, now = _column_value(old.attempt, column.name), _column_value(new.attempt, column.name)
        if before != now and not (column.since > 1 and column.default in {before, now}):
            yield column.name, before, now


def _column_value(attempt: Attempt, name: str) -> object:
    return getattr(attempt, name)


def _quote(value: object) -> str:
    return f"'{clip(' '.join(value.split()), 40)}'" if isinstance(value, str) else clip(str(value), 40)
